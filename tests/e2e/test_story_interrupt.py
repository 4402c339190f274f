"""Ctrl-C in the middle of the demonstration leaves no process behind."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

from kernel.testing.waiting import eventually

STARTED_S, STOPPED_S = 90.0, 60.0
INTERRUPTED = 130


def processes_of(folder: Path) -> list[str]:
    """Command lines of processes that run on this folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:  # it ended while we looked
            continue
        if str(folder) in line and int(entry.name) != os.getpid():
            found.append(line)
    return found


def hear_ctrl_c() -> None:
    """A shell lets what it runs in the background ignore Ctrl-C, and children inherit that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


async def test_ctrl_c_leaves_no_process(tmp_path):
    """Nodes and their nats-servers end with the command, which says so by its status."""
    folder, out = tmp_path / "county", tmp_path / "out"
    command = [sys.executable, "-m", "lianxin.cli", "demo", "--folder", str(folder)]
    with out.open("wb") as stream:
        demo = await asyncio.create_subprocess_exec(
            *command,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            start_new_session=True,
            preexec_fn=hear_ctrl_c,
        )
    try:
        await eventually(lambda: len(processes_of(folder)) >= 7, STARTED_S)
        demo.send_signal(signal.SIGINT)
        status = await asyncio.wait_for(demo.wait(), STOPPED_S)
    finally:
        if demo.returncode is None:
            demo.kill()
            await demo.wait()
    assert status == INTERRUPTED, out.read_text(encoding="utf-8")
    await eventually(lambda: not processes_of(folder))
