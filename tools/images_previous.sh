#!/usr/bin/env bash
# Builds the container images of an earlier commit, to upgrade from: tools/images_previous.sh [NAME...]
#
#   PREVIOUS=commit   the last one before the newest that changed what images are made of
#   VERSION=tag       previous
# It works in a clone that is removed afterwards, by that commit's own tools/images.sh, whose other
# variables count as well. The folder deploy/ of that commit stays in .cache/previous.
set -euo pipefail
cd "$(dirname "$0")/.."

parts=(kernel services cli proto deploy)
previous=${PREVIOUS:-$(git log --format=%H --skip=1 --max-count=1 HEAD -- "${parts[@]}")}
[ -n "$previous" ] || { echo "images: no earlier commit changed ${parts[*]}" >&2; exit 1; }
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
git clone --quiet --shared --no-checkout . "$copy"
git -C "$copy" checkout --quiet "$previous"
echo "images: of $(git -C "$copy" log --format='%h %s' --max-count=1)" >&2
VERSION=${VERSION:-previous} bash "$copy/tools/images.sh" "$@"
rm -rf .cache/previous && mkdir -p .cache/previous
cp -r "$copy/deploy" .cache/previous/
