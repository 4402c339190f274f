"""The unit of work: what a handler sees and changes. `kernel.group_commit` commits many at once."""

from kernel.unit_of_work.unit import DuplicateKey, Encode, EncodedEvent, UnitOfWork

__all__ = ["DuplicateKey", "Encode", "EncodedEvent", "UnitOfWork"]
