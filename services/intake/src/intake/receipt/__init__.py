"""The paper receipt (回执): one A5 page in large type, as PDF or as a page to print."""

from intake.receipt.content import Receipt, receipt_of
from intake.receipt.notice import notice_of
from intake.receipt.render import Format, fonts, render

__all__ = ["Format", "Receipt", "fonts", "notice_of", "receipt_of", "render"]
