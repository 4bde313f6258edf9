#!/bin/sh
# Builds xnat-pic/base:24 (Debian with Node and nothing else) without any image registry.
#
#   Debian   debootstrap, from the mirror this machine's apt uses, or DEBIAN_MIRROR; SUITE (bookworm)
#   Node     the binary of the npm package `node`, the one the tests run on
#
# What exists already is used again: the image while its Node is the same, and build/debian-SUITE.tar;
# FRESH=1 makes both anew. Needs a running engine and, for debootstrap, root.
set -eu
umask 022
cd "$(dirname "$0")/.."

suite=${SUITE:-bookworm}
debian=xnat-pic/debian:$suite
base=xnat-pic/base:24
tarball=build/debian-$suite.tar
node=node_modules/node/bin/node

say() { echo "base-image: $*"; }
fail() {
  say "$*" >&2
  exit 1
}

[ -x "$node" ] || fail "$node is missing; run npm ci first"
version=$("$node" --version | tr -d v)

exists() { docker image inspect "$1" >/dev/null 2>&1; }
node_of() { docker image inspect --format '{{index .Config.Labels "org.xnat-pic.node"}}' "$1" 2>/dev/null || true; }

if [ -z "${FRESH:-}" ] && [ "$(node_of $base)" = "$version" ]; then
  say "$base with Node $version exists"
  exit 0
fi

# The first archive among this machine's apt sources that offers the suite's main component.
find_mirror() {
  apt-get indextargets --format '$(REPO_URI) $(CODENAME) $(COMPONENT)' 'Created-By: Packages' 2>/dev/null |
    awk -v suite="$suite" '$2 == suite && $3 == "main" && $1 ~ /^https?:/ { print $1; exit }'
}

# Left out of the image: what only a person at a terminal reads, and what tells where it was built.
# Licences (share/doc/*/copyright) stay.
trim() {
  find "$1/usr/share/doc" -type f ! -name copyright -delete
  find "$1/usr/share/doc" -type l -delete
  find "$1/usr/share/doc" -type d -empty -delete
  find "$1/var/log" -type f -delete
  rm -rf "$1"/usr/share/man/* "$1"/usr/share/info/* "$1"/usr/share/locale/* "$1"/usr/share/lintian \
    "$1"/var/cache/apt/* "$1"/var/lib/apt/lists/* "$1"/var/cache/debconf/*-old \
    "$1"/etc/apt/sources.list \
    "$1"/etc/hostname "$1"/etc/resolv.conf "$1"/etc/machine-id
}

make_tarball() {
  command -v debootstrap >/dev/null || fail "debootstrap is missing; install it, or pass BASE_IMAGE to make images"
  [ "$(id -u)" = 0 ] || fail "debootstrap needs root; run as root, or pass BASE_IMAGE to make images"
  mirror=${DEBIAN_MIRROR:-$(find_mirror)}
  [ -n "$mirror" ] || fail "apt on this machine knows no archive with $suite; set DEBIAN_MIRROR"
  mkdir -p build
  root=$(mktemp -d)
  trap 'rm -rf "$root" "$tarball.part"' EXIT
  say "debootstrap $suite (about half a minute)"
  debootstrap --variant=minbase "$suite" "$root" "$mirror" >build/debootstrap.log 2>&1 ||
    fail "debootstrap failed: $(tail -n 1 build/debootstrap.log) (build/debootstrap.log)"
  trim "$root"
  tar --numeric-owner --sort=name -C "$root" -cf "$tarball.part" .
  mv "$tarball.part" "$tarball"
}

if [ -n "${FRESH:-}" ] || ! exists "$debian"; then
  [ -z "${FRESH:-}" ] && [ -f "$tarball" ] || make_tarball
  docker import "$tarball" "$debian" >/dev/null
fi

context=$(mktemp -d)
trap 'rm -rf "$context" "${root:-$context}"' EXIT
install -m 0755 "$node" "$context/node"
install -m 0644 node_modules/node/node_modules/node-*/LICENSE "$context/LICENSE"
docker build --quiet --file Dockerfile.base --build-arg "BASE_IMAGE=$debian" \
  --label "org.xnat-pic.node=$version" --tag "$base" "$context" >/dev/null
say "$base: Debian $suite, Node $version, $(docker image inspect --format '{{.Size}}' $base | awk '{ printf "%.0f MB", $1 / 1e6 }')"
