"""The law a document cites: articles of the regulation profile, never of the template."""

import re
from collections.abc import Iterable, Sequence

from kernel.regulation import Profile

WRITTEN_OUT = re.compile(
    r"《[^《》\s]{2,80}》第[0-9零〇一二三四五六七八九十百千]{1,9}条[^《》\s]{0,20}"
)
"""An article as people write it: 《土地管理法》第四十八条."""


def of_rules(profile: Profile, named: Iterable[str]) -> list[str]:
    """The articles of these clocks, ladders and rules of the profile, each once.

    `article:source:place` is an article of one of its sources. What a local profile has not got
    gives nothing.
    """
    found: dict[str, None] = {}
    for name in named:
        sort, _, key = name.partition(":")
        if sort == "article":
            article: Sequence[str] = (key,) if key.partition(":")[0] in profile.sources else ()
        elif sort == "rule":
            article = getattr(profile.rules, key).article
        else:
            entry = (profile.clocks if sort == "clock" else profile.ladders).get(key)
            article = entry.article if entry is not None else ()
        found |= dict.fromkeys(article)
    return list(found)


def of_procedure(profile: Profile, named: Sequence[str], procedure: str) -> Sequence[str]:
    """Those of these that are the law of a procedure; all of them where none is.

    A matter that is mediated is not accepted by the articles on petitions.
    """
    fit = [one for one in named if _is_of(profile, one, procedure)]
    return fit or named


def _is_of(profile: Profile, named: str, procedure: str) -> bool:
    sort, _, key = named.partition(":")
    clock = profile.clocks.get(key) if sort == "clock" else None
    named_by = {one.value for one in clock.procedures} if clock else set()
    return not named_by or procedure in named_by


def is_known(profile: Profile, reference: str) -> bool:
    """Whether `source:place` names a source of the profile and a place in it, or is written out."""
    if WRITTEN_OUT.fullmatch(reference):
        return True
    source, _, place = reference.partition(":")
    return source in profile.sources and bool(place)


def cited(profile: Profile, references: Sequence[str]) -> str:
    """Written out, articles of one law together: 《信访工作条例》第23条、第34条.

    Local practice is no law and is not cited on paper.
    """
    said: list[str] = []
    last = ""
    for reference in references:
        if WRITTEN_OUT.fullmatch(reference):
            said, last = [*said, reference], ""
            continue
        source, _, place = reference.partition(":")
        if not place or not profile.is_national((reference,)):
            continue
        text, title = profile.cite((reference,)), profile.sources[source].zh
        said.append(text.removeprefix(title) if source == last else text)
        last = source
    return "、".join(said)
