#!/bin/sh
# What an image runs: its service, or of the image `node` the command `lianxin`. It takes the place
# of this shell, so that it is process 1 and hears SIGTERM.
set -eu
case "$LIANXIN_RUNS" in
  node) exec lianxin "$@" ;;
  broker) exec python -m kernel.nats_server "$@" ;;
  *) exec python -m "$LIANXIN_RUNS" "$@" ;;
esac
