"""What a text field may hold: length, characters, and no ID numbers."""

import re

from kernel.errors import FieldViolation

_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
"""Control characters, and those that turn the direction of writing to hide what is written."""
_ID_NUMBER = re.compile(r"(?<![0-9A-Za-z])[1-9][0-9]{16}[0-9Xx](?![0-9A-Za-z])")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/#@+-]*")
_PHONE = re.compile(r"\+?[0-9][0-9 ()/-]{2,28}(?:[,;#转 ]{1,2}[0-9]{1,6})?")
KEPT = 6
"""Digits of an ID number that stay: the division, which tells nobody who it is."""


def is_id_number(text: str) -> bool:
    """Whether 18 characters are a resident identity number, by their check digit (GB 11643)."""
    total = sum(int(digit) * weight for digit, weight in zip(text[:17], _WEIGHTS, strict=True))
    return _CHECKS[total % 11] == text[17].upper()


def without_id_numbers(text: str) -> tuple[str, bool]:
    """The text with every identity number blotted out, and whether there was one.

    Nobody is asked for it, and words that came with one, as in a forwarded ticket, are kept.
    """
    found = False

    def blot(match: re.Match[str]) -> str:
        nonlocal found
        number = match.group()
        if not is_id_number(number):
            return number
        found = True
        return number[:KEPT] + "*" * (len(number) - KEPT)

    return _ID_NUMBER.sub(blot, text), found


def text_violations(
    path: str, text: str, most: int, *, required: bool = False, ids: bool = False
) -> list[FieldViolation]:
    """What is wrong with a text: absent, too long, unfit characters, an ID number in it.

    `ids` lets identity numbers pass, for long texts in which they are blotted out.
    """
    if not text.strip():
        return [FieldViolation(path, "REQUIRED")] if required else []
    if len(text) > most:
        return [FieldViolation(path, "TOO_LONG", most)]
    if _UNFIT.search(text):
        return [FieldViolation(path, "NOT_TEXT")]
    if not ids and any(is_id_number(match) for match in _ID_NUMBER.findall(text)):
        return [FieldViolation(path, "ID_NUMBER")]
    return []


def code_violations(
    path: str, code: str, most: int, *, required: bool = False
) -> list[FieldViolation]:
    """What is wrong with a code or id: absent, too long, or not made of plain characters."""
    if not code:
        return [FieldViolation(path, "REQUIRED")] if required else []
    if len(code) > most:
        return [FieldViolation(path, "TOO_LONG", most)]
    return [] if _CODE.fullmatch(code) else [FieldViolation(path, "MALFORMED")]


def phone_violations(path: str, phone: str) -> list[FieldViolation]:
    """What is wrong with a telephone number; none at all is right."""
    wrong = text_violations(path, phone, 30)
    if wrong or not phone.strip():
        return wrong
    fits = _PHONE.fullmatch(phone.strip()) is not None
    return [] if fits else [FieldViolation(path, "MALFORMED_PHONE")]
