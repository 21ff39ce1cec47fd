#!/usr/bin/env bash
# The container's first program: prepares the volume as services/up prepares a state folder, then becomes the supervisor. Runs as
# the unprivileged owner of the volume.
set -euo pipefail

KM_APP=${KM_APP:-/opt/kashimaru}
LIB=${KM_LIB:-$KM_APP/lib}
# shellcheck source=services/lib/common.sh
. "$LIB/common.sh"
# shellcheck source=services/lib/packages.sh
. "$LIB/packages.sh"
# shellcheck source=services/lib/cluster.sh
. "$LIB/cluster.sh"
# shellcheck source=services/lib/state.sh
. "$LIB/state.sh"

export KASHIMARU_GATEWAY_PORT=${KASHIMARU_GATEWAY_PORT:-8480}

# claim: one container a volume. Process numbers begin anew in each container, so PostgreSQL's own lock files, left behind by one
# that was killed, would now name a stranger; under our lock they can only be stale.
claim()
{
    exec 9>"$KM_STATE/run/container.lock"
    flock -n 9 || die "このボリュームは別のコンテナが使っています" "another container uses this volume"
    rm -f "$KM_STATE/pg/postmaster.pid" "$KM_SOCKETS/.s.PGSQL.5432.lock"
}

# after_ready: what needs the running services, while they run as the container's main process.
after_ready()
{
    if ready_wait 300 "$1"; then
        directory_load
        say "準備ができました: $(gateway_url)/" "ready"
        administrator_invite
    else
        warn "準備が整いませんでした" "it did not become ready"
    fi
}

main()
{
    state_choose
    state_make
    claim
    conf_create
    database_make
    "$KM_APP/bin/kashimaru" setup --config "$KM_CONF"
    after_ready "$$" 9>&- &
    exec "$KM_APP/bin/kashimaru" up --config "$KM_CONF"
}

main "$@"
