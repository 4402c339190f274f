"""A worklist that travels as a file, and the acts that come back as one.

Out: the open cases of a unit as one of its people may read them, sealed to the key of the machine
that takes them. Back: acts recorded there, sealed to a key that was made for this one journey and
stayed behind, with a proof that whoever recorded them had opened the file.
"""

from lianxin.cli.carrying.envelope import (
    CarriedAltered,
    CarriedForeign,
    Journey,
    Returned,
    Worklist,
    open_return,
    open_worklist,
    pack_acts,
    pack_return,
    pack_worklist,
    read_acts,
)
from lianxin.cli.carrying.keeping import keep, kept, note_applied, was_applied
from lianxin.cli.carrying.keys import KeyUnusable, make_key, read_key
from lianxin.cli.carrying.recording import Act, ActInvalid, kinds, made

__all__ = [
    "Act",
    "ActInvalid",
    "CarriedAltered",
    "CarriedForeign",
    "Journey",
    "KeyUnusable",
    "Returned",
    "Worklist",
    "keep",
    "kept",
    "kinds",
    "made",
    "make_key",
    "note_applied",
    "open_return",
    "open_worklist",
    "pack_acts",
    "pack_return",
    "pack_worklist",
    "read_acts",
    "read_key",
    "was_applied",
]
