#!/bin/sh
# run.sh <sim program>: the simulator on a private cluster and with keys of its own, both gone afterwards. The cluster runs without fsync,
# and fairly so: what dies here are processes and connections, never the server or the machine under it. That a committed
# transaction outlives those is PostgreSQL's word, not ours to simulate.
set -eu
if [ $# -lt 1 ]; then
    echo "usage: run.sh <sim program>" >&2
    exit 64
fi
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../lib/pg.sh
. "$here/../lib/pg.sh"
KM_SIM_DIR=
finish() {
    pg_stop
    if [ -n "$KM_SIM_DIR" ]; then rm -rf "$KM_SIM_DIR"; fi
}
trap finish EXIT
trap 'exit 1' INT TERM HUP
base=/tmp
if [ -d /dev/shm ] && [ -w /dev/shm ]; then base=/dev/shm; fi
KM_SIM_DIR=$(mktemp -d "$base/kmsim.XXXXXX")
# shellcheck disable=SC2119
pg_start
KM_TEST_DSN=$(pg_dsn)
export KM_TEST_DSN KM_SIM_DIR
"$@"
