# shellcheck shell=bash disable=SC2034 # what is made here is for whoever sources this
# Witnesses beside an installation: each with a folder, a key and a port of its own. Needs lib.sh.

declare -A WITNESS_VKEY WITNESS_PORT WITNESS_PID
PORTS=()

# free_port: one that nobody listens on, and that was not given away
free_port()
{
    local port
    while port=$((20000 + RANDOM % 12000)); do
        if port_is_free "$port" && [ -z "${PORTS[$port]:-}" ]; then
            PORTS[port]=1
            PORT=$port
            return
        fi
    done
}

# witness_make name: with a folder and a key of its own, and trusting the log's
witness_make()
{
    free_port
    WITNESS_PORT[$1]=$PORT
    WITNESS_VKEY[$1]=$(as_owner "$KM_APP/bin/kashimaru-witness" --state "$KM_STATE/$1" init --name "$1.example")
    as_owner "$KM_APP/bin/kashimaru-witness" --state "$KM_STATE/$1" trust "$2"
}

witness_start()
{
    local name end=$((SECONDS + FLOW_AWAIT_SECONDS))
    for name in "$@"; do
        # shellcheck disable=SC2016 # for that shell
        as_owner sh -c 'echo $$ >"$2/$3.pid" && exec "$1/bin/kashimaru-witness" --state "$2/$3" --listen "127.0.0.1:$4" >>"$2/log/$3.log" 2>&1' \
            witness "$KM_APP" "$KM_STATE" "$name" "${WITNESS_PORT[$name]}" </dev/null &
        disown
        while port_is_free "${WITNESS_PORT[$name]}" && [ "$SECONDS" -lt "$end" ]; do
            sleep 0.05
        done
        WITNESS_PID[$name]=$(as_owner cat "$KM_STATE/$name.pid")
    done
}

witness_stop()
{
    local name
    for name in "$@"; do
        [ -n "${WITNESS_PID[$name]:-}" ] || continue
        kill -TERM "${WITNESS_PID[$name]}" 2>/dev/null
        while [ -e "/proc/${WITNESS_PID[$name]}" ]; do sleep 0.05; done
        unset "WITNESS_PID[$name]"
    done
}
