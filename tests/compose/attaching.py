"""A photograph that is attached to a case and read again."""

import hashlib
import itertools

from kernel.ids import new_id
from lianxin.cli.demo.people import Clerk
from lianxin.intake.v1 import intake_service_pb2 as intake

PIECE = 256 * 1024
PHOTO = b"\xff\xd8\xff" + bytes(range(256)) * 3000
PIECES = -(-len(PHOTO) // PIECE)


async def attach(clerk: Clerk, case_id: str) -> str:
    """Attach it; the id of the attachment."""
    first = intake.UploadAttachmentRequest(
        request_id=str(new_id()),
        case_id=case_id,
        filename="照片.jpg",
        media_type="image/jpeg",
        size=len(PHOTO),
        sha256=hashlib.sha256(PHOTO).hexdigest(),
    )
    starts = range(0, len(PHOTO), PIECE)
    pieces = (intake.UploadAttachmentRequest(offset=n, data=PHOTO[n : n + PIECE]) for n in starts)
    answer = await clerk.intake.UploadAttachment(itertools.chain([first], pieces))
    return str(answer.attachment.attachment_id)


async def read(clerk: Clerk, case_id: str, attachment_id: str) -> bytes:
    """What is kept of it."""
    asked = intake.DownloadAttachmentRequest(case_id=case_id, attachment_id=attachment_id)
    return b"".join([piece.data async for piece in clerk.intake.DownloadAttachment(asked)])
