"""What people are shown of what a command did: words and dates, no codes."""

import pytest

from lianxin.cli.commands import document
from lianxin.cli.plain import plain
from lianxin.cli.words import say
from lianxin.intake.v1 import documents_pb2 as pb

ID = "01990000-0000-7000-8000-000000000001"
MADE = pb.Document(
    document_id=ID,
    kind="opinion",
    title="信访事项处理意见书",
    sha256="ab" * 32,
    template="cd" * 32,
    made_by="li",
    unit="s-dipu",
    state="unserved",
    starts_clock="review_request",
)
SERVED = pb.RecordServiceResponse(
    service=pb.Service(
        service_id=ID, method=pb.SERVICE_METHOD_POST, served_on="2026-11-22", served_by="沈某"
    ),
    started_clock="review_request",
)


@pytest.fixture(autouse=True)
def chinese(monkeypatch):
    """People read Chinese."""
    monkeypatch.setenv("LIANXIN_LANG", "zh")


def test_a_document_that_was_made_is_shown_in_words(capsys):
    """Its title, whether it was served and which time begins with it; no code, no hash."""
    document.show_made(plain(MADE) | {"file": "opinion.docx"})
    shown = capsys.readouterr().out
    assert all(part in shown for part in ("信访事项处理意见书", "未送达", "申请复查", ID))
    assert not any(raw in shown for raw in ("unserved", "review_request", "abab", "cdcd", "s-dipu"))


def test_a_service_is_shown_in_words_and_dated_as_recorded(capsys):
    """Method and clock by name; the time of recording is no oral agreement."""
    SERVED.service.recorded_at.FromJsonString("2026-11-22T02:00:00Z")
    document.show_served(plain(SERVED), "330523-2026-00007")
    shown = capsys.readouterr().out
    assert all(part in shown for part in ("邮寄", "申请复查", "2026-11-22 10:00", "沈某"))
    assert not any(raw in shown for raw in ("post", "review_request", "口头协议登记"))
    assert say("col.oral_recorded_at") != say("col.recorded_at")
