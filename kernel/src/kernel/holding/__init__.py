"""The side of a service that holds case data in a hand-over (handover protocol, section 2).

A service makes one `CasePart` of its tables and of what is its own to decide; everything the
protocol asks of every service is here, once.
"""

from kernel.holding.acts import (
    Change,
    Opened,
    Seen,
    Stamp,
    advance,
    expect_version,
    is_holder,
    told,
)
from kernel.holding.commands import (
    EndGrant,
    EnterLife,
    ExportPart,
    ImportPart,
    Keep,
    NoteCustody,
    Release,
    Released,
)
from kernel.holding.custody import shown_custody
from kernel.holding.endings import AskEnding, EndingAnswer, expect_granted
from kernel.holding.erasing import ErasePart, erase_key, is_erased
from kernel.holding.errors import (
    CaseErased,
    CaseLocked,
    CaseNotClosable,
    EndingAwaited,
    EndingUnasked,
    FileMissing,
    GrantAwaited,
    NotTheHolder,
    PartClosed,
    PartUnreadable,
    WritingEnded,
)
from kernel.holding.facts import facts_after, keep_fact
from kernel.holding.grants import expect_writable, page
from kernel.holding.part import CasePart, Exported
from kernel.holding.readers import (
    end_person_reading,
    let_former_read,
    let_named_read,
    let_person_read,
    reads_as_person,
)
from kernel.holding.rows import Part, PortableRows, Words, field_name, sealed_columns
from kernel.holding.tables import Tables
from kernel.holding.vault import Vault
from kernel.holding.words import ENDED, LOCKED, OPEN

__all__ = [
    "ENDED",
    "LOCKED",
    "OPEN",
    "AskEnding",
    "CaseErased",
    "CaseLocked",
    "CaseNotClosable",
    "CasePart",
    "Change",
    "EndGrant",
    "EndingAnswer",
    "EndingAwaited",
    "EndingUnasked",
    "EnterLife",
    "ErasePart",
    "ExportPart",
    "Exported",
    "FileMissing",
    "GrantAwaited",
    "ImportPart",
    "Keep",
    "NotTheHolder",
    "NoteCustody",
    "Opened",
    "Part",
    "PartClosed",
    "PartUnreadable",
    "PortableRows",
    "Release",
    "Released",
    "Seen",
    "Stamp",
    "Tables",
    "Vault",
    "Words",
    "WritingEnded",
    "advance",
    "end_person_reading",
    "erase_key",
    "expect_granted",
    "expect_version",
    "expect_writable",
    "facts_after",
    "field_name",
    "is_erased",
    "is_holder",
    "keep_fact",
    "let_former_read",
    "let_named_read",
    "let_person_read",
    "page",
    "reads_as_person",
    "sealed_columns",
    "shown_custody",
    "told",
]
