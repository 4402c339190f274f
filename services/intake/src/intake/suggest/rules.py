"""The rule-based classifier: lexicons and figures are data files, this file only adds them up."""

from operator import itemgetter

from intake.suggest.lexicon import QUARTER, Evidence, Lexicon, shipped_lexicon
from intake.suggest.matter import Matter, Suggestion
from intake.suggest.rulebook import (
    Category,
    Points,
    Rulebook,
    shipped_categories,
    shipped_rules,
)
from intake.suggest.tally import DEFAULT, WORDS, LevelKey, add, certainty, level, share

OTHER = "other"
NOTHING: Points = {}
_POINTS = itemgetter(1)


class RuleClassifier:
    """Proposes by words and plain facts. Compiled once; `suggest` may run in any thread."""

    def __init__(self, rules: Rulebook, categories: dict[str, Category], lexicon: Lexicon) -> None:
        self._rules = rules
        self._lexicon = lexicon
        self._lanes = {slot: tuple(lanes.items()) for slot, lanes in lexicon.lanes.items()}
        weights = {file.slot: file.weights for file in lexicon.files}
        self._grave = weights["colour"][rules.colour.red_needs]
        self._usual = {
            name: {category.procedure: rules.procedure.category_weight}
            for name, category in categories.items()
        }

    @property
    def version(self) -> str:
        """`rules@` with the version of the figures and of each lexicon."""
        files = ".".join(str(file.version) for file in self._lexicon.files)
        return f"rules@{self._rules.version}.{files}"

    def suggest(self, matter: Matter) -> list[Suggestion]:
        """Proposals for one matter; see Classifier."""
        evidence = self._lexicon.weigh(matter.narrative, "\n".join(matter.requests))
        found = self._category(matter, evidence)
        category = found[0].value
        purpose = self._purpose(matter, evidence)
        key = LevelKey(
            category,
            purpose.value,
            matter.channel,
            matter.headcount,
            len(matter.narrative),
            matter.waited_days,
        )
        found.append(self._procedure(matter, evidence, category, purpose.value))
        found.append(purpose)
        found.append(self._difficulty(key, evidence))
        found.append(self._colour(key, evidence))
        found.extend(self._flags(matter, evidence))
        if purpose.value == "redress":
            found.extend(self._routes(evidence))
        return found

    def _spoken(self, slot: str, evidence: Evidence) -> Points:
        quarters = evidence.quarters
        return {
            value: quarters[lane] * QUARTER for value, lane in self._lanes[slot] if quarters[lane]
        }

    def _category(self, matter: Matter, evidence: Evidence) -> list[Suggestion]:
        rules = self._rules.category
        totals = self._spoken("category", evidence)
        for kind in matter.respondents:
            add(totals, rules.respondents.get(kind, NOTHING))
        best = sorted(totals.items(), key=_POINTS, reverse=True)
        if not best or best[0][1] < rules.floor:
            return [Suggestion("category", OTHER, rules.other, "NO_TERMS")]
        top, second = best[0][1], best[1][1] if len(best) > 1 else 0.0
        lanes = self._lexicon.lanes["category"]
        found: list[Suggestion] = []
        for value, points in best[: rules.shown_at_most]:
            if points >= top * rules.shown_from:
                score = share(points, top if found else second)
                terms = evidence.terms(lanes[value])
                found.append(Suggestion("category", value, score, WORDS, terms))
        return found

    def _purpose(self, matter: Matter, evidence: Evidence) -> Suggestion:
        rules = self._rules.purpose
        sources = {DEFAULT: rules.base, "CHANNEL": rules.channel.get(matter.channel, NOTHING)}
        return self._single("purpose", evidence, sources)

    def _procedure(
        self, matter: Matter, evidence: Evidence, category: str, purpose: str
    ) -> Suggestion:
        rules = self._rules.procedure
        sources = {
            "CATEGORY": self._usual[category],
            "CHANNEL": rules.channel.get(matter.channel, NOTHING),
            "PURPOSE": rules.purpose.get(purpose, NOTHING),
        }
        for kind in matter.respondents:
            sources["OTHER_SIDE_" + kind.upper()] = rules.respondents.get(kind, NOTHING)
        return self._single("procedure", evidence, sources)

    def _single(self, slot: str, evidence: Evidence, sources: dict[str, Points]) -> Suggestion:
        totals = self._spoken(slot, evidence)
        for points in sources.values():
            if points:
                add(totals, points)
        best = sorted(totals.items(), key=_POINTS, reverse=True)
        value, top = best[0]
        lane = self._lexicon.lanes[slot][value]
        reason, most = WORDS, evidence.points(lane)
        for code, points in sources.items():
            if points.get(value, most) > most:
                reason, most = code, points[value]
        score = share(top, best[1][1] if len(best) > 1 else 0.0)
        return Suggestion(slot, value, score, reason, evidence.terms(lane))

    def _difficulty(self, key: LevelKey, evidence: Evidence) -> Suggestion:
        rules = self._rules.difficulty
        lane = self._lexicon.lanes["difficulty"]["level"]
        points, reason = level(rules, evidence.points(lane), key)
        edges = (rules.simple_below, rules.complex_from)
        if points < edges[0]:
            return Suggestion("difficulty", "simple", certainty(points, edges), reason)
        value = "complex" if points >= edges[1] else "ordinary"
        terms = evidence.terms(lane)
        return Suggestion("difficulty", value, certainty(points, edges), reason, terms)

    def _colour(self, key: LevelKey, evidence: Evidence) -> Suggestion:
        rules = self._rules.colour
        lane = self._lexicon.lanes["colour"]["risk"]
        points, reason = level(rules, evidence.points(lane), key)
        score = certainty(points, (rules.yellow_from, rules.red_from))
        if points < rules.yellow_from:
            return Suggestion("colour", "green", score, reason)
        grave = evidence.terms(lane, self._grave) if points >= rules.red_from else ()
        if grave:
            return Suggestion("colour", "red", score, "GRAVE_TERM", grave)
        return Suggestion("colour", "yellow", score, reason, evidence.terms(lane))

    def _flags(self, matter: Matter, evidence: Evidence) -> list[Suggestion]:
        rules = self._rules.flags
        found = self._over("flag", evidence, rules.from_)
        if matter.headcount >= rules.collective_from:
            found.append(Suggestion("flag", "collective", 1.0, "HEADCOUNT"))
        return found

    def _routes(self, evidence: Evidence) -> list[Suggestion]:
        rules = self._rules.routes
        found = self._over("route", evidence, rules.from_)
        return sorted(found, key=lambda it: -it.score)[: rules.shown_at_most]

    def _over(self, slot: str, evidence: Evidence, limit: float) -> list[Suggestion]:
        quarters, least = evidence.quarters, limit / QUARTER
        return [
            Suggestion(slot, value, share(quarters[at] * QUARTER, 1.0), WORDS, evidence.terms(at))
            for value, at in self._lanes[slot]
            if quarters[at] >= least
        ]


def shipped_classifier() -> RuleClassifier:
    """The classifier with the rules, categories and lexicons shipped with intake."""
    rules = shipped_rules()
    lexicon = shipped_lexicon(rules.request_weight, rules.colour.forbidden)
    return RuleClassifier(rules, shipped_categories(), lexicon)
