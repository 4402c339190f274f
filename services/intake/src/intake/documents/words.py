"""How a document reaches its recipient."""

from enum import Enum


class Method(Enum):
    """送达方式."""

    DIRECT = "direct"
    LEFT = "left"
    POST = "post"
    ELECTRONIC = "electronic"
    ENTRUSTED = "entrusted"
    PUBLIC_NOTICE = "public_notice"
    VISIT = "visit"

    @property
    def needs_note(self) -> bool:
        """留置, 委托 and 公告 say how it came to that: witness, unit entrusted, where published."""
        return self in {Method.LEFT, Method.ENTRUSTED, Method.PUBLIC_NOTICE}


class Visit(Enum):
    """三上门: which of the three visits it was."""

    ACCEPTANCE = "acceptance"
    CLAIM = "claim"
    RESULT = "result"
