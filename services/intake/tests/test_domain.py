import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.domain import numbering, suggestions
from intake.domain.matter import Draft, PartyDraft, violations
from intake.domain.refusals import RefusalKind
from intake.domain.showing import Reader
from intake.domain.states import BACK, TABLE, Act, State, after
from intake.domain.suggestions import Suggestion
from intake.domain.text import is_id_number, text_violations, without_id_numbers
from intake.domain.tracking import timeline
from intake.domain.words import Channel, Identity, PartyRole, Purpose
from intake.storage.suggestions import from_text, to_text

NOW = datetime(2026, 11, 21, tzinfo=UTC)
ENDS = {State.REFUSED, State.ANSWERED, State.WITHDRAWN, State.VOIDED, State.MERGED, State.ENDED}
PROPOSALS = {Act.PROPOSE_REFUSAL: State.REFUSING, Act.WITHDRAW: State.WITHDRAWING}
ID_NUMBER = "11010519491231002X"


@pytest.mark.parametrize("state, act", list(itertools.product(State, Act)))
def test_every_act_in_every_state_is_in_the_table_or_impossible(state, act):
    """An end allows nothing; what is pending keeps, goes back or ends; VOID is for the mistaken."""
    target = after(state, act, State.REGISTERED)
    if state in ENDS:
        assert target is None
    if target is None:
        return
    if TABLE[state, act] is BACK:
        assert state.pending
        assert after(state, act, State.ACCEPTED) is State.ACCEPTED
    if act in PROPOSALS:
        assert target is PROPOSALS[act]
    if act is Act.VOID:
        assert (state, target) == (State.REGISTERED, State.VOIDED)
    if act is Act.CLOSE:
        assert (state.open, target) == (True, State.ENDED)
    assert target.open or target in ENDS


def test_every_open_state_leads_to_an_end_and_every_end_can_be_reached():
    """Nothing is stuck: from each open state some acts lead to an end."""
    reached = {State.REGISTERED}
    while True:
        more = {after(state, act, State.ACCEPTED) for state in reached for act in Act} - {None}
        if more <= reached:
            break
        reached |= more
    assert reached == set(State)
    for state in State:
        ends = {after(state, act, State.REGISTERED) for act in Act} & ENDS
        assert bool(ends) == state.open


@pytest.mark.parametrize("kind", RefusalKind)
def test_a_refusal_is_possible_before_acceptance_and_two_kinds_after(kind):
    """After 受理 only 不予调解 and 待补正 remain."""
    assert kind.possible_in(State.REGISTERED)
    later = {RefusalKind.NOT_MEDIATED, RefusalKind.TO_BE_COMPLETED}
    assert kind.possible_in(State.ACCEPTED) == (kind in later)
    assert not kind.possible_in(State.ANSWERED)


def test_numbers_follow_the_sites_code():
    """A village's number has 12 digits of division, a county's 6."""
    assert numbering.case_no("330523.001.204", 2026, 17) == "330523001204-2026-00017"
    assert numbering.case_no("330523.000.000", 2026, 123456) == "330523-2026-123456"
    assert numbering.sealed_case_no("330523.000.000", 2026, 5) == "330523-2026-J000000005"


@given(st.binary(min_size=10, max_size=10))
def test_a_code_is_read_back_however_it_is_typed(random_bytes):
    """Lower case, dashes, spaces and full-width characters do not matter."""
    code = numbering.query_code(random_bytes)
    wide = "".join(chr(ord(char) + 0xFEE0) for char in code)
    for typed in (code, code.lower(), numbering.shown_code(code), " ".join(code), wide):
        assert numbering.plain_code(typed) == code


def test_codes_have_forty_bits_and_no_confusable_characters():
    """30 letters and digits, ten of them."""
    assert len(numbering.CODE_ALPHABET) ** numbering.CODE_LENGTH > 2**40
    assert not set("0O1IlLU") & set(numbering.CODE_ALPHABET)


@given(st.text(max_size=60))
def test_no_text_upsets_the_reading_of_numbers_and_codes(text):
    """Whatever is typed is a number, a code or nothing."""
    assert numbering.plain_number(text) == "" or numbering.plain_number(text).isascii()
    assert numbering.plain_code(text) == "" or len(numbering.plain_code(text)) == 10


def test_identity_numbers_are_refused_in_fields_and_blotted_out_of_stories():
    """By check digit: a number of 18 digits that is none stays as it is."""
    assert is_id_number(ID_NUMBER)
    assert [v.reason for v in text_violations("name", f"张三{ID_NUMBER}", 100)] == ["ID_NUMBER"]
    text, found = without_id_numbers(f"身份证{ID_NUMBER}，工单号110105194912310021。")
    assert found
    assert text == "身份证110105************，工单号110105194912310021。"


def draft(**values):
    """A draft with the four answers."""
    given_values = {
        "channel": Channel.VISIT,
        "identity": Identity.NAMED,
        "narrative": "排水沟堵了",
        "place_code": "330523001204",
        "parties": (PartyDraft(PartyRole.APPLICANT, name="周小满"),),
    } | values
    return Draft(**given_values)


def test_four_questions_are_compulsory_and_no_more():
    """Who or anonymous, where, what; phone or none; everything else may be left out."""
    assert violations(draft(), NOW) == []
    assert violations(draft(identity=Identity.ANONYMOUS, parties=()), NOW) == []
    empty = Draft(channel=None, identity=None, narrative="", place_code="")
    assert {v.field for v in violations(empty, NOW)} == {
        "draft.channel",
        "draft.identity",
        "draft.narrative",
        "draft.place_code",
    }


@pytest.mark.parametrize(
    "values, field, reason",
    [
        ({"narrative": "x" * 20_001}, "draft.narrative", "TOO_LONG"),
        ({"narrative": "a\x00b"}, "draft.narrative", "NOT_TEXT"),
        ({"narrative": "a\u202eb"}, "draft.narrative", "NOT_TEXT"),
        ({"place_code": "3305"}, "draft.place_code", "PLACE_TOO_WIDE"),
        ({"place_code": "330523000204"}, "draft.place_code", "MALFORMED"),
        ({"parties": ()}, "draft.parties", "APPLICANT_REQUIRED"),
        ({"headcount": -1}, "draft.headcount", "TOO_LARGE"),
        ({"tags": ("a b",)}, "draft.tags[0]", "MALFORMED"),
        ({"source_no": "7"}, "draft.source_system", "REQUIRED"),
        ({"received_at": NOW + timedelta(days=1)}, "draft.received_at", "IN_FUTURE"),
        ({"backlog": True}, "draft.received_at", "REQUIRED"),
        ({"purpose": Purpose.ACCUSATION}, "draft.sealed_for", "RECEIVING_BODY_REQUIRED"),
        ({"sealed_for": "u", "about_units": ("u",)}, "draft.sealed_for", "COMPLAINED_OF"),
        ({"requests": ("",)}, "draft.requests[0].text", "REQUIRED"),
        ({"requests": ("x",) * 51}, "draft.requests", "TOO_MANY"),
    ],
)
def test_what_is_wrong_names_its_field(values, field, reason):
    """Each rule of a draft, by its proto path."""
    assert (field, reason) in [(v.field, v.reason) for v in violations(draft(**values), NOW)]


@pytest.mark.parametrize(
    "party, reason",
    [
        ({"phone": "call me"}, "MALFORMED_PHONE"),
        ({"phone": "1" * 31}, "TOO_LONG"),
        ({"name": "x" * 101}, "TOO_LONG"),
        ({"help_flags": ("rich",)}, "UNKNOWN_VALUE"),
        ({"living_place": ID_NUMBER}, "ID_NUMBER"),
    ],
)
def test_what_is_wrong_with_a_party_is_named(party, reason):
    """Each rule of a party."""
    given_party = PartyDraft(PartyRole.APPLICANT, **{"name": "周小满"} | party)
    found = violations(draft(parties=(given_party,)), NOW)
    assert reason in {v.reason for v in found}


@given(st.data())
def test_the_wish_not_to_be_named_holds_against_every_handler(data):
    """Only the unit that took the matter down may read the name of somebody who withheld it."""
    units = st.sampled_from(["a", "b", "c"])
    reader = Reader(data.draw(units), data.draw(units), data.draw(units), data.draw(st.booleans()))
    shown = reader.sees_person(Identity.WITHHELD, PartyRole.APPLICANT)
    assert not shown or (reader.asked and reader.unit == reader.registering_unit)
    assert reader.sees_person(Identity.NAMED, PartyRole.RESPONDENT) == reader.asked


def test_a_decision_stands_before_any_proposal():
    """best() answers what a person decided, else the highest score."""
    listed = [Suggestion("colour", "green", 0.4, "X"), Suggestion("colour", "red", 0.9, "Y")]
    assert suggestions.best(listed, "colour") == "red"
    decided = suggestions.confirmed(listed, "colour", "yellow", "clerk")
    assert suggestions.best(decided, "colour") == "yellow"
    by_hand = suggestions.confirmed([], "category", "water", "clerk")
    assert suggestions.best(by_hand, "category") == "water"
    assert from_text(to_text(decided)) == decided


def test_a_step_that_routing_tells_of_too_is_shown_once():
    """Facts and steps in one order, the same kind in the same second once; proposals never."""
    base = {"unit": "u", "body": "{}"}
    facts = [
        {**base, "kind": "intake.registered", "at": NOW},
        {**base, "kind": "intake.refusal_proposed", "at": NOW},
    ]
    told = [
        {**base, "kind": "intake.registered", "at": NOW + timedelta(milliseconds=300)},
        {**base, "kind": "routing.signed", "at": NOW + timedelta(hours=1)},
    ]
    told.reverse()
    kinds = [step.kind for step in timeline(facts, told)]
    assert kinds == ["intake.registered", "routing.signed"]
