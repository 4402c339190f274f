"""A regulation profile: the limits and rules of a place, as data with an article for each."""

import msgspec

from kernel.regulation.clocks import Citation, Clock, Ladder, Text
from kernel.regulation.errors import ClockUnknown
from kernel.regulation.rules import Rules
from kernel.regulation.values import SourceKind

LONGEST_ID = 64


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A law, or a place's own rule, that articles are cited from."""

    zh: str
    en: str
    kind: SourceKind


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """A loaded profile. `version` and `digest` together pin it: a case keeps both."""

    id: str
    title: Text
    version: str
    notice: Text
    """What a deployer must know before using it."""
    warning_time: str
    """The hour of warnings and supervision, HH:MM in Asia/Shanghai."""
    sources: dict[str, Source]
    clocks: dict[str, Clock]
    ladders: dict[str, Ladder]
    rules: Rules
    digest: str
    """SHA-256 of the content in a fixed form, in hex: comments and order do not matter."""

    def clock(self, clock_id: str) -> Clock:
        """The clock of that id.

        Raises:
            ClockUnknown: the profile has none.
        """
        try:
            return self.clocks[clock_id]
        except KeyError:
            raise ClockUnknown(profile=self.id, clock=clock_id[:LONGEST_ID]) from None

    def ladder_of(self, clock: Clock) -> Ladder | None:
        """The supervision that a breach of the clock leads to, if any."""
        return self.ladders[clock.ladder] if clock.ladder else None

    def is_national(self, article: Citation) -> bool:
        """Whether the citation rests on national law."""
        return any(self.sources[ref.partition(":")[0]].kind is SourceKind.LAW for ref in article)

    def cite(self, article: Citation, locale: str = "zh-CN") -> str:
        """The citation written out, as in 《信访工作条例》第22条; empty when there is none."""
        if locale == "en":
            return "; ".join(self._cite_en(ref) for ref in article)
        return "、".join(self._cite_zh(ref) for ref in article)

    def _cite_zh(self, ref: str) -> str:
        source, _, place = ref.partition(":")
        head, bracket, rest = place.partition("(")
        if not head.isdigit():
            return f"{self.sources[source].zh}{f'（{place}）' if place else ''}"
        return f"{self.sources[source].zh}第{head}条{bracket}{rest}"

    def _cite_en(self, ref: str) -> str:
        source, _, place = ref.partition(":")
        if not place:
            return self.sources[source].en
        return f"{self.sources[source].en}, {'Art. ' if place[0].isdigit() else ''}{place}"
