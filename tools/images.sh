#!/usr/bin/env bash
# Builds the container images from this checkout: tools/images.sh [NAME...]
#
# Without names all of them: postgres, store, broker, intake, routing, mediation, hearing, node.
# By its name only: prometheus, the store of metrics for who watches a node (deploy/observability).
#   BASE=image     what they stand on; lianxin-base:bookworm when tools/base_image.sh made it here,
#                  else the Dockerfile's own default
#   VERSION=tag    latest
#   PIP_INDEX_URL, PIP_CERT, PIP_DEFAULT_TIMEOUT of the environment are used while building only.
# The builder without BuildKit is enough: an old engine can do it.
set -euo pipefail
cd "$(dirname "$0")/.."

names=("$@")
((${#names[@]})) || names=(postgres store broker intake routing mediation hearing node)
version=${VERSION:-latest}
base=${BASE:-}
if [ -z "$base" ] && docker image inspect lianxin-base:bookworm >/dev/null 2>&1; then
  base=lianxin-base:bookworm
fi

common=(--quiet --force-rm)
[ -z "$base" ] || common+=(--build-arg "BASE=$base")
for variable in PIP_INDEX_URL PIP_CERT PIP_DEFAULT_TIMEOUT; do
  [ -z "${!variable:-}" ] || common+=(--build-arg "$variable")
done

for name in "${names[@]}"; do
  echo "images: lianxin-$name:$version" >&2
  file=deploy/Dockerfile
  case "$name" in
    postgres | store) file=deploy/$name/Dockerfile ;;
    prometheus) file=deploy/observability/Dockerfile ;;
  esac
  DOCKER_BUILDKIT=${DOCKER_BUILDKIT:-0} docker build "${common[@]}" --file "$file" \
    --build-arg "SERVICE=$name" --tag "lianxin-$name:$version" .
done
