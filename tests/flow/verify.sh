#!/usr/bin/env bash
# kashimaru verify, the program itself, on files that were made once and do not change: it says good, bad or incomplete by its exit code and
# names the place, and it needs nothing but those files: no settings, no keys, no network.
set -euo pipefail
export LC_ALL=C.UTF-8

kashimaru=${KM_BUILD_DIR:?the folder of the built programs}/kashimaru
given=${KM_SOURCE_DIR:?the folder of the sources}/tests/flow/verify
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

# says code text arguments…: verify answers with this code, and its sentence has this text
says()
{
    local want=$1 text=$2 got=0
    shift 2
    env -i HOME=/nonexistent "$kashimaru" verify "$@" >out 2>&1 || got=$?
    if [ "$got" = "$want" ] && grep -qF -- "$text" out && [ "$(wc -l <out)" = 1 ]; then
        printf 'ok %s: %s\n' "$*" "$(cat out)"
    else
        printf 'FAILED: exit %s, want %s with «%s»: %s\n%s\n' "$got" "$want" "$text" "$*" "$(cat out)" >&2
        exit 1
    fi
}

# afresh: the given files again
afresh()
{
    rm -rf files
    cp -r "$given" files
    chmod -R u+w files
}

# byte file offset: changes one byte
byte()
{
    local was
    was=$(od -An -tu1 -j"$2" -N1 "$1")
    # shellcheck disable=SC2059 # the format is the byte
    printf "\\x$(printf %02x $((was ^ 1)))" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

afresh
key=$(cat files/key)
for trust in "--key=$key" --policy=files/policy; do
    says 0 'a log of 33 leaves' log files/log "$trust"
    says 0 '2 earlier partial tiles' log files/log "$trust" --full
    says 0 'head of 16 leaves is the beginning of the one of 33' heads files/old files/log/checkpoint files/log "$trust"
    says 0 'leaf 10 of 33, ACCEPT by A003' proof files/proof "$trust" --agency-keys files/agencies.json
    says 0 '17 events (1 erased, 0 without payload), 1 handoffs accepted, lead A003, closed' \
        case files/case.json "$trust" --agency-keys files/agencies.json
done

byte files/log/tile/entries/000.p/33 $((42 * 20 + 30))
says 1 'leaf 20 in tile/entries/000.p/33' log files/log --key "$key"
afresh
byte files/log/tile/0/000.p/16 100
says 0 'a log of 33 leaves' log files/log --key "$key"
says 1 'tile/0/000.p/16 is not the beginning' log files/log --key "$key" --full
afresh
rm files/log/tile/0/000.p/33
says 2 'tile/0/000.p/33 is missing' log files/log --key "$key"
says 1 'rolled back' heads files/log/checkpoint files/old files/log --key "$key"
sed -i 's/no_capacity/not_our_target/' files/case.json
says 1 'event 6 (leaf 6, DECLINE): the payload is not the one' case files/case.json --key "$key"
afresh
sed -i '/"seq":8}/d' files/case.json
says 1 'event 9 (leaf 9, DELIVER): event 8 should stand here' case files/case.json --key "$key"
afresh
sed -i '$d' files/case.json
says 2 'of 17 events it holds 17' case files/case.json --key "$key"

afresh
says 2 'ENOENT' log files/log --policy nowhere
thirty_two=$(printf 'A%.0s' {1..32})
hash=$(printf 'w.example\n\004%s' "$thirty_two" | sha256sum | cut -c1-8)
printf 'log %s\nwitness w w.example+%s+%s\nquorum w\n' "$key" "$hash" "$(printf '\004%s' "$thirty_two" | base64 -w0)" >strict
says 2 'have not cosigned: w' log files/log --policy strict

if command -v strace >/dev/null && strace -o trace -e trace=%network true 2>/dev/null; then
    strace -f -o trace -e trace=%network "$kashimaru" verify log files/log --key "$key" >out
    if grep -qE '^[0-9 ]*(socket|connect|bind|sendto)\(' trace; then
        printf 'FAILED: it opens a socket\n' >&2
        exit 1
    fi
    printf 'ok no socket is opened\n'
fi
