"""Technical ground of Lianxin: the only code that services share."""

import os

# The core of grpc writes a line of its own for each handshake that fails, so whoever knocks with a
# wrong certificate could fill a log with what is no JSON. To be said before grpc is imported.
os.environ.setdefault("GRPC_VERBOSITY", "ERROR")
