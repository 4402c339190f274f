"""Calling others: `dial` a `Line`, hand it to a stub, read a refusal as a `Remote`."""

from kernel.grpc_client.dial import dial
from kernel.grpc_client.line import Line, Manner
from kernel.grpc_status import Remote, from_error
from kernel.tls import ClientTls

__all__ = ["ClientTls", "Line", "Manner", "Remote", "dial", "from_error"]
