"""Files that come with the software this command belongs to."""

from pathlib import Path

from kernel import shipped as kernel_shipped
from lianxin.cli.errors import BadInput


def shipped(name: str) -> Path:
    """A folder of `deploy/`, or of what was installed of it.

    Raises:
        BadInput: it is not there.
    """
    found = kernel_shipped.shipped(name)
    if found is None:
        raise BadInput("SHIPPED_MISSING", field="--folder", name=name)
    return found
