"""The minutes of a sitting as a paper (说事日会议记录)."""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from intake.commands_sittings import Kept, Minutes
from intake.convert.fields import Fields
from intake.convert.unit_papers import DOCX, MEDIA_TYPES, PDF, form_of
from intake.desk import Desk, id_of
from intake.grpc_api.paperwork import Context, aside
from intake.storage import reading
from intake.unit_papers.house import House
from intake.unit_papers.minutes import minutes_paper
from kernel.catalogue import Catalogue
from kernel.documents import Template, to_pdf
from kernel.identity import Caller
from kernel.interceptors import current_caller
from lianxin.intake.v1 import meeting_day_pb2 as pb


class MinutesPapers(ABC):
    """Makes it of what is kept; whoever inherits reads sittings."""

    _desk: Desk
    _texts: Catalogue
    _folder: Path

    @abstractmethod
    async def seen(self, caller: Caller, sitting_id: UUID) -> reading.Row:
        """A sitting the caller may see."""

    @abstractmethod
    async def matters(self, caller: Caller, sitting_id: UUID) -> tuple[Sequence[reading.Row], int]:
        """Its matters that the caller may know of, and how many there are."""

    @abstractmethod
    async def version(self, sitting_id: UUID, wanted: int) -> reading.Row:
        """A version of its minutes."""

    @abstractmethod
    def kept(self, row: reading.Row) -> Kept:
        """What was sealed of it."""

    @abstractmethod
    def opened(self, row: reading.Row) -> Minutes:
        """What was sealed of minutes."""

    async def MakeMinutesPaper(
        self, request: pb.MakeMinutesPaperRequest, _: Context
    ) -> pb.MakeMinutesPaperResponse:
        """A version as it was signed, with what became of the matters by today."""
        caller, sitting_id = current_caller(), id_of(request.sitting_id, "sitting_id")
        fields = Fields()
        form = form_of(fields, request.format, (DOCX, PDF))
        fields.check()
        row = await self.seen(caller, sitting_id)
        version = await self.version(sitting_id, request.version)
        matters, total = await self.matters(caller, sitting_id)
        office = self._desk.office
        unit = office.directory().units[row["unit"]]
        house = House(unit, office, self._texts, self._desk.clock.now())
        values = minutes_paper(
            house,
            {**row, "matters": total},
            self.kept(row),
            self.opened(version),
            matters,
            version=version["version"],
        )
        template = Template.read(self._folder / "unit_meeting_minutes.docx")
        data = await aside(lambda: template.render(values))
        made = await to_pdf(data) if form == PDF else data
        title = house.text("TITLE_meeting_minutes")
        return pb.MakeMinutesPaperResponse(
            filename=f"{house.title}-{title}-{row['on_day']:%Y%m%d}.{form}",
            media_type=MEDIA_TYPES[form],
            data=made,
            sha256=hashlib.sha256(made).hexdigest(),
        )
