"""Kinds of files that are taken, known by their first bytes and not by what they are called."""

from collections.abc import Callable, Mapping

HEAD = 512
"""Bytes that tell the kind."""
Looks = Callable[[bytes], bool]


def _starts(*marks: bytes) -> Looks:
    return lambda head: head.startswith(marks)


def _riff(kind: bytes) -> Looks:
    return lambda head: head[:4] == b"RIFF" and head[8:12] == kind


def _box(*brands: bytes) -> Looks:
    """ISO media: the brand stands behind `ftyp`."""
    return lambda head: head[4:8] == b"ftyp" and head[8:12] in brands


def _text(head: bytes) -> bool:
    """UTF-8 or GB 18030 without control characters; the last character may be cut off."""
    if any(byte < ord(" ") and byte not in b"\t\n\r\f" for byte in head):
        return False
    return any(_decodes(head, encoding) for encoding in ("utf-8", "gb18030"))


def _decodes(head: bytes, encoding: str) -> bool:
    try:
        head.decode(encoding)
    except UnicodeDecodeError as error:
        return error.start >= len(head) - 3
    return True


_ZIP = _starts(b"PK\x03\x04")
_OFFICE = "application/vnd.openxmlformats-officedocument."

KINDS: Mapping[str, Looks] = {
    "application/pdf": _starts(b"%PDF-"),
    "image/jpeg": _starts(b"\xff\xd8\xff"),
    "image/png": _starts(b"\x89PNG\r\n\x1a\n"),
    "image/webp": _riff(b"WEBP"),
    "image/heic": _box(b"heic", b"heix", b"mif1"),
    "audio/mpeg": _starts(b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2"),
    "audio/wav": _riff(b"WAVE"),
    "audio/amr": _starts(b"#!AMR"),
    "audio/mp4": _box(b"M4A ", b"mp42", b"isom"),
    "video/mp4": _box(b"mp41", b"mp42", b"isom", b"iso2", b"avc1", b"M4V "),
    "text/plain": _text,
    "text/csv": _text,
    f"{_OFFICE}wordprocessingml.document": _ZIP,
    f"{_OFFICE}spreadsheetml.sheet": _ZIP,
}
"""What a counter is handed: photographs, scans, recordings, letters. No programs, no archives."""


def is_taken(media_type: str) -> bool:
    """Whether files of this kind are taken at all."""
    return media_type in KINDS


def is_what_it_says(media_type: str, head: bytes) -> bool:
    """Whether the first bytes are those of this kind."""
    looks = KINDS.get(media_type)
    return looks is not None and looks(head[:HEAD])
