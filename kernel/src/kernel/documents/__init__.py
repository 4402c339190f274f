"""Documents from docx templates: equal input gives equal bytes; PDF where LibreOffice is."""

from kernel.documents.binding import Leaf, bound, page_count
from kernel.documents.errors import PdfFailed, PdfUnavailable, TemplateUnusable
from kernel.documents.packing import EPOCH, packed
from kernel.documents.pdf import is_pdf_possible, to_pdf, to_pdfs
from kernel.documents.template import Template, Value

__all__ = [
    "EPOCH",
    "Leaf",
    "PdfFailed",
    "PdfUnavailable",
    "Template",
    "TemplateUnusable",
    "Value",
    "bound",
    "is_pdf_possible",
    "packed",
    "page_count",
    "to_pdf",
    "to_pdfs",
]
