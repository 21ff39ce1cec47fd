# shellcheck shell=bash
# The console: from its TypeScript to the files the gateway serves. npm brings what it is built with, exactly as the lock file has it, and
# tsgen what it knows of requests. Needs common.sh and packages.sh; ROOT is the checkout.

NODE_LEAST=20.19 # Vite needs it; Debian 12's is older
NPM_LEAST=11     # earlier ones leave out the native half of Vite

# node_is_current, npm_is_current: of what is found first.
node_is_current()
{
    command -v node >/dev/null && printf '%s\n%s\n' "$NODE_LEAST" "$(node --version | tr -d v)" | sort -VC
}

npm_is_current()
{
    command -v npm >/dev/null && [ "$(npm --version 2>/dev/null | cut -d . -f 1)" -ge "$NPM_LEAST" ]
}

# node_ensure folder: node and npm new enough, from npm itself where Debian's are not; they stay in the folder.
node_ensure()
{
    local tools=$1 machine=x64
    PATH=$tools/node_modules/.bin:$PATH
    if node_is_current && npm_is_current; then
        return 0
    fi
    command -v npm >/dev/null || packages_ensure console || return 1
    [ "$(uname -m)" != aarch64 ] || machine=arm64
    local wanted=("npm@$NPM_LEAST")
    node_is_current || wanted+=("node-linux-$machine@22")
    npm install --silent --no-audit --no-fund --prefix "$tools" "${wanted[@]}" || return 1
    if [ -x "$tools/node_modules/node-linux-$machine/bin/node" ]; then
        ln -sf "../node-linux-$machine/bin/node" "$tools/node_modules/.bin/node"
    fi
    hash -r # npm stands at another place now
    node_is_current && npm_is_current
}

# console_digest tsgen: of all it is made from.
console_digest()
{
    {
        (cd "$ROOT/services/gateway/console" && find . \( -name node_modules -o -name made -o -name dist \) -prune -o -type f -exec sha256sum {} + |
            LC_ALL=C sort -k 2)
        "$1" | sha256sum
    } | sha256sum | cut -d ' ' -f 1
}

# console_make folder tsgen: checks and builds in a folder of its own, nothing in the checkout; the files are then in folder/dist, each with a
# compressed copy beside it.
console_make()
{
    local folder=$1 tsgen=$2
    export npm_config_fetch_retries=1 npm_config_fetch_timeout=30000 # who has no way to the registry is not kept waiting
    rm -rf "$folder/src" "$folder/public" "$folder/made" "$folder/dist"
    mkdir -p "$folder/made" &&
        tar -C "$ROOT/services/gateway/console" --exclude ./node_modules --exclude ./made --exclude ./dist -cf - . | tar -C "$folder" --no-same-owner -xf - &&
        "$tsgen" >"$folder/made/api.ts" && node_ensure "$folder/tools" && console_compile "$folder" &&
        find "$folder/dist" -type f ! -name '*.gz' -exec gzip -9kn {} +
}

# console_compile folder: the lock file names what is brought, by its digest, and no place it must come from.
console_compile()
{
    (cd "$1" && npm ci --silent --ignore-scripts --no-audit --no-fund && npm run --silent check && npm run --silent build)
}

# console_build folder tsgen [stage]: made when something changed, and staged beside the programs. Without npm's registry there is none, and the
# gateway says so on its first page; everything else works.
console_build()
{
    local folder=$1 tsgen=$2 stage=${3:-} digest log=$1/console.log
    mkdir -p "$folder"
    digest=$(console_digest "$tsgen")
    if [ ! -d "$folder/dist" ] || [ "$(cat "$folder/digest" 2>/dev/null)" != "$digest" ]; then
        rm -f "$folder/digest"
        if ! (console_make "$folder" "$tsgen") >"$log" 2>&1; then
            rm -rf "$folder/dist"
            tail -n 20 "$log" | sed 's/^/    /' >&2
            warn "画面（コンソール）を作れませんでした。HTTP とコマンドは使えます。全文: $log" "the console could not be built; HTTP and the command work without it"
            return 1
        fi
        printf '%s\n' "$digest" >"$folder/digest"
    fi
    [ -z "$stage" ] || { mkdir -p "$stage/share/kashimaru/console" && cp -r "$folder/dist/." "$stage/share/kashimaru/console/"; }
}
