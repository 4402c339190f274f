"""What the writer answers when it is not a handler that refuses."""

from kernel.errors import NotReady, TooMuch


class StorageFull(NotReady):
    """There is no room on the disk: nothing was kept of this call."""

    reason = "STORAGE_FULL"


class WriterStopped(NotReady):
    """The service is going down and takes no more commands."""

    reason = "WRITER_STOPPED"


class Overloaded(TooMuch):
    """More commands are waiting than the writer will ever do in time."""

    reason = "OVERLOADED"


class InternalFault(Exception):
    """A fault of ours. It carries nothing: what happened is in the log, by type and place."""
