"""Where the hearings of the demonstration are held, and by whom: one room, one chair, a pool."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from kernel.clock import SHANGHAI
from kernel.ids import new_id
from lianxin.cli.demo.people import Clerk
from lianxin.hearing.v1 import register_pb2 as pb

OPENS, CLOSES = 9 * 60, 17 * 60
POOL = (
    ("代表甲", pb.PERSON_KIND_DEPUTY),
    ("代表乙", pb.PERSON_KIND_DEPUTY),
    ("委员甲", pb.PERSON_KIND_COMMITTEE_MEMBER),
    ("学者甲", pb.PERSON_KIND_SCHOLAR),
    ("律师甲", pb.PERSON_KIND_LAWYER),
    ("律师乙", pb.PERSON_KIND_LAWYER),
    ("乡贤甲", pb.PERSON_KIND_RESIDENT),
)


@dataclass
class Office:
    """Who keeps the register, and the ids that are used again."""

    clerk: Clerk
    chair: str = field(default_factory=lambda: str(new_id()))
    room: str = field(default_factory=lambda: str(new_id()))


def room(unit: str, office: Office) -> pb.RoomEntry:
    """The only room."""
    return pb.RoomEntry(
        room_id=office.room,
        unit_id=unit,
        name="听证室",
        capacity=60,
        opens=OPENS,
        closes=CLOSES,
        use=pb.ROOM_USE_NODE,
    )


def people(unit: str, department: str, office: Office) -> list[pb.PersonEntry]:
    """The only chair, a recorder, the department's representative, and the pool."""
    return [
        pb.PersonEntry(
            person_id=office.chair, unit_id=unit, name="主持人甲", kinds=[pb.PERSON_KIND_CHAIR]
        ),
        _person(unit, "记录员甲", pb.PERSON_KIND_RECORDER),
        pb.PersonEntry(
            person_id=str(new_id()),
            unit_id=unit,
            name="部门代表甲",
            kinds=[pb.PERSON_KIND_REPRESENTATIVE],
            department_id=department,
        ),
        *(_person(unit, name, kind) for name, kind in POOL),
    ]


def _person(unit: str, name: str, kind: pb.PersonKind.ValueType) -> pb.PersonEntry:
    return pb.PersonEntry(person_id=str(new_id()), unit_id=unit, name=name, kinds=[kind])


def day_of(text: str) -> tuple[datetime, datetime]:
    """A day from its beginning to its end, in Shanghai."""
    begins = datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)
    return begins, begins + timedelta(days=1)
