"""The papers that `document set --heard` makes."""

from intake.documents.kinds import kinds
from lianxin.cli.commands.document_file import HEARD, SETTLED


def test_a_set_has_every_paper_of_a_hearing_and_none_of_a_mediation():
    """In the order they are needed; what intake can make of a hearing is made."""
    assert set(HEARD) == {name for name in kinds() if name.startswith("hearing_")}
    assert not set(HEARD) & set(SETTLED)
    assert list(HEARD) == sorted(HEARD, key=list(kinds()).index)
