#!/usr/bin/env bash
# Includes go only downward: base ← wire ← seal ← people | ledger | db | bus ← svc ← services. A service never includes another's
# headers, a library is reached only from the floor that owns it, and no two headers include each other.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# includes: `file line name` of every #include in the product (tests may include anything)
includes()
{
    files '*.c' '*.h' | grep -E '^(include|common|services|sql)/' |
        xargs -r awk 'match($0, /^[ \t]*#[ \t]*include[ \t]*[<"][^>"]+[>"]/) {
            name = $0; sub(/^[^<"]*[<"]/, "", name); sub(/[>"].*/, "", name); print FILENAME, FNR, name }'
}

# upward: an include that leaves its floor, by the table below
upward()
{
    awk '
    BEGIN {
        split("base wire seal people ledger db bus svc", name, " "); split("0 1 2 3 3 3 3 4", at, " ")
        for (i in name) rank[name[i]] = at[i]
        owner["jansson.h"] = "wire"; owner["sodium.h"] = "seal"; owner["libpq-fe.h"] = "db"; owner["zmq.h"] = "bus"
        owner["microhttpd.h"] = "gateway witness"; owner["qrencode.h"] = "account"; owner["libgfshare.h"] = "ctl"; owner["evp.h"] = "account"
        owner["curl.h"] = "feeder"
    }
    function say(text) { printf "%s:%s: %s\n", $1, $2, text }
    {
        part_n = split($1, part, "/")
        room = part[2]
        mine = part[1] == "services" ? 5 : part[1] == "sql" ? 2 : rank[room]
        target_n = split($3, target, "/")
        if ($3 ~ /^sodium\// || $3 ~ /^libpq/) target[target_n] = target[1] == "sodium" ? "sodium.h" : "libpq-fe.h"
        if (target[target_n] in owner && (target_n == 1 || target[1] == "sodium" || target[1] == "openssl" || target[1] == "curl")) {
            if (index(" " owner[target[target_n]] " ", " " room " ") == 0) say($3 " belongs to " owner[target[target_n]] ", not to " room)
        } else if ($3 ~ /\.\./) say($3 " climbs out of its folder")
        else if (target_n > 1 && target[1] in rank) {
            if (rank[target[1]] > mine || (rank[target[1]] == mine && target[1] != room)) say(room " may not include " $3)
        } else if ($3 ~ /^q_/) {
            query = $3; sub(/^q_/, "", query); sub(/\.h$/, "", query)
            if (mine < 4 || (mine == 5 && query != room && query == "svc")) say(room " may not include " $3)
            if (query ~ /^(intake|referral|meeting|audit|account|keys|relay|sequencer|signer|feeder|gateway|witness|ctl)$/ && query != room)
                say(room " may not include the queries of " query)
        } else if (target[1] ~ /^(intake|referral|meeting|audit|account|keys|relay|sequencer|signer|feeder|gateway|witness|ctl)$/ && target[1] != room)
            say(room " may not include " $3 " of another service")
    }' <<<"$1"
}

# cycles: headers that reach themselves
cycles()
{
    awk '$1 ~ /\.h$/ && $3 ~ /\.h$/ {
        from = $1; sub(/^include\//, "", from); to = $3
        if (to !~ /\//) { folder = from; sub(/[^\/]*$/, "", folder); to = folder to }
        print from, to }' <<<"$1" | { tsort 2>&1 >/dev/null || true; } |
        sed -n 's/^tsort: \(.*\.h\)$/\1/p' | sort -u | while IFS= read -r header; do
            [ -f "$header" ] || header=include/$header
            printf '%s:1: part of an include cycle\n' "$header"
        done
}

rule()
{
    local all
    all=$(includes)
    upward "$all"
    cycles "$all"
}

sample()
{
    mkdir -p include/base include/wire include/db common/db common/ledger common/seal services/intake services/signer
    printf '#include <stdint.h>\n#include "wire/frame.h"\n' >include/base/span.h
    printf '#include "base/span.h"\n' >include/wire/frame.h
    printf '#include <sodium.h>\n#include "db/conn.h"\n#include <sodium/utils.h>\n#include "ledger/tree.h"\n' >common/seal/seal.c
    printf '#include "seal/digest.h"\n#include "people/rule.h"\n#include <sodium.h>\n' >common/ledger/tree.c
    printf '#include "base/span.h"\n#include "bus/bus.h"\n#include "../seal/seal.h"\n#include <libpq-fe.h>\n' >common/db/conn.c
    printf '#include "svc/service.h"\n#include "rules.h"\n#include "referral/rules.h"\n' >services/intake/main.c
    printf '#include <jansson.h>\n#include "q_intake.h"\n#include "q_referral.h"\n' >services/intake/store.c
    printf '#include "ledger/note.h"\n#include "sequencer/own.h"\n' >services/signer/main.c
    printf '%s\n' include/base/span.h:2 include/base/span.h:1 include/wire/frame.h:1 common/seal/seal.c:2 common/seal/seal.c:4 \
        common/ledger/tree.c:2 common/ledger/tree.c:3 common/db/conn.c:2 common/db/conn.c:3 \
        services/intake/main.c:3 services/intake/store.c:1 services/intake/store.c:3 services/signer/main.c:2
}

lint_run
