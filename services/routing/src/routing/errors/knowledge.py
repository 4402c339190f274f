"""Why a directory, a profile or a notice is not taken, or not there."""

from kernel.errors import AlreadyThere, InvalidInput, Missing, NotReady, WrongState


class DirectoryMissing(NotReady):
    """This node has no directory yet: load one at the county, or wait for the parent's."""

    reason = "DIRECTORY_MISSING"


class DirectoryRefused(InvalidInput):
    """The directory contradicts itself or what is in force; `finding` says where."""

    reason = "DIRECTORY_REFUSED"


class NodeNotEmpty(WrongState):
    """A node is not forgotten while `count` cases or hand-overs are still at it; `node` names it.

    What the county cannot see yet is not among them: `lianxin node drain` there tells all of it.
    """

    reason = "NODE_NOT_EMPTY"


class OnlyAtCounty(WrongState):
    """Directory and rules are changed at the county's node only; `county` names it."""

    reason = "ONLY_AT_COUNTY"


class RegulationMissing(NotReady):
    """This node has not got that version of the profile yet."""

    reason = "REGULATION_MISSING"


class RegulationTaken(AlreadyThere):
    """This version of the profile is in use with another content: give it a new version."""

    reason = "REGULATION_TAKEN"


class UnitUnknown(Missing):
    """The directory has no such unit."""

    reason = "UNIT_UNKNOWN"
