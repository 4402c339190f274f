"""Why a step failed, as a reason word that can be shown and logged."""

import grpc

from kernel.catalogue import Catalogue
from kernel.errors import Refusal
from kernel.grpc_client import from_error

TEXTS = Catalogue.load("kernel")


def reason_of(error: BaseException) -> str:
    """A refusal's reason, a remote one's, or the kind of fault; never a text."""
    if isinstance(error, Refusal):
        return error.reason
    if isinstance(error, grpc.aio.AioRpcError):
        return from_error(error, TEXTS).reason
    return str(getattr(error, "reason", type(error).__name__))
