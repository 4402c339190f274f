"""What people wrote, as it may stand in a document: text, whatever it looks like."""

import re

from markupsafe import Markup, escape

_UNPRINTABLE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f"
    "\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufff9-\uffff"
    "\ud800-\udfff]"
)
"""Controls, and marks that turn the direction of writing or hide; a line end stays."""


def plain_text(value: str) -> Markup:
    """The text as it goes into the XML of a docx file.

    Braces are written as references, so that neither the template engine nor anything after it
    takes them for a field.
    """
    lines = value.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    said = escape(_UNPRINTABLE.sub("", lines))
    return said.replace("{", Markup("&#123;")).replace("}", Markup("&#125;"))
