"""The mediators of the sample county, kept at the nodes, and when each of them is taken."""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kernel.ids import new_id
from lianxin.cli.demo import acts
from lianxin.cli.demo.people import Clerk
from lianxin.cli.demo.stage import Stage
from lianxin.cli.demo.world import NODES, SAMPLES
from lianxin.cli.node.config import shipped
from lianxin.mediation.v1 import casework_pb2 as pb
from lianxin.mediation.v1 import consent_pb2 as consent
from lianxin.mediation.v1 import mediation_pb2

APPOINTS = "committee_head"
SITTING, APART = timedelta(minutes=25), timedelta(minutes=30)
"""How long a session takes here, and how far the begins of two lie apart."""


@dataclass
class Register:
    """Everybody who mediates in the county, and how often each was called to a table."""

    entries: list[pb.MediatorEntry]
    kept: Counter[str] = field(default_factory=Counter)
    """How many each node keeps."""
    _taken: Counter[str] = field(default_factory=Counter)
    _texts: str = ""

    async def texts_read(self, clerk: Clerk) -> str:
        """Version of the consents that are read out today; asked for once."""
        if not self._texts:
            asked = consent.GetConsentTextsRequest()
            answer = await acts.call(clerk.mediation_consent.GetConsentTexts(asked))
            self._texts = answer.version
        return self._texts

    def sitting(self, mediator_ids: Iterable[str], *, days_ago: int = 0) -> tuple[datetime, ...]:
        """Begin and end of a session that is over and in which none of them was taken before.

        A record is written after the session, so the sessions here lie in the past.
        """
        named = list(mediator_ids)
        turn = 1 + max(self._taken[one] for one in named)
        self._taken.update(dict.fromkeys(named, 0))
        for one in named:
            self._taken[one] = turn
        begin = datetime.now(UTC) - timedelta(days=days_ago) - turn * APART
        return begin, begin + SITTING


def load(file: Path | None = None) -> list[pb.MediatorEntry]:
    """The sample file, an import file of mediators by field names."""
    path = file or shipped(SAMPLES) / "anji" / "mediators-county.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        return [_entry(row) for row in csv.DictReader(lines)]


def _entry(row: dict[str, str]) -> pb.MediatorEntry:
    kinds = [f"MEDIATION_KIND_{kind.upper()}" for kind in row["mediator_kinds"].split(";")]
    return pb.MediatorEntry(
        mediator_id=row["mediator_no"],
        staff=row["staff"],
        unit_id=row["unit"],
        fields=row["mediator_fields"].split(";"),
        kinds=[mediation_pb2.MediationKind.Value(kind) for kind in kinds],
        languages=row["mediator_languages"].split(";"),
        load_limit=int(row["load_limit"]),
    )


async def registered(stage: Stage) -> Register:
    """The register; at the first call each node is told of the mediators of its sites."""
    if stage.register is None:
        stage.register = await _kept(stage)
    return stage.register


async def _kept(stage: Stage) -> Register:
    register = Register(load())
    of_node: defaultdict[str, list[pb.MediatorEntry]] = defaultdict(list)
    for one in register.entries:
        of_node[stage.directory.node_of(one.unit_id)].append(one)
    for node in NODES:
        head = await stage.clerk(stage.site(node), APPOINTS)
        request = pb.KeepMediatorsRequest(request_id=str(new_id()), mediators=of_node[node])
        register.kept[node] = (await acts.call(head.mediation.KeepMediators(request))).kept
    return register
