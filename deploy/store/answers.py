#!/usr/bin/env python3
"""Health of the object store: `store-answers [PORT]` ends with 0 when it answers as it should.

It has to show a certificate of the node's authority and to refuse somebody without the password.
"""

import http.client
import os
import ssl
import sys
from pathlib import Path

LIMIT_S = 4.0
REFUSED = range(400, 500)


def main(port: int) -> int:
    """Ask for the bucket without a signature: what is wanted is a refusal, in the form of S3."""
    given = Path(os.environ.get("GIVEN", "/run/lianxin"))
    trusted = ssl.create_default_context(cafile=given / "ca.pem")
    line = http.client.HTTPSConnection("localhost", port, timeout=LIMIT_S, context=trusted)
    try:
        line.request("GET", "/files?list-type=2&max-keys=0")
        answer = line.getresponse()
        refused = answer.status in REFUSED and b"<Error>" in answer.read()
    except OSError as error:
        sys.stderr.write(f"port {port}: {error}\n")
        return 1
    return 0 if refused else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 7317))
