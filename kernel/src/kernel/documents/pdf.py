"""PDF of a docx file through LibreOffice, where this machine has it."""

import asyncio
import os
import shutil
import signal
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from kernel.documents.errors import PdfFailed, PdfUnavailable
from kernel.documents.typefaces import settings

COMMANDS = ("soffice", "libreoffice")
LIMIT_S = 60
"""A first start with a fresh profile takes some seconds; a page takes less than one."""
EACH_S = 3
"""What each further document may take."""
AT_ONCE = asyncio.Semaphore(1)
"""Each takes a core and 200 MB: one after the other in this process."""


def is_pdf_possible() -> bool:
    """Whether there is a LibreOffice on the PATH."""
    return _command() is not None


async def to_pdf(docx: bytes, *, limit_s: float = LIMIT_S) -> bytes:
    """The document as PDF. Never to be called within a transaction.

    Raises:
        PdfUnavailable: there is no LibreOffice on the PATH.
        PdfFailed: it made nothing, or not in time.
    """
    (made,) = await to_pdfs([docx], limit_s=limit_s)
    return made


async def to_pdfs(documents: Sequence[bytes], *, limit_s: float = LIMIT_S) -> list[bytes]:
    """These documents as PDF, each by itself, in one run: starting costs more than converting.

    `limit_s` is for the first one; every further one has `EACH_S` seconds more. Raises as `to_pdf`.
    """
    command = _command()
    if command is None:
        raise PdfUnavailable
    if not documents:
        return []
    within = limit_s + EACH_S * (len(documents) - 1)
    async with AT_ONCE:
        with tempfile.TemporaryDirectory(prefix="lianxin-pdf-") as folder:
            return await _converted(command, Path(folder), documents, within)


def _command() -> str | None:
    return next((found for name in COMMANDS if (found := shutil.which(name))), None)


async def _converted(
    command: str, folder: Path, documents: Sequence[bytes], limit_s: float
) -> list[bytes]:
    """A profile folder of its own: two runs never meet, and no setting of a user counts."""
    sources = [folder / f"document-{number:04d}.docx" for number in range(len(documents))]
    for source, content in zip(sources, documents, strict=True):
        source.write_bytes(content)
    fonts = folder / "fonts.conf"
    fonts.write_text(settings(), encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        command,
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        *("--headless", "--norestore", "--nolockcheck", "--nodefault"),
        *("--convert-to", "pdf", "--outdir", str(folder), *map(str, sources)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        env={
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "FONTCONFIG_FILE": str(fonts),
        },
        start_new_session=True,
    )
    try:
        await asyncio.wait_for(process.wait(), limit_s)
    except TimeoutError:
        raise PdfFailed(limit_s=int(limit_s)) from None
    finally:
        await _stopped(process)
    made = [source.with_suffix(".pdf") for source in sources]
    if not all(file.is_file() for file in made):
        raise PdfFailed(limit_s=int(limit_s))
    return [file.read_bytes() for file in made]


async def _stopped(process: asyncio.subprocess.Process) -> None:
    """Its launcher starts the real program: the whole group ends, also when nobody waits."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()
