"""Plain gRPC servers of tests refuse as the servers of a node do, with all details."""

from typing import Any

from kernel.catalogue import Catalogue, Language
from kernel.errors import Refusal
from kernel.grpc_status import DETAILS_KEY, STATUS_CODES, to_status


async def refuse(context: Any, refusal: Refusal) -> None:
    """End the call of this grpc.aio context with a refusal of the kernel."""
    status = to_status(refusal, Catalogue.load("kernel"), Language.ZH_CN)
    details = ((DETAILS_KEY, status.SerializeToString()),)
    await context.abort(STATUS_CODES[refusal.code], refusal.reason, details)
