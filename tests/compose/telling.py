"""What a proof prints: the figures of docs/reliability.md."""

import sys


def tell(capsys, what, took, work, again="asked again"):
    """One line: what was done, how long until all was at rest, how much work went on, and how."""
    with capsys.disabled():
        requests = sum(work.tried_again.values())
        sys.stdout.write(
            f"\n{what}: at rest {took:.0f} s later; {len(work.registered)} cases registered so "
            f"far, each held once; {requests} requests {again}\n"
        )
