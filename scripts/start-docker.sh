#!/bin/sh
# Makes sure that a Docker engine answers; with --swarm also that it is a Swarm manager.
#
# Does nothing when one answers already. Otherwise, as root, starts Debian's dockerd by hand (containers
# and CI machines have no init system that would), with the plain settings first and with plainer ones
# where the kernel or the file system lacks something. The daemon stays up after this script.
# Exit codes: 0 an engine answers, 1 none could be started; the reason is the last line.
set -u

seconds=${DOCKER_START_SECONDS:-30}
log=${DOCKER_LOG:-/var/log/xnat-pic-dockerd.log}

say() { echo "start-docker: $*"; }
fail() {
  say "$*" >&2
  exit 1
}
answers() { docker info --format '{{.ServerVersion}}' >/dev/null 2>&1; }

start_swarm() {
  [ "$1" = --swarm ] || return 0
  state=$(docker info --format '{{.Swarm.LocalNodeState}} {{.Swarm.ControlAvailable}}')
  case $state in
    "active true") ;;
    active*) fail "the engine is a worker of a Swarm; a manager is needed" ;;
    *) docker swarm init --advertise-addr 127.0.0.1 >/dev/null || fail "docker swarm init failed" ;;
  esac
}

ready() {
  say "engine $(docker info --format '{{.ServerVersion}}, storage {{.Driver}}') $1"
  start_swarm "$2"
  exit 0
}

# A pid file that outlived its daemon keeps the next one from starting once the number is in use again.
remove_stale_pid_file() {
  file=/var/run/docker.pid
  [ -f "$file" ] || return 0
  [ "$(cat "/proc/$(cat "$file")/comm" 2>/dev/null)" = dockerd ] || rm -f "$file"
}

# Starts dockerd with the given arguments and waits; on failure nothing is left running.
try_start() {
  remove_stale_pid_file
  setsid dockerd "$@" >"$log" 2>&1 </dev/null &
  daemon=$!
  waited=0
  while [ "$waited" -lt $((seconds * 2)) ]; do
    answers && return 0
    kill -0 "$daemon" 2>/dev/null || return 1
    sleep 0.5
    waited=$((waited + 1))
  done
  kill "$daemon" 2>/dev/null
  wait "$daemon" 2>/dev/null
  return 1
}

command -v docker >/dev/null || fail "there is no docker command; install Debian's docker.io"
answers && ready "answers already" "${1:-}"
[ -z "${DOCKER_HOST:-}" ] || fail "the engine at DOCKER_HOST=$DOCKER_HOST does not answer"
command -v dockerd >/dev/null || fail "no engine answers and there is no dockerd to start; install Debian's docker.io"
[ "$(id -u)" = 0 ] || fail "no engine answers, and only root can start one: $(docker info 2>&1 | tail -n 1)"

# Two at once would start two daemons, of which one fails.
lock=${TMPDIR:-/tmp}/xnat-pic-start-docker.lock
if [ "${START_DOCKER_LOCKED:-}" = "" ] && command -v flock >/dev/null; then
  START_DOCKER_LOCKED=1 exec flock --close "$lock" sh "$0" "$@"
fi

try_start && ready "started (pid $daemon, log $log)" "${1:-}"
first=$(grep -v level=info "$log" | tail -n 1)
try_start --iptables=false --ip6tables=false --bridge=none &&
  ready "started without a network bridge (pid $daemon, log $log)" "${1:-}"
try_start --iptables=false --ip6tables=false --bridge=none --storage-driver=vfs &&
  ready "started without a network bridge, on plain folders (pid $daemon, log $log)" "${1:-}"
fail "dockerd does not start: ${first:-no answer within $seconds s} (log $log)"
