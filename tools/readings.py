"""Writes kernel/src/kernel/directory/readings.tsv: how Chinese characters are read, without tones.

    .venv/bin/python tools/readings.py

Run it after pypinyin was updated. Keeping our own table of some 120 KB in place of the library's
dictionaries saves every node 50 MB.
"""

from collections import defaultdict
from pathlib import Path

from pypinyin import Style, pinyin

FIRST, LAST = 0x3400, 0x9FFF
"""The characters of names: the unified ideographs and their first extension."""
TABLE = Path(__file__).parents[1] / "kernel/src/kernel/directory/readings.tsv"


def main() -> None:
    """Write the table: syllable, characters usually read so, characters also read so."""
    usual: dict[str, list[str]] = defaultdict(list)
    also: dict[str, list[str]] = defaultdict(list)
    for code in range(FIRST, LAST + 1):
        first, *others = _readings(chr(code))
        if first:
            usual[first].append(chr(code))
        for reading in others:
            also[reading].append(chr(code))
    lines = [
        f"{syllable}\t{''.join(usual[syllable])}\t{''.join(also[syllable])}\n"
        for syllable in sorted(usual.keys() | also.keys())
    ]
    TABLE.write_text("".join(lines), encoding="utf-8")


def _readings(char: str) -> list[str]:
    """Toneless readings, the most usual first; one empty reading when none is known."""
    (found,) = pinyin(char, style=Style.NORMAL, heteronym=True, errors="ignore") or [[""]]
    return list(dict.fromkeys(found))


if __name__ == "__main__":
    main()
