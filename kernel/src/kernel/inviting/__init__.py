"""People invited to one meeting on one matter (邀请协助): whom, what they undertake, what they see.

Mediation invites to a session, intake to a reception; the rule of what is seen is here, once
(docs/adr/0095-invited-to-one-matter.md).
"""

from kernel.inviting.commands import (
    Answer,
    Asked,
    OnInvitation,
    RecordPresence,
    RecordWord,
    Word,
)
from kernel.inviting.errors import (
    InvitationImpossible,
    InvitationMissing,
    InvitationNotSo,
    InvitationShut,
    InvitedBarred,
)
from kernel.inviting.keeping import Invited
from kernel.inviting.sight import (
    Invitation,
    Meeting,
    Shut,
    Sight,
    agreed,
    expect_open,
    expect_untied,
    shut,
)
from kernel.inviting.tables import Tables
from kernel.inviting.undertaking import shipped_undertakings
from kernel.inviting.words import Act, InvitedKind, Standing, after

__all__ = [
    "Act",
    "Answer",
    "Asked",
    "Invitation",
    "InvitationImpossible",
    "InvitationMissing",
    "InvitationNotSo",
    "InvitationShut",
    "Invited",
    "InvitedBarred",
    "InvitedKind",
    "Meeting",
    "OnInvitation",
    "RecordPresence",
    "RecordWord",
    "Shut",
    "Sight",
    "Standing",
    "Tables",
    "Word",
    "after",
    "agreed",
    "expect_open",
    "expect_untied",
    "shipped_undertakings",
    "shut",
]
