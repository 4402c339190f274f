#!/bin/sh
# Installs Lianxin from this folder into FOLDER, with no network.
#   ./install.sh FOLDER        (PYTHON=... names another interpreter than python3)
set -eu
if [ $# -ne 1 ]; then
  echo "usage: install.sh FOLDER" >&2
  exit 2
fi
case "$1" in /*) target=$1 ;; *) target=$PWD/$1 ;; esac
python=${PYTHON:-python3}
cd "$(dirname "$0")"
sha256sum --check --quiet --strict SHA256SUMS
found=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
if [ "$found" != "@PYTHON@" ]; then
  echo "install.sh: this bundle is for Python @PYTHON@; $python is $found (set PYTHON=...)" >&2
  exit 1
fi
"$python" -m venv "$target"
"$target/bin/python" -m pip --isolated --disable-pip-version-check install --quiet \
  --no-index --no-cache-dir --no-deps -f wheels --require-hashes \
  -r requirements.txt
mkdir -p "$target/share/lianxin"
cp -R share/. "$target/share/lianxin/"
echo "installed in $target: $target/bin/lianxin"
