"""Files on the wire."""

from collections.abc import Sequence

from intake.case_file.writing import Item, Writer
from intake.convert.answers import stamp_message
from intake.handlers.filing import Numbered
from lianxin.intake.v1 import case_file_pb2 as pb

MEDIA_TYPES = {"zip": "application/zip", "pdf": "application/pdf"}


def head_message(writer: Writer, items: Sequence[Item], form: str, title: str) -> pb.FileHead:
    """What is in the file. The name of it tells nobody's name."""
    case_no = writer.folder.source.row["case_no"]
    papers = [
        pb.FileItem(
            no=item.no,
            title=item.paper.title,
            date=item.paper.day,
            pages=item.pages,
            name=item.name,
            sha256=item.paper.sha256,
            document_id=item.paper.document_id,
            as_made=item.paper.as_made,
        )
        for item in items
    ]
    enclosed = [
        pb.FileItem(title=one.name, name=name, sha256=one.sha256, as_made=True)
        for name, one in writer.enclosed()
    ]
    return pb.FileHead(
        filename=f"{case_no}-{title}.{form}",
        media_type=MEDIA_TYPES[form],
        file_no=writer.folder.file_no,
        items=[*papers, *enclosed],
    )


def numbered_message(done: Numbered, file_no: str) -> pb.NumberFileResponse:
    """The number as it is written."""
    return pb.NumberFileResponse(stamp=stamp_message(done.stamp), file_no=file_no)
