from datetime import UTC, datetime

from intake.storage.tables import cases
from kernel.broker import Message, Stream
from kernel.ids import new_id
from kernel.links.envelope import LinkMessage, headers_of
from kernel.settings import Secret
from kernel.testing.waiting import eventually
from lianxin.intake.v1 import events_pb2 as events
from lianxin.routing.v1 import events_pb2 as routing

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def custody_changed(case_id, number):
    """Routing says that the case went up to the county."""
    body = routing.CustodyChanged(
        case_id=case_id,
        epoch=2,
        state="out",
        holder_unit="s-anji",
        holder_path="330523.000.000",
    ).SerializeToString()
    subject = "case.330523.002.000.routing.custody_changed"
    event = LinkMessage(
        origin="anji/routing",
        incarnation=1,
        no=number,
        event_id=new_id(),
        type="routing.custody_changed",
        subject=subject,
        case_id=None,
        body=body,
        traceparent="",
        at=NOW,
    )
    return Message(subject, body, headers_of(event))


async def test_a_registration_goes_out_on_the_bus_and_custody_comes_in(
    start, make_settings, clock, local_nats
):
    """Over a real nats-server: intake.registered out, routing.custody_changed in."""
    address = local_nats.address
    settings = make_settings("bus", nats=address.servers[0], nats_seed=Secret(address.seed))
    heard = []

    async def listen(message):
        heard.append(message)

    broker = await local_nats.broker("routing", (Stream("CASE", ("case.>",)),))
    await broker.client.subscribe("case.*.*.*.intake.>", cb=listen)
    async with start(settings, clock) as front:
        made = await front.register()
        await eventually(lambda: len(heard) == 1, 20)
        (message,) = heard
        assert message.subject == "case.330523.002.000.intake.registered"
        event = events.CaseRegistered.FromString(message.data)
        assert (event.case_no, event.fact.fact_no) == (made.stamp.case_no, 1)
        assert event.fact.event_id == message.headers["ce-id"]
        assert "周小满" not in message.data.decode("utf-8", "replace")
        assert await broker.publish([custody_changed(made.stamp.case_id, 1)]) == 1
        await eventually(lambda: front.rows(cases)[0]["holder_unit"] == "s-anji", 20)
