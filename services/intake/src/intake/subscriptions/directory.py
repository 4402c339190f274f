"""Asking routing for the directory: on its word, and from time to time."""

import asyncio
from functools import partial

import grpc

from intake.guide import Guide
from intake.handlers.telling import KeepDirectory, keep_directory
from kernel import logs
from kernel.directory import read_directory
from kernel.errors import Refusal
from kernel.group_commit import InternalFault, Work, Writer
from kernel.grpc_client import Line
from lianxin.routing.v1 import directory_pb2, directory_pb2_grpc

_log = logs.get_logger()
EVERY_S, AT_FIRST_S = 60.0, 1.0


async def follow(guide: Guide, routing: Line, writer: Writer, node: str) -> None:
    """Keep the guide and its stored copy up to date until cancelled."""
    stub = directory_pb2_grpc.DirectoryServiceStub(routing)
    while True:
        try:
            await _ask(guide, stub, writer, node)
        except grpc.aio.AioRpcError as error:
            _log.info("directory_unanswered", code=error.code().name)
        except (Refusal, InternalFault) as error:  # the database is away or full: asked again
            _log.warning("directory_not_kept", why=type(error).__name__)
        guide.news.clear()
        try:
            await asyncio.wait_for(guide.news.wait(), EVERY_S if guide.version else AT_FIRST_S)
        except TimeoutError:
            continue


async def _ask(
    guide: Guide, stub: "directory_pb2_grpc.DirectoryServiceAsyncStub", writer: Writer, node: str
) -> None:
    """What moves the numbering is committed before anybody registers by the new directory."""
    request = directory_pb2.GetDirectoryRequest(have_version=guide.version)
    answer = await stub.GetDirectory(request)
    if answer.content and answer.version > guide.version:
        command = KeepDirectory(answer.version, answer.content)
        keep = partial(keep_directory, node=node)
        await writer.perform(Work(keep, command, key="directory", traceparent=""))
        guide.take(read_directory(answer.content))
