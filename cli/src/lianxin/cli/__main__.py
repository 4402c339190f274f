"""The `lianxin` command."""

import os
import sys

from lianxin.cli.group import choose_language


def main() -> None:
    """Run the command given on the command line and exit with its status."""
    choose_language(sys.argv[1:], os.environ)
    from lianxin.cli.app import application  # noqa: PLC0415 (its texts need the language)

    application()()


if __name__ == "__main__":
    main()
