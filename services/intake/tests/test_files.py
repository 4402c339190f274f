import hashlib
from datetime import timedelta
from typing import cast

import pytest

from intake.convert.events import encode
from intake.desk import Desk
from intake.domain.file_kinds import KINDS, is_what_it_says
from intake.files import Files
from intake.office import Office
from intake.storage.tables import attachment, fact, metadata
from intake.sweeps import remove_abandoned
from kernel.database import Database
from kernel.group_commit import Readers, Writer
from kernel.ids import new_id
from lianxin.exchange.v1 import case_part_pb2 as part
from lianxin.intake.v1 import intake_service_pb2 as pb

PIECE = 256 * 1024
PHOTO = b"\xff\xd8\xff" + bytes(range(256)) * 3000


def messages(case_id, content, *, start=0, stop=None, media_type="image/jpeg", sha256=""):
    """An upload of this content in pieces."""
    first = pb.UploadAttachmentRequest(
        request_id=str(new_id()),
        case_id=case_id,
        filename="照片.jpg",
        media_type=media_type,
        size=len(content),
        sha256=sha256 or hashlib.sha256(content).hexdigest(),
    )
    yield first
    for offset in range(start, len(content) if stop is None else stop, PIECE):
        yield pb.UploadAttachmentRequest(offset=offset, data=content[offset : offset + PIECE])


async def download(front, case_id, attachment_id, caller=None):
    """The bytes of an attachment."""
    call = front.intake(caller or front.clerk).DownloadAttachment(
        pb.DownloadAttachmentRequest(case_id=case_id, attachment_id=attachment_id)
    )
    return b"".join([piece.data async for piece in call])


@pytest.fixture
async def case_id(front):
    """A registered case."""
    return (await front.register()).stamp.case_id


async def test_a_file_goes_in_and_comes_out_and_lies_encrypted(front, case_id, settings):
    """Upload, download, and nothing of it in clear in the store; its name is sealed."""
    answer = await front.intake(front.clerk).UploadAttachment(messages(case_id, PHOTO))
    assert answer.attachment.size == len(PHOTO)
    assert answer.attachment.filename == "照片.jpg"
    assert await download(front, case_id, answer.attachment.attachment_id) == PHOTO
    stored = [file.read_bytes() for file in (settings.data / "files").rglob("*") if file.is_file()]
    assert len(stored) == 3
    assert not any(PHOTO[3:200] in piece for piece in stored)
    assert [row["kind"] for row in front.rows(fact)] == ["intake.registered", "intake.attached"]


async def test_a_cut_upload_goes_on_where_it_ended(front, case_id):
    """The node tells how much it has; sending the rest makes the file whole."""
    stub = front.intake(front.clerk)
    cut = stub.UploadAttachment(messages(case_id, PHOTO, stop=2 * PIECE))
    refusal = await front.refused(cut)
    assert (refusal.reason, refusal.ids["received"]) == ("UPLOAD_OUT_OF_STEP", str(2 * PIECE))
    sha256 = hashlib.sha256(PHOTO).hexdigest()
    progress = await stub.GetUpload(pb.GetUploadRequest(case_id=case_id, sha256=sha256))
    assert (progress.received, progress.complete) == (2 * PIECE, False)
    done = await stub.UploadAttachment(messages(case_id, PHOTO, start=progress.received))
    assert await download(front, case_id, done.attachment.attachment_id) == PHOTO
    again = await stub.UploadAttachment(messages(case_id, PHOTO))
    assert again == done
    assert len(front.rows(attachment)) == 1


@pytest.mark.parametrize(
    "content, media_type, reason",
    [
        (b"MZ\x90\x00 a program", "image/jpeg", "FILE_TYPE_REFUSED"),
        (PHOTO, "application/x-msdownload", "FILE_TYPE_REFUSED"),
        (PHOTO, "application/pdf", "FILE_TYPE_REFUSED"),
        (b"", "image/jpeg", "FIELDS_INVALID"),
    ],
)
async def test_a_file_is_taken_for_what_it_is(front, case_id, content, media_type, reason):
    """The first bytes decide, not the name: programs, archives and disguises are refused."""
    upload = front.intake(front.clerk).UploadAttachment(
        messages(case_id, content, media_type=media_type)
    )
    assert (await front.refused(upload)).reason == reason
    assert front.rows(attachment) == []


async def test_a_damaged_file_is_refused_and_forgotten(front, case_id):
    """Content that is not what its hash names is no attachment, and nothing of it stays."""
    upload = front.intake(front.clerk).UploadAttachment(messages(case_id, PHOTO, sha256="0" * 64))
    assert (await front.refused(upload)).reason == "FILE_DAMAGED"
    assert front.rows(attachment) == []


async def test_a_file_larger_than_allowed_is_refused_at_once(front, case_id):
    """The limit is checked before a byte is stored."""
    first = next(iter(messages(case_id, PHOTO)))
    first.size = 10**12
    refusal = await front.refused(front.intake(front.clerk).UploadAttachment(iter([first])))
    assert refusal.reason == "FILE_TOO_LARGE"


async def test_only_readers_of_the_content_get_the_file(front, case_id):
    """The county sees the header and not the file; a neighbour sees nothing."""
    answer = await front.intake(front.clerk).UploadAttachment(messages(case_id, PHOTO))
    for caller in (front.county, front.other_unit):
        refusal = await front.refused(
            download(front, case_id, answer.attachment.attachment_id, caller)
        )
        assert refusal.reason == "ATTACHMENT_MISSING"


async def test_sormas_10690_a_file_never_blocks_a_hand_over_and_follows_by_itself(
    front, case_id, start, make_settings, clock
):
    """The case is taken without its file, written at the new node, and gets the bytes later."""
    sent = await front.intake(front.clerk).UploadAttachment(messages(case_id, PHOTO))
    handoff, sha256 = str(new_id()), sent.attachment.sha256
    await front.parts().Release(part.ReleaseRequest(handoff_id=handoff, case_id=case_id, epoch=1))
    exported = await front.parts().ExportPart(
        part.ExportPartRequest(handoff_id=handoff, case_id=case_id)
    )
    assert [(blob.sha256, blob.size) for blob in exported.blobs] == [(sha256, len(PHOTO))]
    async with start(make_settings("there"), clock) as there:
        await there.parts().ImportPart(
            part.ImportPartRequest(
                handoff_id=handoff,
                case_id=case_id,
                epoch=2,
                unit="s-lingfeng",
                path="330523.003.000",
                format=exported.format,
                part=exported.part,
            )
        )
        which = {"case_id": case_id, "sha256": sha256}
        waiting = await there.parts().HasBlob(part.HasBlobRequest(**which))
        assert (waiting.known, waiting.received, waiting.complete) == (True, 0, False)
        pieces = [
            part.WriteBlobRequest(offset=piece.offset, data=piece.data)
            async for piece in front.parts().ReadBlob(part.ReadBlobRequest(**which))
        ]
        pieces[0].case_id, pieces[0].sha256 = case_id, sha256
        cut = there.parts().WriteBlob(iter(pieces[:1]))
        assert (await there.refused(cut)).reason == "UPLOAD_OUT_OF_STEP"
        rest = pieces[1:]
        rest[0].case_id, rest[0].sha256 = case_id, sha256
        stored = await there.parts().WriteBlob(iter(rest))
        assert (stored.received, stored.complete) == (len(PHOTO), True)
        there_id = (await there.get(case_id, there.other_unit)).attachments[0].attachment_id
        assert await download(there, case_id, there_id, there.other_unit) == PHOTO


async def test_uploads_that_were_given_up_are_removed(front, case_id, clock, settings):
    """After three days the pieces of an unfinished upload are gone, those of files stay."""
    await front.refused(
        front.intake(front.clerk).UploadAttachment(messages(case_id, PHOTO, stop=PIECE))
    )
    database = Database.open(settings.database_url)
    readers, files = Readers(database), Files.open(settings.files_url)
    async with Writer(database, metadata, clock=clock, encode=encode) as writer:
        desk = Desk(writer, readers, cast("Office", None), clock)  # sweeps need no office
        assert await remove_abandoned(desk, files, timedelta(days=3)) == 0
        clock.advance(timedelta(days=4))
        assert await remove_abandoned(desk, files, timedelta(days=3)) == 1
    readers.close()
    database.close()
    assert not [file for file in (settings.data / "files").rglob("*") if file.is_file()]
    assert front.rows(attachment) == []


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_no_kind_of_file_takes_a_program(kind):
    """An executable is none of the kinds that are taken."""
    assert not is_what_it_says(kind, b"MZ\x90\x00\x03\x00\x00\x00" + bytes(100))
    assert not is_what_it_says(kind, b"\x7fELF\x02\x01\x01" + bytes(100))
