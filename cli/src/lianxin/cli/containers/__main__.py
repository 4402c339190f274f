"""`python -m lianxin.cli.containers JOB`: prepare, migrate or found; settings by environment."""

import sys

from kernel import logs, settings
from kernel.tls import FilesDoNotFit
from lianxin.cli.containers import founding, migrating, preparing

USAGE = "usage: python -m lianxin.cli.containers prepare | roles | migrate | found"


def main(words: list[str]) -> None:
    """Do one of the jobs; said again, it changes nothing that is as it should be."""
    logs.configure()
    if words == ["prepare"]:
        try:
            preparing.prepare(settings.load(preparing.Settings, preparing.PREFIX))
        except (preparing.CertificateAwaited, FilesDoNotFit) as awaited:
            sys.exit(str(awaited))
    elif words == ["roles"]:
        print(migrating.roles_script(settings.load(migrating.Settings, migrating.PREFIX)))
    elif words == ["migrate"]:
        migrating.migrate_all(settings.load(migrating.Settings, migrating.PREFIX))
    elif words == ["found"]:
        founding.found(settings.load(founding.Settings, founding.PREFIX))
    else:
        sys.exit(USAGE)


if __name__ == "__main__":
    main(sys.argv[1:])
