"""The unit of work: what a handler sees and changes. `kernel.group_commit` commits many at once."""

from kernel.unit_of_work.batch import DuplicateKey
from kernel.unit_of_work.unit import AtOnce, Encode, EncodedEvent, UnitOfWork

__all__ = ["AtOnce", "DuplicateKey", "Encode", "EncodedEvent", "UnitOfWork"]
