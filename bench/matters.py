"""Matters to register: clauses of the sample disputes mixed anew, so that few are alike."""

import json
import random
import re
from pathlib import Path

from kernel.ids import new_id
from lianxin.common.v1 import case_pb2 as words
from lianxin.intake.v1 import case_pb2, intake_service_pb2

SAMPLES = Path(__file__).resolve().parents[1] / "deploy/samples/anji/cases.jsonl"
CLAUSE = re.compile(r"[，。；！？]")
SURNAMES = "王李张刘陈杨赵黄周吴徐孙马朱胡郭何高林罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰涛明超秀霞平刚桂英建华文玉兰红"


class Matters:
    """Drafts of one made-up applicant each; the same seed gives the same drafts."""

    def __init__(self, seed: int = 1, places: tuple[str, ...] = ()) -> None:
        rows = [json.loads(line) for line in SAMPLES.read_text("utf-8").splitlines()]
        rows = [row for row in rows if not row["sealed"]]
        self._clauses = [c for row in rows for c in CLAUSE.split(row["narrative"]) if c]
        self._places = places or tuple(sorted({row["place_code"] for row in rows}))
        self._chance = random.Random(seed)  # noqa: S311 (made-up matters, nothing secret)

    def draft(self) -> case_pb2.CaseDraft:
        """A named visitor with five to nine clauses and one request: about 500 bytes."""
        pick = self._chance
        name = pick.choice(SURNAMES) + "".join(pick.choices(GIVEN, k=2))
        place = pick.choice(self._places)
        applicant = case_pb2.Party(
            role=words.PARTY_ROLE_APPLICANT,
            kind=words.PARTY_KIND_PERSON,
            name=name,
            phone=f"1990{pick.randrange(10**7):07}",
            living_place=f"{place}组{pick.randrange(1, 200)}号",
        )
        return case_pb2.CaseDraft(
            channel=words.CHANNEL_VISIT,
            identity=words.IDENTITY_MODE_NAMED,
            parties=[applicant],
            narrative="，".join(pick.sample(self._clauses, k=pick.randint(5, 9))) + "。",
            requests=[case_pb2.Request(text=pick.choice(self._clauses))],
            place_code=place,
            place_text=f"{place}组",
        )

    def registration(self) -> intake_service_pb2.RegisterCaseRequest:
        """A RegisterCase request with an id of its own."""
        return intake_service_pb2.RegisterCaseRequest(request_id=str(new_id()), draft=self.draft())

    def import_row(self, n: int) -> intake_service_pb2.ImportCasesRequest:
        """Row n of an import."""
        return intake_service_pb2.ImportCasesRequest(
            row=str(n), import_key=str(new_id()), draft=self.draft()
        )
