"""What hearing can be asked to do, as plain values; made in `convert`, done in `handlers`."""

from hearing.commands.base import RecordRead, Seen

__all__ = ["RecordRead", "Seen"]
