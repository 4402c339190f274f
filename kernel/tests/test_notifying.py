import asyncio
import json
import logging
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.header import decode_header, make_header
from functools import partial
from itertools import product
from typing import Any

import pytest
from sqlalchemy import MetaData

from kernel import tables
from kernel.database import Database
from kernel.group_commit import Readers, Work, Writer
from kernel.ids import new_id
from kernel.notifying import keeping, reading
from kernel.notifying.channels import Channels, opening
from kernel.notifying.dispatching import Dispatcher, Ground, Reachable, Stopped
from kernel.notifying.errors import ChannelsInvalid, NoticeMissing, NoticeNotSo
from kernel.notifying.keeping import Change
from kernel.notifying.owing import Owed, owe
from kernel.notifying.settings import Ways
from kernel.notifying.tables import WAITING, add_to
from kernel.notifying.words import (
    LEASE,
    MOST_TRIES,
    OPEN,
    PAUSES,
    TABLE,
    Reason,
    State,
    Step,
    after,
    pause_after,
)
from kernel.testing.clock import FakeClock
from kernel.testing.gateways import mail_server, sms_gateway
from kernel.testing.sample_service import encode

# The notification library imports a module of Python that goes away with 3.13, which it expects.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
METADATA = MetaData()
tables.add_to(METADATA)
NOTICE = add_to(METADATA)
CHANNELS = """
residents: [sms, mail]
channels:
  sms:
    to: phone
    url: "json://127.0.0.1:{port}/?+X-Idempotency-Key={{key}}&+X-Token={{token}}&:to={{address}}"
    secrets: {{token: "env:SMS_TOKEN"}}
  mail:
    to: mail
    url: "mailto://127.0.0.1:{mail}?from=desk@example.org&to={{address}}"
"""


@dataclass
class Office:
    """A service with notices: its database, clock, and where people are reached."""

    database: Database
    writer: Writer
    clock: FakeClock
    ways: Ways
    people: dict[str, Any] = field(default_factory=dict)

    def dispatcher(self):
        """One more replica that sends."""
        readers = Readers(self.database)
        ground = Ground(NOTICE, self.writer, readers, self.clock, self._resolve)
        return Dispatcher.open(ground, self.ways)

    def _resolve(self, _connection, row):
        found = self.people[row["recipient"]]
        if isinstance(found, Stopped):
            return found
        return Reachable(found, "提醒", "您的事项有新进展")

    async def do(self, handler, command):
        """A command of the service."""
        return await self.writer.perform(Work(handler, command, traceparent=""))

    async def owes(self, *recipients, occasion="registered"):
        """Owe a notice to each; answers whether each was new."""
        case_id = new_id()
        owed = [Owed(case_id, occasion, one, "news", "s-town", {"day": "1"}) for one in recipients]
        return await self.do(lambda uow, all_: [owe(uow, NOTICE, one) for one in all_], owed)

    def rows(self):
        """The notices by recipient."""
        with self.database.readers.connect() as connection:
            found = connection.execute(NOTICE.select()).mappings().all()
        return {row["recipient"]: row for row in found}

    def states(self):
        """State of each recipient's notice."""
        return {who: row["state"] for who, row in self.rows().items()}


@asynccontextmanager
async def office_at(database, ways, clock=None):
    """An office on this database."""
    with database.writer.begin() as connection:
        METADATA.create_all(connection)
    clock = clock or FakeClock()
    async with Writer(database, METADATA, clock=clock, encode=encode) as writer:
        yield Office(database, writer, clock, ways)


@pytest.fixture
async def office(database, tmp_path):
    """An office without a gateway."""
    async with office_at(database, Ways("residents", tmp_path / "sink")) as office:
        yield office


@pytest.fixture
def sms():
    """An SMS gateway at work."""
    with sms_gateway() as gateway:
        yield gateway


@pytest.fixture
async def connected(database, tmp_path, sms, monkeypatch):
    """An office with an SMS gateway and a mail server, and both of them."""
    monkeypatch.setenv("SMS_TOKEN", "geheim/&?=")
    async with mail_server() as mail:
        file = tmp_path / "channels.yaml"
        file.write_text(CHANNELS.format(port=sms.port, mail=mail.port), encoding="utf-8")
        async with office_at(database, Ways("residents", tmp_path / "sink", file)) as office:
            yield office, sms, mail


# Words.


def test_the_table_of_a_notice_says_for_every_state_and_step_whether_it_is_possible():
    """A machine's try is given back only where none is under way; who was told stays told."""
    possible = {(state, step) for state, step in product(State, Step) if after(state, step)}
    assert possible == set(TABLE)
    assert {state for state, step in possible if step is Step.RETRY} == OPEN | {State.KEPT}
    assert not {step for state, step in possible if state in {State.TOLD, State.STOPPED}}
    assert {state.value for state in OPEN} == set(WAITING)


def test_pauses_grow_and_the_last_try_has_none():
    """Six tries over most of a day."""
    pauses = [pause_after(tries) for tries in range(1, MOST_TRIES + 1)]
    assert pauses == [*PAUSES, None]
    assert list(PAUSES) == sorted(PAUSES)


def test_hours_are_those_of_shanghai():
    """In the hours at once, before them on the same day, after them on the next."""
    hours = Channels(()).hours
    assert opening(datetime(2026, 11, 2, 1, 0, tzinfo=UTC), hours) is None
    early = opening(datetime(2026, 11, 1, 22, 0, tzinfo=UTC), hours)
    late = opening(datetime(2026, 11, 2, 10, 0, tzinfo=UTC), hours)
    assert early is not None
    assert late is not None
    assert (early.day, early.hour, late.day) == (2, 8, 3)


# Owing.


async def test_a_notice_is_owed_once_for_each_recipient_of_an_occasion(office):
    """The same occasion again owes nothing; a command that is refused owes nothing at all."""
    case_id = new_id()
    owed = Owed(case_id, "registered", "party", "news", "s-town")
    assert await office.do(lambda uow, one: owe(uow, NOTICE, one), owed)
    assert not await office.do(lambda uow, one: owe(uow, NOTICE, one), owed)

    def refused(uow, one):
        owe(uow, NOTICE, one)
        raise NoticeMissing

    with pytest.raises(NoticeMissing):
        await office.do(refused, Owed(case_id, "accepted", "party", "news", "s-town"))
    assert list(office.rows()) == ["party"]


# The local sink.


async def test_without_a_gateway_each_notice_becomes_a_file_that_only_the_owner_reads(office):
    """KEPT, never SENT: the contact is masked, and a second look finds nothing to do."""
    office.people = {"a": {"phone": "13800001234"}, "b": {"phone": "13900005678"}}
    await office.owes("a", "b")
    assert await office.dispatcher().round() == 2
    assert await office.dispatcher().round() == 0
    assert office.states() == {"a": "kept", "b": "kept"}
    files = list(office.ways.sink.rglob("*.json"))
    assert len(files) == 2
    assert all(file.stat().st_mode & 0o077 == 0 for file in [*files, files[0].parent])
    said = [json.loads(file.read_text(encoding="utf-8")) for file in files]
    assert {one["to"]["phone"] for one in said} == {"138****1234", "139****5678"}


async def test_the_sink_forgets_what_is_older_than_thirty_days(office):
    """A village's disk does not fill with what was never sent."""
    office.people = {"a": {"phone": "13800001234"}}
    await office.owes("a")
    sends = office.dispatcher()
    await sends.round()
    (old,) = (office.ways.sink / "residents").iterdir()
    office.clock.advance(timedelta(days=31))
    await office.owes("a", occasion="ended")
    await sends.round()
    assert old not in list((office.ways.sink / "residents").iterdir())


async def test_what_cannot_be_removed_from_the_sink_stops_no_notice(office, tmp_path):
    """A link in the place of an old day stays, and so does a folder that is no day."""
    sink, kept = office.ways.sink / "residents", tmp_path / "kept"
    kept.mkdir()
    sink.mkdir(parents=True)
    (sink / "2001-01-01").symlink_to(kept)
    (sink / "0-of-the-operator").mkdir()
    office.people = {"a": {"phone": "13800001234"}}
    await office.owes("a")
    await office.dispatcher().round()
    assert office.states() == {"a": "kept"}
    assert {"2001-01-01", "0-of-the-operator"} < {one.name for one in sink.iterdir()}


async def test_what_no_machine_may_send_is_put_to_a_person_and_counted(office):
    """HELD and NOT_POSSIBLE are open; what was kept is not."""
    office.people = {
        "a": Stopped(State.HELD, Reason.SAFE_CONTACT),
        "b": Stopped(State.NOT_POSSIBLE, Reason.NO_CONTACT),
        "c": {"phone": "13800001234"},
    }
    await office.owes("a", "b", "c")
    await office.dispatcher().round()
    with office.database.readers.connect() as connection:
        counts = reading.counts(connection, NOTICE)
    assert counts == {State.HELD: 1, State.NOT_POSSIBLE: 1, State.FAILED: 0, State.OWED: 0}
    assert office.rows()["a"]["reason"] == "safe_contact"


async def test_one_that_cannot_be_opened_holds_up_nobody_else(office, caplog):
    """It is logged, tried again and shown in the end; the other one leaves at once."""
    office.people = {"b": {"phone": "13800001234"}}
    await office.owes("a", "b")
    await office.dispatcher().round()
    assert office.states() == {"a": "owed", "b": "kept"}
    assert office.rows()["a"]["reason"] == "fault"


# Real gateways.


async def test_each_recipient_is_told_by_the_channel_that_fits_and_stands_for_himself(connected):
    """An SMS to one, a mail to another, nobody to the third; the key is the notice's id."""
    office, sms, mail = connected
    office.people = {
        "a": {"phone": "13800001234"},
        "b": {"mail": "b@example.org"},
        "c": {"wecom": "c"},
    }
    await office.owes("a", "b", "c")
    await office.dispatcher().round()
    rows = office.rows()
    assert office.states() == {"a": "sent", "b": "sent", "c": "not_possible"}
    assert (rows["a"]["channel"], rows["b"]["channel"]) == ("sms", "mail")
    (asked,) = sms.asked
    assert (asked["to"], asked["message"]) == ("13800001234", "您的事项有新进展")
    assert (asked["key"], asked["token"]) == (str(rows["a"]["notice_id"]), "geheim/&?=")
    ((recipient, message),) = mail.mails
    assert recipient == "b@example.org"
    assert str(make_header(decode_header(message["Subject"]))) == "提醒"


async def test_a_gateway_that_fails_is_tried_again_until_it_takes_it(connected):
    """Not before the pause is over; what was told is told once."""
    office, sms, _ = connected
    office.people, sms.refusing = {"a": {"phone": "13800001234"}}, 2
    await office.owes("a")
    sends = office.dispatcher()
    assert await sends.round() == 1
    assert await sends.round() == 0
    for pause in PAUSES[:2]:
        office.clock.advance(pause)
        await sends.round()
    row = office.rows()["a"]
    assert (row["state"], row["tries"], row["reason"]) == ("sent", 3, "")
    assert (len(sms.asked), len(sms.sent)) == (3, 1)


async def test_after_the_last_try_it_failed_and_a_person_may_have_it_tried_anew(connected):
    """FAILED is shown; RETRY begins from the first try."""
    office, sms, _ = connected
    office.people, sms.refusing = {"a": {"phone": "13800001234"}}, MOST_TRIES
    await office.owes("a")
    sends = office.dispatcher()
    for pause in (*PAUSES, timedelta(0)):
        await sends.round()
        office.clock.advance(pause)
    row = office.rows()["a"]
    assert (row["state"], row["reason"]) == ("failed", "refused_by_gateway")
    retried = Change(row["notice_id"], Step.RETRY, row["version"])
    await office.do(partial(keeping.change, table=NOTICE), retried)
    await sends.round()
    assert office.states() == {"a": "sent"}


async def test_a_crash_between_sending_and_recording_sends_again_under_the_same_key(connected):
    """At least once: handed in twice, and a gateway that knows the key sends it once."""
    office, sms, _ = connected
    office.people = {"a": {"phone": "13800001234"}}
    await office.owes("a")
    crashed = office.dispatcher()
    held = asyncio.Event()

    async def never(handler, command, do=crashed._do):
        if handler is keeping.record:
            held.set()
            await asyncio.Event().wait()
        return await do(handler, command)

    crashed._do = never
    round_ = asyncio.create_task(crashed.round())
    await held.wait()
    round_.cancel()
    other = office.dispatcher()
    assert await other.round() == 0
    office.clock.advance(LEASE)
    assert await other.round() == 1
    assert len(sms.asked) == 2
    assert len(sms.sent) == 1
    assert (office.states(), office.rows()["a"]["tries"]) == ({"a": "sent"}, 2)


async def test_two_replicas_send_nothing_twice(connected):
    """A claim is exclusive: the other one finds nothing due."""
    office, sms, _ = connected
    office.people = {str(n): {"phone": f"1380000{n:04}"} for n in range(12)}
    await office.owes(*office.people)
    await asyncio.gather(office.dispatcher().round(), office.dispatcher().round())
    assert len(sms.asked) == len(sms.sent) == 12
    assert set(office.states().values()) == {"sent"}


async def test_a_gateway_says_whether_it_arrived(connected):
    """DELIVERED, or FAILED and open again; a person's stale view is refused."""
    office, _, _ = connected
    office.people = {"a": {"phone": "13800001234"}, "b": {"phone": "13900005678"}}
    await office.owes("a", "b")
    await office.dispatcher().round()
    rows = office.rows()
    change = partial(keeping.change, table=NOTICE)
    await office.do(change, Change(rows["a"]["notice_id"], Step.ARRIVED))
    await office.do(change, Change(rows["b"]["notice_id"], Step.LOST))
    assert office.states() == {"a": "delivered", "b": "failed"}
    with pytest.raises(NoticeNotSo):
        await office.do(change, Change(rows["a"]["notice_id"], Step.RETRY))
    with pytest.raises(NoticeMissing):
        await office.do(change, Change(new_id(), Step.TELL))


async def test_neither_contact_nor_secret_is_logged_when_a_gateway_refuses(connected, capfd):
    """What the library and we say of a failure names no telephone, no address and no token."""
    office, sms, _ = connected
    office.people, sms.refusing = {"a": {"phone": "13800001234"}}, 1
    await office.owes("a")
    logging.getLogger("apprise").setLevel(logging.WARNING)
    await office.dispatcher().round()
    said = "".join(capfd.readouterr())
    assert "notice_not_taken" in said
    for word in ("13800001234", "geheim", f"127.0.0.1:{sms.port}"):
        assert word not in said


# The file of channels.

SECRET_FROM = (
    "residents: [a]\nchannels: {a: {to: phone, url: 'json://{address}/{t}',"
    " secrets: {t: 'SOURCE'}}}"
)


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("[", "cannot be read"),
        ("- sms", "not a mapping"),
        ("residents: [sms]\nchannels: {}", "residents"),
        ("residents: [a]\nchannels: {a: {to: pigeon, url: 'json://x/{address}'}}", "channels.a"),
        ("residents: [a]\nchannels: {a: {to: phone, url: 'json://x/'}}", "tell nobody"),
        ("residents: [a]\nchannels: {a: {to: phone, url: 'json://{address}/{x}'}}", "no secret"),
        (
            "residents: [a]\nchannels: {a: {to: phone, url: '{address}', secrets: {x: 'hunter2'}}}",
            "secrets.x",
        ),
        ("hours: ['18:00', '08:00']\nchannels: {}", "hours"),
        ("hours: 2026-13-45\nchannels: {}", "cannot be read"),
        ("residents: sms\nchannels: {sms: {}}", "not a list of names"),
        ("residents: [[sms]]\nchannels: {sms: {}}", "not a list of names"),
        ("residents: 3\nchannels: {}", "not a list of names"),
        ("residents: [a]\nchannels: {a: {to: phone, url: 'json://{address}/}'}}", "a brace"),
        ("residents: [a]\nchannels: {a: {to: phone, url: 'json://{address'}}", "a brace"),
        ("residents: [a]\nchannels: {a: {to: phone, url: 'json://{address:d}'}}", "stands alone"),
        ("residents: [a]\nchannels: {a: {to: phone, url: 'json://{address!z}'}}", "stands alone"),
        ("residents: [a]\nchannels: {a: {to: phone, url: 'json://{address.x}'}}", "no secret"),
        ("residents: [a]\nchannels: {a: {to: [x], url: 'json://{address}'}}", "channels.a"),
        *(
            (SECRET_FROM.replace("SOURCE", source), "secrets.t")
            for source in ("file:/nowhere/hunter2", "file:/", "file:/bin/sh", "env:NO_SUCH_NAME")
        ),
    ],
)
def test_a_file_of_channels_that_cannot_be_used_says_where_and_never_what(tmp_path, content, named):
    """The service does not start with it; no value of the file is in the message."""
    file = tmp_path / "channels.yaml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ChannelsInvalid, match=named) as refused:
        Channels.load(file, "residents")
    assert "hunter2" not in str(refused.value)


def test_a_secret_comes_from_the_environment_or_a_file_and_is_quoted(tmp_path, monkeypatch):
    """What it contains cannot change the address; printing a channel shows neither."""
    (tmp_path / "token").write_text("a&b=c\n", encoding="utf-8")
    monkeypatch.setenv("SMS_USER", "u/x")
    file = tmp_path / "channels.yaml"
    file.write_text(
        "staff: [sms]\nchannels: {sms: {to: phone, url: 'json://{user}@h/?t={token}&to={address}',"
        f" secrets: {{user: 'env:SMS_USER', token: 'file:{tmp_path}/token'}}}}}}",
        encoding="utf-8",
    )
    (channel,) = Channels.load(file, "staff").channels
    assert channel.address("138 0", "k") == "json://u%2Fx@h/?t=a%26b%3Dc&to=138%200"
    assert "a&b" not in repr(channel)
    assert Channels.load(file, "residents").channels == ()
