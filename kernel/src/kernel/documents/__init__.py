"""Documents from docx templates: equal input gives equal bytes; PDF where LibreOffice is."""

from kernel.documents.errors import PdfFailed, PdfUnavailable, TemplateUnusable
from kernel.documents.packing import packed
from kernel.documents.pdf import is_pdf_possible, to_pdf
from kernel.documents.template import Template, Value

__all__ = [
    "PdfFailed",
    "PdfUnavailable",
    "Template",
    "TemplateUnusable",
    "Value",
    "is_pdf_possible",
    "packed",
    "to_pdf",
]
