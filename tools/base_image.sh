#!/usr/bin/env bash
# Makes the base of the container images out of Debian's packages, for a machine that reaches no
# image registry: tools/base_image.sh [--ca FILE] [--mirror URL] [--name NAME]
#
#   --ca FILE     certificates (PEM) that the image trusts besides Debian's own: those of a proxy
#                 through which the build reaches packages
#   --mirror URL  where Debian's packages come from; the default is debootstrap's own
#   --name NAME   lianxin-base:bookworm
#
# Needs root, debootstrap and a Docker engine. Where images can be fetched, none of it is needed:
# the Dockerfile takes a published one by default.
set -euo pipefail

ca="" mirror="" name="lianxin-base:bookworm"
while (($#)); do
  case $1 in
    --ca) ca=$2 ;;
    --mirror) mirror=$2 ;;
    --name) name=$2 ;;
    *) sed -n '2,12s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
  esac
  shift 2
done

for program in debootstrap docker tar; do
  command -v "$program" >/dev/null || { echo "base image: $program is not installed" >&2; exit 1; }
done
[ "$(id -u)" = 0 ] || { echo "base image: debootstrap needs root" >&2; exit 1; }

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
debootstrap --variant=minbase --include=ca-certificates bookworm "$root" ${mirror:+"$mirror"} >&2

if [ -n "$ca" ]; then
  # One file a certificate: what update-ca-certificates takes.
  mkdir -p "$root/usr/local/share/ca-certificates"
  awk -v to="$root/usr/local/share/ca-certificates/given-" \
    '/BEGIN CERTIFICATE/ { n++ } n { print > (to n ".crt") }' "$ca"
  chroot "$root" update-ca-certificates >&2
fi

# As in the published slim images: no documentation, no package lists, nothing of this machine.
rm -rf "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/* "$root"/var/log/* "$root"/tmp/*
find "$root/usr/share/doc" "$root/usr/share/man" "$root/usr/share/info" "$root/usr/share/locale" \
  -mindepth 1 ! -name copyright -type f -delete
printf 'path-exclude /usr/share/doc/*\npath-exclude /usr/share/man/*\npath-exclude /usr/share/info/*\npath-exclude /usr/share/locale/*\npath-include /usr/share/doc/*/copyright\n' \
  >"$root/etc/dpkg/dpkg.cfg.d/slim"
: >"$root/etc/resolv.conf"
: >"$root/etc/hostname"
tar -C "$root" --numeric-owner -c . | docker import --change 'CMD ["bash"]' - "$name"
