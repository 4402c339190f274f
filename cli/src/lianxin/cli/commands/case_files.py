"""Files of a case: attachments, the paper receipt, a new query code."""

import hashlib
import mimetypes
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Any

import typer

from lianxin.cli import output
from lianxin.cli.acting import act
from lianxin.cli.cases import CaseSeen, case_id, in_intake, new_request_id
from lianxin.cli.errors import BadInput
from lianxin.cli.params import Case
from lianxin.cli.plain import checked_code, plain
from lianxin.cli.saving import saved
from lianxin.cli.session import Session, connected
from lianxin.cli.words import say
from lianxin.common.v1 import case_pb2 as common
from lianxin.intake.v1 import intake_service_pb2 as pb

CHUNK = 256 * 1024
Out = Annotated[Path | None, typer.Option("--out", help=say("opt.out"))]


def attach(
    case: Case,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=say("opt.attachment"))],
    media_type: Annotated[str, typer.Option("--type", help=say("opt.media_type"))] = "",
) -> None:
    """Add a file; an upload that was cut off goes on where it stopped."""
    try:
        content = file.read_bytes()
    except OSError:
        raise BadInput("FILE_UNREADABLE", field="FILE", file=file.name) from None
    kind = media_type or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    with connected() as session:
        wanted = case_id(session, case)
        answer = session.ask(_upload(session, wanted, file.name, kind, content))
    output.done("done.attach", plain(answer.attachment), case=case)


async def _upload(session: Session, case: str, name: str, kind: str, content: bytes) -> Any:
    digest = hashlib.sha256(content).hexdigest()
    known = await session.intake.GetUpload(pb.GetUploadRequest(case_id=case, sha256=digest))

    async def stream() -> AsyncIterator[pb.UploadAttachmentRequest]:
        start = known.received
        yield pb.UploadAttachmentRequest(
            request_id=new_request_id(),
            case_id=case,
            filename=name,
            media_type=kind,
            size=len(content),
            sha256=digest,
            offset=start,
            data=content[start : start + CHUNK],
        )
        for offset in range(start + CHUNK, len(content), CHUNK):
            yield pb.UploadAttachmentRequest(offset=offset, data=content[offset : offset + CHUNK])

    return await session.intake.UploadAttachment(stream())


def download(
    case: Case,
    attachment: Annotated[str, typer.Argument(metavar="ATTACHMENT", help=say("opt.attachment_id"))],
    out: Out = None,
) -> None:
    """Save a file of a case."""
    with connected() as session:
        seen = in_intake(session, case)
        names = {one.attachment_id: one.filename for one in seen.message.attachments}
        request = pb.DownloadAttachmentRequest(case_id=seen.case_id, attachment_id=attachment)
        content = session.ask(_download(session, request))
    file = saved(out, names.get(attachment, attachment), content)
    output.done("done.download", {"file": str(file), "size": len(content)})


async def _download(session: Session, request: pb.DownloadAttachmentRequest) -> bytes:
    return b"".join([part.data async for part in session.intake.DownloadAttachment(request)])


def receipt(
    case: Case,
    code: Annotated[str, typer.Option("--code", help=say("opt.receipt_code"))] = "",
    party: Annotated[str, typer.Option("--party", help=say("opt.receipt_party"))] = "",
    form: Annotated[str, typer.Option("--format", help=say("opt.format"))] = "pdf",
    out: Out = None,
) -> None:
    """Write the paper receipt (A5) to a file for printing."""
    with connected() as session:
        wanted = case_id(session, case)
        request = pb.GetReceiptRequest(case_id=wanted, query_code=code, format=form, party_id=party)
        answer = session.ask(session.intake.GetReceipt(request))
    file = saved(out, answer.filename, answer.data)
    output.done("done.receipt", {"file": str(file), "media_type": answer.media_type})


def reissue_code(
    case: Case,
    check: Annotated[str, typer.Option("--check", help=say("opt.identity_check"))],
    party: Annotated[str, typer.Option("--party", help=say("opt.party"))] = "",
) -> None:
    """Give a new query code after an identity check; the old one stops working."""
    code = checked_code("identity_check", check, "--check")

    def call(session: Session, seen: CaseSeen) -> Any:
        request = pb.ReissueCodeRequest(
            request_id=new_request_id(),
            case_id=seen.case_id,
            party_id=party or _applicant(seen),
            identity_check=code,
        )
        return session.intake.ReissueCode(request)

    act("reissue_code", case, call, intake=True)


def _applicant(seen: CaseSeen) -> str:
    found = [
        party.party_id
        for party in seen.message.content.parties
        if party.role == common.PARTY_ROLE_APPLICANT
    ]
    if len(found) != 1:
        raise BadInput("NAME_ONE", field="--party", ids_shown=", ".join(found))
    return str(found[0])
