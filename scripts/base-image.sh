#!/bin/sh
# Builds xnat-pic/base:24 (Debian with Node and nothing else) without any image registry.
#
#   Debian   debootstrap, from the mirror this machine's apt uses, or DEBIAN_MIRROR; SUITE (bookworm)
#   Node     the binary of the npm package `node`, the one the tests run on
#
# What exists already is used again: the image while its Node is the same, and build/debian-SUITE.tar;
# FRESH=1 makes both anew. Needs a running engine and, for debootstrap, root.
# Exit codes: 0 the image is there, 3 this machine lacks something needed, 1 anything else.
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
# Something this machine lacks, not something that is wrong in the repository.
lacking() {
  say "$*; or pass BASE_IMAGE, any image with Node 24" >&2
  exit 3
}

[ -x "$node" ] || fail "$node is missing; run npm ci first"
if ! docker info >/dev/null 2>&1; then
  say "no Docker engine answers; scripts/start-docker.sh starts one" >&2
  exit 3
fi
content="Debian $suite, Node $("$node" --version | tr -d v)"

exists() { docker image inspect "$1" >/dev/null 2>&1; }
content_of() {
  docker image inspect --format '{{index .Config.Labels "org.xnat-pic.base"}}' "$1" 2>/dev/null || true
}

if [ -z "${FRESH:-}" ] && [ "$(content_of $base)" = "$content" ]; then
  say "$base ($content) exists"
  exit 0
fi

# Two at once would make the same base twice.
if [ -z "${BASE_IMAGE_LOCKED:-}" ] && command -v flock >/dev/null; then
  mkdir -p build
  BASE_IMAGE_LOCKED=1 exec flock --close build/base-image.lock sh scripts/base-image.sh "$@"
fi

# The first archive among this machine's apt sources that has the suite, or that is a Debian archive
# (which has them all): URI and suites of each source, one source a line, in both formats apt reads.
find_mirror() {
  {
    sed -n 's/\[[^]]*\]//; s/^deb //p' /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null || true
    for file in /etc/apt/sources.list.d/*.sources; do
      awk 'function flush() { if (uri != "" && on) print uri, suites; uri = suites = ""; on = 1 }
        BEGIN { on = 1 }
        /^$/ { flush() }
        /^Enabled: *no/ { on = 0 }
        /^URIs:/ { uri = $2 }
        /^Suites:/ { $1 = ""; suites = $0 }
        END { flush() }' "$file" 2>/dev/null || true
    done
  } | awk -v suite="$suite" '
    $1 !~ /^https?:/ { next }
    { for (i = 2; i <= NF; i++) if ($i == suite) { print $1; found = 1; exit } }
    other == "" && $1 ~ /\/debian\/?$/ { other = $1 }
    END { if (!found && other != "") print other }'
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
  command -v debootstrap >/dev/null || lacking "debootstrap is missing; install it"
  [ "$(id -u)" = 0 ] || lacking "debootstrap needs root"
  mirror=${DEBIAN_MIRROR:-$(find_mirror)}
  [ -n "$mirror" ] || lacking "the apt sources of this machine name no archive of Debian $suite; set DEBIAN_MIRROR"
  mkdir -p build
  root=$(mktemp -d)
  trap 'rm -rf --one-file-system "$root" "$tarball.part"' EXIT
  say "debootstrap $suite (about half a minute)"
  debootstrap --variant=minbase "$suite" "$root" "$mirror" >build/debootstrap.log 2>&1 ||
    lacking "debootstrap failed: $(tail -n 1 build/debootstrap.log) (build/debootstrap.log)"
  trim "$root"
  tar --numeric-owner --sort=name -C "$root" -cf "$tarball.part" .
  mv "$tarball.part" "$tarball"
}

if [ -n "${FRESH:-}" ] || ! exists "$debian"; then
  [ -z "${FRESH:-}" ] && [ -f "$tarball" ] || make_tarball
  docker import "$tarball" "$debian" >/dev/null
fi

context=$(mktemp -d)
trap 'rm -rf --one-file-system "$context" "${root:-$context}"' EXIT
install -m 0755 "$node" "$context/node"
install -m 0644 node_modules/node/node_modules/node-*/LICENSE "$context/LICENSE"
docker build --quiet --file Dockerfile.base --build-arg "BASE_IMAGE=$debian" \
  --label "org.xnat-pic.base=$content" --tag "$base" "$context" >/dev/null
say "$base: $content, $(docker image inspect --format '{{.Size}}' $base | awk '{ printf "%.0f MB", $1 / 1e6 }')"
