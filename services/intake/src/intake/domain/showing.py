"""Which personal fields a reader is shown in full; everything else is masked."""

from dataclasses import dataclass

from intake.domain.words import Identity, PartyRole


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads the content of a case. `asked` = unmasked was asked for, with a reason.

    `meets` says that the reader's post is one that meets residents at the counter: of those who
    asked not to be named to the handlers it is the only one that sees the name.
    """

    unit: str
    holder_unit: str
    registering_unit: str
    asked: bool
    meets: bool = True

    @property
    def handles(self) -> bool:
        """Whether the reader works in the unit that holds the case."""
        return self.unit == self.holder_unit

    def sees_person(self, identity: Identity, role: PartyRole) -> bool:
        """Whether name and phone of a party are shown in full.

        Somebody who asked not to be named to the handlers (不公开) is shown to the unit that took
        the matter down only, and there to who meets residents.
        """
        if not self.asked:
            return False
        asking = role in {PartyRole.APPLICANT, PartyRole.REPRESENTATIVE, PartyRole.MEMBER}
        if identity is Identity.WITHHELD and asking:
            return self.meets and self.unit == self.registering_unit
        return True

    @property
    def sees_help_flags(self) -> bool:
        """Special-group flags serve help: the handler sees them, nobody else."""
        return self.handles
