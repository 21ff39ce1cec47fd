# shellcheck shell=bash
# From the checkout to programs in an installation. The checkout may be closed to the account the programs run as (a clone in
# root's home is), so they are staged next to the build and carried over. Needs common.sh and state.sh; ROOT is the checkout.

# build_folder: build/release of the checkout, or the state folder's build/ when the checkout is not ours to write.
build_folder()
{
    if [ -w "$ROOT" ]; then
        printf '%s/build/release' "$ROOT"
    else
        printf '%s/build' "$KM_STATE"
    fi
}

# build_programs: configures, compiles and stages; quiet unless it fails.
build_programs()
{
    local folder log
    folder=$(build_folder)
    if [ -f "$folder/CMakeCache.txt" ] && ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$ROOT" "$folder/CMakeCache.txt"; then
        rm -rf "$folder" # made for a checkout that lay elsewhere
    fi
    mkdir -p "$folder"
    log=$folder/up.log
    # The checkout's tests need tools an installation does not.
    if ! { (cd "$ROOT" && cmake --preset release -B "$folder" -DBUILD_TESTING=OFF) &&
        cmake --build "$folder" && rm -rf "$folder/stage" &&
        cmake --install "$folder" --prefix "$folder/stage"; } >"$log" 2>&1; then
        tail -n 40 "$log" | sed 's/^/    /' >&2
        die "ビルドできません。全文: $log" "the build failed; all of it is in the file above"
    fi
}

# stage_digest: of the programs as just built.
stage_digest()
{
    (cd "$(build_folder)/stage" && find . -type f -exec sha256sum {} + | LC_ALL=C sort) | sha256sum | cut -d ' ' -f 1
}

# app_is_current: the installed programs are those just built.
app_is_current()
{
    as_owner test -x "$KM_APP/bin/kashimaru" && [ "$(tree_digest "$KM_APP")" = "$(stage_digest)" ]
}

# app_install: replaces app/ whole.
app_install()
{
    as_owner rm -rf "$KM_APP.new" "$KM_APP.old"
    as_owner mkdir -m 0755 "$KM_APP.new"
    tar -C "$(build_folder)/stage" -cf - . | as_owner tar -C "$KM_APP.new" --no-same-owner -xf -
    if as_owner test -d "$KM_APP"; then
        as_owner mv -T "$KM_APP" "$KM_APP.old"
    fi
    as_owner mv -T "$KM_APP.new" "$KM_APP"
    as_owner rm -rf "$KM_APP.old"
}
