"""UnitPaperService: papers of a unit, made of what is so now. Names in a register go on record."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from intake.commands import RecordRead
from intake.convert import unit_papers as convert
from intake.convert.unit_papers import CSV, PDF, XLSX, WantedLedger
from intake.desk import Desk
from intake.documents.figures import day_text
from intake.documents.source import Source
from intake.errors import UnitUnknown
from intake.grpc_api.paperwork import PERSONAL, Context, aside
from intake.handlers.reads import record_reads
from intake.office import expect_below
from intake.storage import reading
from intake.storage.register_of_unit import Period, registered, with_content
from intake.unit_papers.card import service_card
from intake.unit_papers.chart import visit_chart
from intake.unit_papers.errors import LedgerTooLong
from intake.unit_papers.guide import guide_card
from intake.unit_papers.house import House
from intake.unit_papers.ledger import Ledger, matters_of, names_of
from intake.unit_papers.spreadsheets import as_csv, as_xlsx
from kernel.access import Access, Scope
from kernel.catalogue import Catalogue
from kernel.documents import Template, to_pdf
from kernel.errors import Denied
from kernel.group_commit import Work
from kernel.grpc_server import Served
from kernel.holding import CaseErased
from kernel.identity import Caller
from kernel.interceptors import current_caller
from kernel.roles import may, role_table
from lianxin.intake.v1 import unit_papers_pb2 as pb
from lianxin.intake.v1 import unit_papers_pb2_grpc as grpc

PAPERS = "/lianxin.intake.v1.UnitPaperService/"
UNIT_PAPER_ACCESS = {
    PAPERS + "MakeUnitPaper": Access("directory.read"),
    PAPERS + "MakeLedger": Access("case.read.header", scope=Scope.LIST),
}
MOST = {XLSX: 5000, CSV: 5000}
ON_PAPER, NAMED = 1000, 500
"""Rows of a table on paper, and of a register with names."""
CARDS = {"service_card": service_card, "guide_card": guide_card, "visit_chart": visit_chart}


class UnitPaperServicer(grpc.UnitPaperServiceServicer):
    """What a station hangs up, hands out and keeps."""

    def __init__(self, desk: Desk, texts: Catalogue, folder: Path) -> None:
        self._desk = desk
        self._texts = texts
        self._folder = folder

    async def MakeUnitPaper(
        self, request: pb.MakeUnitPaperRequest, _: Context
    ) -> pb.MakeUnitPaperResponse:
        """A card or a chart: public whoever asks."""
        wanted = convert.wanted_paper(request)
        house = self._house(wanted.unit or current_caller().unit)
        values = CARDS[wanted.kind](house)
        data = await aside(lambda: self._template(wanted.kind).render(values))
        made = await to_pdf(data) if wanted.form == PDF else data
        blanks = ("address", "phone", "hours", "officers", "hotline")
        return pb.MakeUnitPaperResponse(
            paper=self._paper(house, wanted.kind, wanted.form, made),
            blanks=[name for name in blanks if name in values and not values[name]],
        )

    async def MakeLedger(self, request: pb.MakeLedgerRequest, _: Context) -> pb.MakeLedgerResponse:
        """The register, of what the caller may know of."""
        caller, wanted = current_caller(), convert.wanted_ledger(request)
        if wanted.why and not may(caller, PERSONAL):
            raise Denied(permission=PERSONAL)
        house = self._house(wanted.unit or caller.unit)
        expect_below(house.directory, house.unit.id, caller)
        ledger = await self._ledger(house, wanted, caller)
        data = await aside(lambda: self._written(house, ledger, wanted.form))
        made = await to_pdf(data) if wanted.form == PDF else data
        return pb.MakeLedgerResponse(
            paper=self._paper(house, "ledger", wanted.form, made),
            rows=len(ledger.matters),
            named_rows=len(ledger.names),
        )

    def _house(self, unit_id: str) -> House:
        """Raises UnitUnknown: not in the directory, or not in force today."""
        office, now = self._desk.office, self._desk.clock.now()
        unit = office.directory().units.get(unit_id)
        house = House(unit, office, self._texts, now) if unit else None
        if house is None or not house.unit.valid_on(house.today):
            raise UnitUnknown(unit=unit_id[:64])
        return house

    async def _ledger(self, house: House, wanted: WantedLedger, caller: Caller) -> Ledger:
        period = Period(house.unit.id, wanted.begins, wanted.ends, caller, house.now)
        most = NAMED if wanted.why else MOST.get(wanted.form, ON_PAPER)
        rows = await self._desk.readers.run(lambda c: registered(c, period, most))
        if len(rows) > most:
            raise LedgerTooLong(limit=most)
        named = await self._named(period, rows, wanted.why)
        begins, ends = day_text(wanted.first), day_text(wanted.last)
        said = house.text("PERIOD", begins=begins, ends=ends)
        return Ledger(matters_of(house, rows), named, said, wanted.why)

    async def _named(
        self, period: Period, rows: Sequence[reading.Row], why: str
    ) -> dict[str, dict[str, str]]:
        """Names of those whose content the caller may read, once each reading is on record."""
        caller = period.caller
        reads = []
        if role_table().is_recorded(caller):
            reads.append(RecordRead(None, "MakeLedger", f"headers:{len(rows)}", why))
        open_ones: list[reading.Row] = []
        if why:
            ids = [row["case_id"] for row in rows]
            known = await self._desk.readers.run(lambda c: with_content(c, period, ids))
            open_ones = [r for r in rows if r["case_id"] in known and not r["sealed_for"]]
            reads += [
                RecordRead(row["case_id"], "MakeLedger", "content,parties", why)
                for row in open_ones
            ]
        if reads:
            await self._desk.do(Work(record_reads, reads, key="ledger", caller=caller))
        return await self._desk.readers.run(lambda c: self._names(c, period, open_ones))

    def _names(
        self, connection: reading.Reader, period: Period, rows: Sequence[reading.Row]
    ) -> dict[str, dict[str, str]]:
        office, found = self._desk.office, {}
        for row in rows:
            content = reading.content_of(connection, row["case_id"])
            try:
                vault = office.vault.of_case(content.key, row["sealed_code_key"])
            except CaseErased:  # what was said in it is gone; the matter stays in the register
                continue
            source = Source(row, content, (), vault, office, self._texts, period.caller, period.now)
            found[row["case_no"]] = dict(names_of(source))
        return found

    def _written(self, house: House, ledger: Ledger, form: str) -> bytes:
        if form == CSV:
            return as_csv(ledger.lines(house))
        if form == XLSX:
            return as_xlsx(ledger.lines(house), house.text("TITLE_ledger"))
        return self._template("ledger").render(ledger.values(house))

    def _template(self, kind: str) -> Template:
        return Template.read(self._folder / f"unit_{kind}.docx")

    @staticmethod
    def _paper(house: House, kind: str, form: str, data: bytes) -> pb.UnitPaper:
        title = house.text(f"TITLE_{kind}")
        return pb.UnitPaper(
            filename=f"{house.title}-{title}-{house.today:%Y%m%d}.{form}",
            media_type=convert.MEDIA_TYPES[form],
            data=data,
            sha256=hashlib.sha256(data).hexdigest(),
            unit_id=house.unit.id,
            title=title,
            directory_version=house.directory.version,
        )


def unit_papers_served(desk: Desk, texts: Catalogue, folder: Path) -> Served:
    """The service with its doors."""
    return Served(
        pb.DESCRIPTOR.services_by_name["UnitPaperService"],
        grpc.add_UnitPaperServiceServicer_to_server,
        UnitPaperServicer(desk, texts, folder),
        UNIT_PAPER_ACCESS,
    )
