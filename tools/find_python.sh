#!/usr/bin/env bash
# Prints the path of a Python that can run Lianxin: 3.11 or newer, with venv and pip on board.
# PYTHON=... names one yourself.
set -u

fits() {
  "$1" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

for name in ${PYTHON:-} python3.11 python3.12 python3.13 python3.14 python3; do
  if command -v "$name" >/dev/null && fits "$name"; then
    "$name" -c 'import sys; print(sys.executable)'
    exit 0
  fi
done

echo "setup: no Python 3.11 or newer with venv found." >&2
echo "       Install one (Debian: python3 and python3-venv) or name it: make setup PYTHON=/path/to/python" >&2
exit 1
