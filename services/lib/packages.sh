# shellcheck shell=bash
# Which Debian packages each purpose needs, and how the missing ones arrive. Nothing is asked of the network or of root while
# everything is there. Works on Debian 12 and 13; "a|b" means the first of these that the release has.

PG_LEAST_15=20 # minor releases of PostgreSQL 15 below this one have known holes

# packages_for purpose…: the names, one a line; purposes are build, server, run, console, test and browser.
packages_for()
{
    local purpose
    for purpose in "$@"; do
        case $purpose in
        build)
            printf '%s\n' gcc libc6-dev cmake ninja-build 'pkgconf|pkg-config' curl libzmq3-dev libsodium-dev \
                libjansson-dev libmicrohttpd-dev libqrencode-dev libgfshare-dev libssl-dev libpq-dev libcurl4-openssl-dev
            ;;
        server) printf '%s\n' "postgresql-$(pg_major)" ;;
        run)
            printf '%s\n' curl ca-certificates libzmq5 libsodium23 libjansson4 'libmicrohttpd12t64|libmicrohttpd12' libqrencode4 \
                libgfshare2 'libssl3t64|libssl3' libpq5 'libcurl4t64|libcurl4'
            ;;
        test)
            printf '%s\n' libcmocka-dev spin clang libclang-rt-dev "postgresql-$(pg_major)-pgtap" shellcheck curl jq mandoc \
                libtap-parser-sourcehandler-pgtap-perl oathtool procps openssl python3 golang-go golang-golang-x-mod-dev
            ;;
        console) printf '%s\n' nodejs npm ;;
        browser) printf '%s\n' chromium fonts-noto-cjk ;;
        *) die "不明な用途です: $purpose" "unknown purpose: $purpose" ;;
        esac
    done
}

# pg_installed: newest major version ≥ 15 whose server is on this machine, or nothing.
pg_installed()
{
    local program newest='' major
    for program in /usr/lib/postgresql/*/bin/postgres; do
        [ -x "$program" ] || continue
        major=${program#/usr/lib/postgresql/}
        major=${major%%/*}
        if [ "$major" -ge 15 ] && [ "$major" -gt "${newest:-0}" ]; then
            newest=$major
        fi
    done
    printf '%s' "$newest"
}

# pg_major: the installed one, else the release's own, else 15.
pg_major()
{
    local major
    major=$(pg_installed)
    if [ -z "$major" ] && command -v apt-cache >/dev/null; then
        major=$(apt-cache depends postgresql 2>/dev/null | sed -n 's/.*Depends: postgresql-\([0-9]*\)$/\1/p' | head -n 1)
    fi
    printf '%s' "${major:-15}"
}

# pg_is_current: false when the installed server is a minor release with known holes.
pg_is_current()
{
    local major version
    major=$(pg_installed)
    [ "$major" = 15 ] || return 0
    version=$(/usr/lib/postgresql/15/bin/postgres --version)
    version=${version##*PostgreSQL) 15.}
    [ "${version%%[!0-9]*}" -ge "$PG_LEAST_15" ]
}

# package_is_installed a|b
package_is_installed()
{
    local name
    for name in ${1//|/ }; do
        if [ "$(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null)" = installed ]; then
            return 0
        fi
    done
    return 1
}

# package_resolve a|b: the alternative this release offers; the last one when none is known.
package_resolve()
{
    local name last=''
    for name in ${1//|/ }; do
        last=$name
        if apt-cache show "$name" >/dev/null 2>&1; then
            break
        fi
    done
    printf '%s' "$last"
}

# packages_missing purpose…: what is not installed, one a line.
packages_missing()
{
    local entry
    while read -r entry; do
        package_is_installed "$entry" || printf '%s\n' "$entry"
    done < <(packages_for "$@")
}

# no_main_cluster: Debian would otherwise start a server of its own on port 5432 the moment PostgreSQL is installed.
no_main_cluster()
{
    local drop=/etc/postgresql-common/createcluster.d
    as_root mkdir -p "$drop"
    printf 'create_main_cluster = false\n' | as_root tee "$drop/kashimaru.conf" >/dev/null
}

# apt word…: quiet unless it fails
apt()
{
    local log
    log=$(mktemp)
    if ! as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -q "$@" >"$log" 2>&1; then
        tail -n 20 "$log" | sed 's/^/    /' >&2
        rm -f "$log"
        return 1
    fi
    rm -f "$log"
}

# packages_ensure purpose…: installs what is missing, upgrades a PostgreSQL with known holes, else does nothing.
#   fails  1 with the list printed, when there is no root, no sudo or no apt
packages_ensure()
{
    local missing entry
    local -a wanted=()
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        warn "Debian ではないため、次に当たるものがあると仮定します: $(packages_for "$@" | tr '\n' ' ')" \
            "not Debian: taking for granted what corresponds to the packages above"
        return 0
    fi
    missing=$(packages_missing "$@")
    if [ -z "$missing" ] && pg_is_current; then
        return 0
    fi
    if ! is_root && ! command -v sudo >/dev/null; then
        warn "次のパッケージを管理者に入れてもらってください: ${missing//$'\n'/ } (PostgreSQL 15 は 15.$PG_LEAST_15 以上)" \
            "ask an administrator to install the packages above (PostgreSQL 15: at least 15.$PG_LEAST_15)"
        return 1
    fi
    apt update || warn "パッケージ一覧を更新できませんでした" "could not refresh the package lists"
    missing=$(packages_missing "$@") # once more: only fresh lists know this release's PostgreSQL
    while read -r entry; do
        [ -z "$entry" ] || wanted+=("$(package_resolve "$entry")")
    done <<<"$missing"
    pg_is_current || wanted+=("postgresql-$(pg_installed)")
    say "足りないパッケージを入れます: ${wanted[*]}" "installing what is missing"
    [ -n "$(pg_installed)" ] || no_main_cluster
    if ! apt install -y --no-install-recommends "${wanted[@]}"; then
        warn "パッケージを入れられませんでした: ${wanted[*]}" "could not install the packages above"
        return 1
    fi
    if ! pg_is_current; then
        warn "PostgreSQL 15.$PG_LEAST_15 以上が必要です" "PostgreSQL 15.$PG_LEAST_15 or newer is needed"
        return 1
    fi
}
