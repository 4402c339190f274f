"""Whatever people do, in whatever order: the rules of a hearing hold after every step."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from hearing.commands import session as todo
from hearing.commands.conclusion import TakeDown
from hearing.domain.session_words import Came, Opinion, PublicationState, Stage
from hearing.handlers import opening, postponing, publishing, recusing
from hearing.storage.tables import hearing_member
from hearing.storage.tables_session import (
    attendance,
    conclusion,
    conclusion_service,
    opinion,
    publication,
    publication_consent,
    sitting,
)
from kernel.errors import Refusal

from .conftest import ANSWERING, ASKING, PANEL, RESERVE, WU, ZHOU, at_hall

STAGES, WAYS, SAID = tuple(Stage), tuple(Came), tuple(Opinion)
WHO, PARTIES = ("li", "sun"), (ZHOU, WU)


async def open_(hall, n):
    """Sometimes somebody stays away."""
    came = hall.everybody()
    if n % 3:
        who = sorted(came)[n % len(came)]
        came[who] = WAYS[n % 4]
    await hall.open(came)


async def stage(hall, n):
    """The next one, or any."""
    now = hall.hearing()["stage"] or "opening"
    following = STAGES[min(STAGES.index(Stage(now)) + 1, len(STAGES) - 1)]
    await hall.stage(following if n % 4 else STAGES[n % len(STAGES)])


async def go(hall, n):
    """Somebody leaves or comes back."""
    who = (ASKING, ANSWERING, *(f"member:{no}" for no in (1, *PANEL)))[n % 8]
    came = {who: WAYS[n % len(WAYS)]}
    await hall.act(opening.note_attendance, todo.NoteAttendance, plain=True, came=came)


async def recuse(hall, n):
    """With or without a reserve."""
    given = {"member_no": 1 + n % 9, "attendee": ASKING, "upheld": bool(n % 3), "reasons": "亲属"}
    reserve = RESERVE if n % 2 and n % 3 else None
    await hall.act(recusing.recuse_member, todo.RecuseMember, reserve_no=reserve, **given)


async def whole(hall, n):
    """Everything up to the opinions, as it should be."""
    await hall.open()
    await hall.hear()
    await hall.minutes()
    await hall.confer()
    for no in PANEL[: 5 - n % 2]:
        await hall.opinion(no, SAID[(n + no) % 3])


async def publish(hall, n):
    """Propose, decide, consent, take back, take down."""
    step = n % 5
    if step == 0:
        await hall.propose(who=WHO[n % 2], days=1 + n % 60)
    elif step == 1:
        await hall.decide(1 + n % 3, WHO[n % 2], approved=bool(n % 7))
    elif step == 4:
        await hall.act(publishing.take_down, TakeDown, plain=True, publication_no=1)
    else:
        await hall.consent(PARTIES[n % 2], given=bool(n % 5))


async def to_the_public(hall, n):
    """What leads to a publication, but for one thing."""
    await hall.serve_all()
    for one in PARTIES[: 2 - (n % 4 == 0)]:
        await hall.consent(one)
    await hall.propose()
    await hall.decide(len(hall.rows(publication)), WHO[n % 3 > 0])


async def later(hall, n):
    """Days pass, and the sweep looks."""
    hall.clock.advance(timedelta(days=1 + n % 20))
    await hall.sweep()


ACTS = {
    "open": open_,
    "stage": stage,
    "go": go,
    "recuse": recuse,
    "minutes": lambda hall, _: hall.minutes(),
    "confer": lambda hall, _: hall.confer(),
    "opinion": lambda hall, n: hall.opinion(PANEL[n % 5], SAID[n % 4]),
    "conclude": lambda hall, _: hall.conclude(),
    "adjourn": lambda hall, _: hall.act(postponing.adjourn, todo.Adjourn, reason="休会"),
    "serve": lambda hall, n: hall.serve(PARTIES[n % 2]),
    "publish": publish,
    "whole": whole,
    "to_the_public": to_the_public,
    "later": later,
}
STEPS = st.lists(st.tuples(st.sampled_from(sorted(ACTS)), st.integers(0, 60)), max_size=14)


def there(hall):
    """Parts of those who take part in the newest sitting and still sit."""
    sits = {
        f"member:{row['member_no']}"
        for row in hall.rows(hearing_member)
        if row["state"] in {"named", "objected"}
    }
    newest = max(row["sitting_no"] for row in hall.rows(sitting))
    return [
        row["part"]
        for row in hall.rows(attendance)
        if row["sitting_no"] == newest
        and Came(row["came"]).takes_part
        and (row["attendee"] in sits or row["attendee"].startswith("party:"))
    ]


def check_quorum(hall, before):
    """A sitting begins, and a stage begins, with chair, recorder and an odd panel of five."""
    row = hall.hearing()
    moved = (row["state"], row["stage"]) != (before["state"], before["stage"])
    if moved and row["state"] in {"opened", "conferring"}:
        parts = there(hall)
        panel = parts.count("panelist")
        assert {"chair", "recorder"} <= set(parts)
        assert panel >= 5
        assert panel % 2 == 1


def check_conclusion(hall):
    """What is concluded is what the opinions come to; nothing is served before."""
    row = hall.hearing()
    if row["state"] != "concluded":
        assert row["outcome"] == ""
        assert hall.rows(conclusion_service) == []
        return
    votes = hall.rows(conclusion)[0]
    count = {name: votes[name] for name in ("supported", "partly", "not_supported")}
    total = sum(count.values())
    assert total == len(hall.rows(opinion)) >= 5
    assert total % 2 == 1
    order = list(count)
    at = order.index(row["outcome"])
    assert 2 * sum(count[one] for one in order[: at + 1]) > total
    assert 2 * sum(count[one] for one in order[at:]) > total


def check_publication(hall):
    """What is shown was agreed to by all and still is, decided by another, and has a day ahead."""
    shown = [
        row for row in hall.rows(publication) if row["state"] == PublicationState.PUBLISHED.value
    ]
    assert len(shown) <= 1
    latest = {
        row["party_id"]: row["given"]
        for row in sorted(hall.rows(publication_consent), key=lambda one: one["consent_no"])
    }
    for row in shown:
        assert latest == dict.fromkeys(PARTIES, True)
        assert row["decided_by"] not in {"", row["proposed_by"]}
        assert hall.hearing()["served_at"] is not None
        assert row["take_down_at"] is not None


async def walk(steps, folder, profile):
    """Each act on one hearing, looked at; answers how many facts nobody's act explains."""
    async with at_hall(f"sqlite:///{folder / 'walk.db'}", folder, profile) as hall:
        await hall.begin()
        for name, n in steps:
            hall.version = hall.file()["version"]
            before = hall.hearing()
            with suppress(Refusal):
                await ACTS[name](hall, n)
            check_quorum(hall, before)
            check_conclusion(hall)
            check_publication(hall)
        return hall.file()["fact_no"] - len(hall.kinds())


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=STEPS)
@example(steps=[("whole", 0), ("conclude", 0), ("to_the_public", 1), ("publish", 2), ("later", 3)])
@example(steps=[("whole", 1), ("conclude", 0), ("opinion", 9), ("conclude", 0), ("later", 19)])
def test_no_sequence_opens_without_quorum_concludes_without_majority_or_publishes_unasked(
    steps, profile
):
    """After every act: quorum, majority of given opinions, service after it, every consent."""
    with TemporaryDirectory() as folder:
        assert asyncio.run(walk(steps, Path(folder), profile)) == 1  # the request before them
