"""`python -m lianxin.cli.containers prepare` or `migrate`, with settings from the environment."""

import sys

from kernel import logs, settings
from lianxin.cli.containers import migrating, preparing

USAGE = "usage: python -m lianxin.cli.containers prepare | migrate"


def main(words: list[str]) -> None:
    """Do one of the jobs; said again, it changes nothing that is as it should be."""
    logs.configure()
    if words == ["prepare"]:
        preparing.prepare(settings.load(preparing.Settings, preparing.PREFIX))
    elif words == ["migrate"]:
        migrating.migrate_all(settings.load(migrating.Settings, migrating.PREFIX))
    else:
        sys.exit(USAGE)


if __name__ == "__main__":
    main(sys.argv[1:])
