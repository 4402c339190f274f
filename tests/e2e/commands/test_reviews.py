"""复查 and 复核 across nodes, from a petition that a village answered to 不再受理."""

VILLAGE, TOWN, OUTSIDE = "s-dipu-lujia", "s-dipu", "o-anji-fucha"
GROUNDS = "答复没有说到那段排水沟是谁填的"
OPINION = ("--opinion", "经复查，原意见查清了事实", "--basis", "《信访工作条例》第三十五条")
PAPER = tuple(
    word
    for said in (
        "facts=沟在他人宅基地内",
        "basis=xinfang_2022:32",
        "outcome=not_supported",
        "opinion=不予支持",
        "review_body=s-dipu",
    )
    for word in ("--set", said)
)


def reviews(county, who, number):
    """What a node shows of the reviews of a case."""
    return county.ask(who, "review", "show", number)["papers"]


def under_review(county, who, number):
    """The review that a unit has to decide, once it has come."""

    def waiting():
        lines = county.ask(who, "review", "list")["reviews"]
        return [one for one in lines if one["case_no"] == number]

    (line,) = county.until(waiting, f"{number} to be reviewed by {who}")
    return line


def answered(county, folder):
    """A petition that the village answered in writing, served and ended; number and code."""
    number, code = county.registered("village", request="把填了的沟挖开")
    county.ask("village", "case", "accept", number, "--procedure", "信访事项")
    found = ("--request", "1", "--finding", "不支持")
    county.ask("village", "case", "answer", number, "沟在他人宅基地内。", *found)
    out = ("--out", f"{folder}/opinion.docx")
    county.ask("village", "document", "make", number, "opinion", *PAPER, *out)
    (paper,) = county.ask("village", "document", "list", number)["documents"]
    proof = ("--method", "direct", "--by", "村委会", "--on", county.day(0))
    county.ask("village", "document", "serve", number, paper["document_id"], *proof)
    ended = ("--ending", "不予支持", "--review-route-told")
    county.ask("village", "case", "close", number, *ended)
    return number, code


def told(county, number, code, words):
    """The step in these words, once the resident is told of it at the village."""

    def found():
        answer = county.ask("nobody", "case", "track", number, code, node="lujia")
        return [one["text"] for one in answer["steps"] if words in one["text"]]

    return county.until(found, f"told: {words}")[-1]


def test_a_dissatisfied_resident_reaches_both_levels(county, tmp_path):
    """Asked at the village, decided by the township, then by a body outside; then 不再受理."""
    number, code = answered(county, tmp_path)
    assert county.day(30)[:4] in told(county, number, code, "可以在")
    ask = ("review", "ask", number, code, "--grounds", GROUNDS)
    assert county.ask("nobody", *ask, node="lujia")["level"] == "review"
    assert county.reason("nobody", *ask, node="lujia") == "REVIEW_UNDER_WAY"
    county.held_by("town", number)
    line = under_review(county, "town", number)
    assert (line["reviewed_unit"], line["body"], line["level"]) == (VILLAGE, TOWN, "review")
    assert line["due_on"]
    assert county.ask("town", "today")["reviews"] >= 1
    (paper,) = reviews(county, "town", number)
    assert paper["grounds"] == GROUNDS
    moved = county.reason("town", "case", "object", number, "--grounds", "not_competent")
    assert moved == "NO_OBJECTION_TO_REVIEW"

    _mediated(county, number, line)
    decide = ("review", "decide", number, "--result", "维持", *OPINION)
    county.ask("town", *decide)
    assert county.reason("town", "review", "approve", number) == "DENIED"
    _closed_first(county, number)
    county.ask("town-head", "review", "approve", number)
    (paper,) = reviews(county, "town", number)
    assert (paper["review"]["result"], paper["opinion"]) == ("upheld", OPINION[1])
    file = tmp_path / "review_opinion.docx"
    county.ask("town", "document", "make", number, "review_opinion", "--out", str(file))
    assert file.read_bytes()[:2] == b"PK"
    assert "维持" in told(county, number, code, "复查决定")
    assert GROUNDS not in str(county.ask("town", "case", "log", number))
    _outside(county, number)


def _mediated(county, number, line):
    """复查与调解对接: the body may open a mediation; the days of the review run on."""
    county.ask("town", "mediation", "open", number)

    def opened():
        entries = county.ask("town", "case", "log", number)["entries"]
        return "mediation.opened" in [entry["kind"] for entry in entries]

    county.until(opened, "the mediation is in the log")
    again = under_review(county, "town", number)
    assert (again["state"], again["due_on"]) == ("deciding", line["due_on"])


def _closed_first(county, number):
    """The decision ends no case past a mediation that is open: it is closed by its own guards."""
    assert county.reason("town-head", "review", "approve", number) == "CASE_NOT_CLOSABLE"
    county.ask("town", "mediation", "refuse", number, "--ground", "clear_refusal")
    county.ask("town-head", "mediation", "decide-refusal", number, "--approve")
    county.ask("town", "mediation", "close", number)

    def closed():
        entries = county.ask("town", "case", "log", number)["entries"]
        return "mediation.closed" in [entry["kind"] for entry in entries]

    county.until(closed, "the mediation is closed in the log")


def _outside(county, number):
    """复核 by a body that will never run Lianxin: taken down, written to, recorded."""
    taken = county.ask("village", "review", "take-down", number, "--grounds", GROUNDS)
    assert taken["level"] == "rereview"
    line = under_review(county, "town", number)
    assert (line["body"], line["outside"], line["reviewed_unit"]) == (OUTSIDE, True, TOWN)
    county.held_by("town", number)
    county.ask("town", "case", "referral", number, "received", "--referral", line["referral_id"])
    county.ask("town", "review", "decide", number, "--result", "upheld", *OPINION)
    county.ask("town-head", "review", "approve", number)
    found = county.custody("town", number)
    assert (found["state"], found["ending"]) == ("ended", "review_concluded")

    def exhausted():
        again = ("review", "take-down", number, "--grounds", GROUNDS)
        return county.reason("village", *again) == "REVIEW_EXHAUSTED"

    county.until(exhausted, "the village knows that it is over")
