"""How long a connection that stands may go on standing."""

import asyncio
import contextlib

import structlog

from kernel.broker.address import BrokerAddress

LOOK_S = 2.0
log = structlog.get_logger(__name__)


async def until_over(lost: asyncio.Event, address: BrokerAddress, secret: str) -> None:
    """Return when the connection is lost, or is to be given up, which is looked at every 2 s.

    It is when its server was revoked, and when there is a newer key than the one it was made with.
    """
    pause = LOOK_S if address.guard or address.key else None
    while not (lost.is_set() or _is_over(address, secret)):
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(lost.wait(), pause)


def _is_over(address: BrokerAddress, secret: str) -> bool:
    if address.refused_now:
        log.error("server_certificate_revoked")
        return True
    try:
        newer = address.secret() != secret
    except OSError:  # it is being replaced
        return False
    if newer:
        log.info("broker_key_renewed")
    return newer
