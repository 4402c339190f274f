#!/bin/sh
# Serves the folder DATA over S3 with TLS to who has the password, and nobody else. Its bucket is
# `files`. rclone reads its certificate at its start only, so it is started anew when `prepare` has
# renewed it; what is asked meanwhile is asked again by whoever asked.
set -eu
given=${GIVEN:-/run/lianxin} data=${DATA:-/var/lib/lianxin/data}
mkdir -p "$data/files"
# What a kill left of a piece that was never answered for: a piece gets its name when it is whole.
find "$data/files" -name '.rclone_temp_put_*' -delete
RCLONE_AUTH_KEY="\"intake,$(cat "$given/password")\""
export RCLONE_AUTH_KEY

shown() { cksum "$given/tls.crt" "$given/tls.key"; }
running=
trap 'kill -TERM "$running" 2>/dev/null; wait "$running" || true; exit 0' TERM INT
while true; do
  now=$(shown)
  rclone serve s3 "$data" --config /nonexistent --addr "${LISTEN:-:7317}" \
    --cert "$given/tls.crt" --key "$given/tls.key" --min-tls-version tls1.2 \
    --vfs-cache-mode off --file-perms 0600 --dir-perms 0700 --umask 077 &
  running=$!
  while kill -0 "$running" 2>/dev/null && [ "$now" = "$(shown)" ]; do
    sleep "${LOOKS_S:-5}" &
    wait $! || true
  done
  kill -TERM "$running" 2>/dev/null || exit 1  # it ended by itself: whoever started us says why
  wait "$running" || true
done
