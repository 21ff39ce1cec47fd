# shellcheck shell=bash
# The console's way of making evidence, by its own code and without a browser. Needs lib.sh.

PATH=${KM_BUILD_DIR:-}/console/tools/node_modules/.bin:$PATH # where node had to be brought

# console_is_there: node, and what the console is built with
console_is_there()
{
    command -v node >/dev/null && [ -x "$KM_BUILD_DIR/console/node_modules/.bin/rolldown" ]
}

# console_code: its modules as one, into FLOW_DIR
console_code()
{
    local log=$FLOW_ROOT/services/gateway/console/src/log
    printf 'export * from "%s/bundle.ts";\nexport * from "%s/case.ts";\n' "$log" "$log" >"$FLOW_DIR/console.ts"
    "$KM_BUILD_DIR/console/node_modules/.bin/rolldown" "$FLOW_DIR/console.ts" -f esm --file "$FLOW_DIR/console.mjs" >/dev/null
}

# console word…: see evidence_console.mjs
console()
{
    KM_URL=$(gateway_url) KM_CODE=$FLOW_DIR/console.mjs timeout 120 node "$FLOW_ROOT/tests/flow/evidence_console.mjs" "$@"
}

# console_makes CASE: into FLOW_DIR/mine; says how many events
console_makes()
{
    mkdir -p "$FLOW_DIR/mine"
    console make "$(token_of A001 auditor)" "$1" "$FLOW_DIR/mine"
}

# console_verifies NAME: where there is a console, it makes a bundle of CASE, too, and outsiders find it good; `offline` is the caller's
console_verifies()
{
    console_is_there || return 0
    yes "$1: the console's code stands by itself" console_code
    yes "$1: the console makes one, too" test "$(console_makes "$CASE")" -gt 0
    says 0 'good' "$1: it verifies as well" offline case "$FLOW_DIR/mine/bundle"
    says 0 'good' "$1: and in the browser" console check "$FLOW_DIR/mine/bundle" "$VKEY"
}
