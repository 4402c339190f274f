#!/bin/sh
# PostgreSQL of a node: made at the first start, then simply run. Nobody comes in without a
# password, and nobody from outside without TLS where /run/lianxin holds a certificate.
set -eu
data=/var/lib/lianxin/postgres/data
given=/run/lianxin

if [ ! -s "$data/PG_VERSION" ]; then
  rm -rf "$data.new"
  initdb --pgdata="$data.new" --username=postgres --pwfile="$given/postgres.password" \
    --auth-local=scram-sha-256 --auth-host=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 \
    --data-checksums
  mv "$data.new" "$data"
fi

if [ -s "$given/tls.crt" ]; then
  tls="-c ssl=on -c ssl_cert_file=$given/tls.crt -c ssl_key_file=$given/tls.key \
    -c ssl_min_protocol_version=TLSv1.2"
  kind=hostssl
else
  tls="-c ssl=off"
  kind=host
fi
printf 'local all all scram-sha-256\n%s all all all scram-sha-256\n' "$kind" >"$data/pg_hba.conf"

# shellcheck disable=SC2086 (several words on purpose)
exec postgres -D "$data" $tls -c listen_addresses='*' -c unix_socket_directories=/tmp \
  -c max_connections="${POSTGRES_CONNECTIONS:-60}" -c shared_buffers="${POSTGRES_BUFFERS:-64MB}" \
  -c log_statement=none -c log_min_error_statement=panic -c log_parameter_max_length=0 \
  -c log_parameter_max_length_on_error=0 -c log_error_verbosity=terse
