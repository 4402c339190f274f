"""The header of an upload."""

import re

from intake.commands import BeginUpload
from intake.convert.fields import Fields
from intake.domain.file_kinds import is_taken
from intake.errors import FileTypeRefused
from kernel.errors import FieldViolation
from lianxin.intake.v1 import intake_service_pb2 as pb

_SHA = re.compile(r"[0-9a-f]{64}")


def begin_upload(request: pb.UploadAttachmentRequest) -> BeginUpload:
    """What is to come.

    Raises:
        FieldsInvalid: naming what is missing or malformed.
        FileTypeRefused: no kind that is taken.
    """
    fields = Fields()
    fields.id("request_id", request.request_id)
    if request.size < 1:
        fields.add([FieldViolation("size", "TOO_SMALL", 1)])
    command = BeginUpload(
        case_id=fields.id("case_id", request.case_id),
        name=fields.text("filename", request.filename, 200),
        media_type=request.media_type,
        size=request.size,
        sha256=_sha(fields, request.sha256),
    )
    fields.check()
    if not is_taken(command.media_type):
        raise FileTypeRefused
    return command


def sha_of(text: str) -> str:
    """A hash of a request. Raises FieldsInvalid."""
    fields = Fields()
    sha256 = _sha(fields, text)
    fields.check()
    return sha256


def _sha(fields: Fields, text: str) -> str:
    if not _SHA.fullmatch(text):
        fields.add([FieldViolation("sha256", "MALFORMED" if text else "REQUIRED")])
    return text
