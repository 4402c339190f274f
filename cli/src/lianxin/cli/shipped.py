"""Files that come with the checkout this command was installed from."""

from pathlib import Path

from lianxin.cli.errors import BadInput


def shipped(name: str) -> Path:
    """A folder of `deploy/`.

    Raises:
        BadInput: it is not there, as in an installation without the checkout.
    """
    for parent in Path(__file__).resolve().parents:
        if (parent / "deploy" / name).is_dir():
            return parent / "deploy" / name
    raise BadInput("SHIPPED_MISSING", field="--folder", name=name)
