# shellcheck shell=bash
# Accounts with a second factor, as their owners use them over HTTP. Needs lib.sh.

FLOW_ADDRESS=1

# totp SECRET [SECONDS]: the time code now, or so much later
totp()
{
    local at=$(($(date +%s) + ${2:-0})) mac offset
    if command -v oathtool >/dev/null; then
        oathtool --totp -b -N "@$at" "$1"
        return
    fi
    # shellcheck disable=SC2059 # the format is the counter, byte by byte
    mac=$(printf "$(printf '%016x' $((at / 30)) | sed 's/../\\x&/g')" |
        openssl dgst -sha1 -mac HMAC -macopt "hexkey:$(printf '%s' "$1" | base32 -d | od -An -v -tx1 | tr -d ' \n')" | sed 's/.* //')
    offset=$((16#${mac:39:1}))
    printf '%06d\n' $(((16#${mac:offset*2:8} & 0x7fffffff) % 1000000))
}

# forget_code USER: its last code counts as used long ago, so that the test need not wait for the next half minute
forget_code()
{
    sql "update account.person set totp_last_step = 0 where user_name = '$1'"
}

# from: an address of its own for a few attempts to sign in, as a proxy would name it
from()
{
    FLOW_ADDRESS=$((FLOW_ADDRESS + 1))
    FROM="X-Forwarded-For: 192.0.2.$((FLOW_ADDRESS / 9))"
}

# enrol_all TOKEN PASSWORD: takes an invitation up; sets TOTP and RECOVERY
enrol_all()
{
    from
    api POST /enrolment "$(jq -cn --arg token "$1" --arg password "$2" '{sealed: $ARGS.named}')" as nobody with "$FROM"
    TOTP=$(get .sealed.secret)
    # shellcheck disable=SC2034 # for whoever sources this
    RECOVERY=$(get '.sealed.recovery | join(" ")')
    api POST /enrolment/confirm "$(jq -cn --arg token "$1" --arg code "$(totp "$TOTP")" '{sealed: $ARGS.named}')" as nobody with "$FROM"
}

# sign_in USER PASSWORD CODE ROLE: sets TOKEN
sign_in()
{
    from
    api POST /session "$(jq -cn --arg user "$1" --arg password "$2" --arg code "$3" --arg role "$4" \
        '{role: $role, sealed: ($ARGS.named | del(.role))}')" as nobody with "$FROM" with 'X-Kashimaru-Token: body'
    # shellcheck disable=SC2034 # for whoever sources this
    TOKEN=$(get '.sealed.token // empty')
}
