"""What a proof prints: the figures of docs/reliability.md."""

import sys


def tell(capsys, what, took, work):
    """One line: what was done, how long until all was at rest, how much work went on."""
    with capsys.disabled():
        again = sum(work.tried_again.values())
        sys.stdout.write(
            f"\n{what}: at rest {took:.0f} s later; {len(work.registered)} cases registered so "
            f"far, each held once; {again} requests asked again\n"
        )
