"""The templates of this node: docx files by kind in a folder that a deployer may replace."""

from pathlib import Path

from intake.documents.kinds import Kind
from kernel.documents import Template, TemplateUnusable


class Shelf:
    """Reads a template each time, so that a new one counts at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def template(self, kind: Kind) -> Template:
        """The template of a kind.

        Raises:
            TemplateUnusable: missing, no docx file, or with a field that the kind has not.
        """
        template = Template.read(self.folder / f"{kind.id}.docx")
        if template.fields - set(kind.fields):
            raise TemplateUnusable(template=kind.id)
        return template

    def version(self, kind: Kind) -> str:
        """Version of the template; empty when it cannot be used."""
        try:
            return self.template(kind).version
        except TemplateUnusable:
            return ""
