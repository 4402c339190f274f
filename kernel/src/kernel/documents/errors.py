"""Why a document cannot be made here."""

from kernel.errors import NotReady, WrongState


class TemplateUnusable(WrongState):
    """A template of this node (`template`) is missing, no docx file, or asks for unknown fields."""

    reason = "TEMPLATE_UNUSABLE"


class PdfUnavailable(WrongState):
    """There is no LibreOffice on this machine; the docx file is to be had."""

    reason = "PDF_UNAVAILABLE"


class PdfFailed(NotReady):
    """LibreOffice did not make the PDF within `limit_s` seconds; the docx file is to be had."""

    reason = "PDF_FAILED"
