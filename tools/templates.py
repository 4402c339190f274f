"""Make the docx templates of documents from their readable sources.

    templates.py write    write deploy/documents/*.docx from deploy/documents/source/*.yaml
    templates.py check    fail when a docx file is not what its source gives

A source is a title, blocks from top to bottom, and how it is signed; `tools/docx_blocks.py` says
what blocks there are. `{{ name }}` is a field, `{{ name|blank(6) }}` one that leaves room to write.
A deployer may edit the docx files themselves in any word processor, and name their folder in the
settings of the node.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import yaml

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from kernel.documents import packed
from tools.docx_blocks import body_of
from tools.docx_frame import parts_of

FOLDER = Path("deploy/documents")


def made(folder: Path = FOLDER) -> Iterator[tuple[Path, bytes]]:
    """Each docx file with the content its source gives."""
    for source in sorted((folder / "source").glob("*.yaml")):
        content = yaml.safe_load(source.read_text(encoding="utf-8"))
        parts = parts_of(content["title"], body_of(content), content.get("lies", ""))
        yield folder / f"{source.stem}.docx", packed(parts)


def stale(folder: Path = FOLDER) -> list[str]:
    """Names of the files that are missing, left over, or not what their source gives."""
    wanted = dict(made(folder))
    there = set(folder.glob("*.docx"))
    return sorted(
        file.name
        for file in there | set(wanted)
        if file not in wanted or file not in there or file.read_bytes() != wanted[file]
    )


def main() -> int:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("what", choices=["write", "check"])
    if parser.parse_args().what == "write":
        for file, content in made():
            file.write_bytes(content)
        return 0
    wrong = stale()
    for name in wrong:
        print(f"{FOLDER / name} is not what its source gives: run tools/templates.py write")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
