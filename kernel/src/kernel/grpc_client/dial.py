"""Dialling another service or node: TLS, bounded retries, a bounded back-off after an outage."""

import json
from typing import Any

import grpc

from kernel.grpc_client.line import Line, Manner
from kernel.grpc_client.pinned import PinnedChannel
from kernel.grpc_client.renewed import RenewedChannel
from kernel.server_guard import ServerGuard
from kernel.tls import ClientTls

MAX_ATTEMPTS = 4
SECOND_MS = 1000


def dial(
    target: str,
    manner: Manner | None = None,
    *,
    tls: ClientTls | None = None,
    retries: int = MAX_ATTEMPTS - 1,
    max_message_bytes: int = 64 * 1024 * 1024,
) -> Line:
    """A line to `host:port`. It connects at the first call and again after each loss.

    A call that is answered UNAVAILABLE, or meets a server that stops, is repeated up to `retries`
    times (at most 4), after 0.2, 0.4, 0.8 seconds give or take a fifth, within its deadline;
    mutations are safe to repeat since they carry a request_id. Without `tls` nothing is encrypted:
    for the same machine only. With it, files that were replaced count from the next call on. With
    its revocation list, a server whose certificate is on it is told nothing (UNAVAILABLE).

    Raises:
        FilesDoNotFit, RevocationsInvalid, OSError: the files of `tls` cannot be used.
    """
    options = _options(min(retries, MAX_ATTEMPTS) + 1, max_message_bytes)
    if tls is None:
        return Line(grpc.aio.insecure_channel(target, options=options), manner or Manner())

    def make(credentials: grpc.ChannelCredentials) -> grpc.aio.Channel:
        return grpc.aio.secure_channel(target, credentials, options=options)

    if tls.revoked is not None:
        guard = ServerGuard(tls.ca, tls.revoked)
        return Line(PinnedChannel(target, tls, guard, make), manner or Manner())
    return Line(RenewedChannel(tls, make), manner or Manner())


def _options(attempts: int, max_message_bytes: int) -> list[tuple[str, Any]]:
    """The channel arguments, each with its reason."""
    return [
        ("grpc.service_config", json.dumps(_service_config(attempts))),
        ("grpc.enable_retries", 1),
        ("grpc.max_receive_message_length", max_message_bytes),
        ("grpc.max_send_message_length", -1),
        # The default waits up to two minutes before it tries a healed link again.
        ("grpc.initial_reconnect_backoff_ms", 100),
        ("grpc.max_reconnect_backoff_ms", 2 * SECOND_MS),
        # Despite its name how long one attempt may take: TLS over a slow link needs seconds.
        ("grpc.min_reconnect_backoff_ms", 5 * SECOND_MS),
        ("grpc.keepalive_time_ms", 30 * SECOND_MS),  # a village's NAT forgets idle connections
        ("grpc.keepalive_timeout_ms", 10 * SECOND_MS),
        ("grpc.http2.max_pings_without_data", 0),
        ("grpc.use_local_subchannel_pool", 1),  # a line's back-off is its own
    ]


def _service_config(attempts: int) -> dict[str, Any]:
    """Of several addresses of one name (replicas) each is called in turn, a retry at the next."""
    methods = [_method_config(attempts)]
    return {"loadBalancingConfig": [{"round_robin": {}}], "methodConfig": methods}


def _method_config(attempts: int) -> dict[str, Any]:
    config: dict[str, Any] = {"name": [{}]}
    if attempts > 1:
        config["retryPolicy"] = {
            "maxAttempts": attempts,
            "initialBackoff": "0.2s",
            "maxBackoff": "2s",
            "backoffMultiplier": 2,
            # A call that reaches a server while it stops is answered CANCELLED.
            "retryableStatusCodes": ["UNAVAILABLE", "CANCELLED"],
        }
    return config
