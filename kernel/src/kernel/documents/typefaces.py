"""What stands in for the typefaces of official documents where they are not installed.

LibreOffice asks fontconfig; without a word from us it takes any typeface that has the characters,
so that title, headings and text look alike.
"""

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

STAND_INS: Mapping[str, Sequence[str]] = {
    "方正小标宋简体": ("方正小标宋_GBK", "STZhongsong", "SimSun", "Noto Serif CJK SC"),
    "仿宋_GB2312": ("FangSong", "STFangsong", "FandolFang R", "Noto Serif CJK SC"),
    "宋体": ("SimSun", "Noto Serif CJK SC"),
    "黑体": ("SimHei", "Noto Sans CJK SC"),
    "Times New Roman": ("Liberation Serif", "Noto Serif CJK SC"),
}
"""The nearest first."""


def settings() -> str:
    """A fontconfig file: what the machine has, and these stand-ins."""
    aliases = "".join(_alias(face, others) for face, others in STAND_INS.items())
    return (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        '<include ignore_missing="yes">/etc/fonts/fonts.conf</include>'
        f"{aliases}</fontconfig>"
    )


def _alias(face: str, others: Sequence[str]) -> str:
    families = "".join(f"<family>{escape(other)}</family>" for other in others)
    return (
        f'<alias binding="same"><family>{escape(face)}</family><accept>{families}</accept></alias>'
    )
