#!/usr/bin/env bash
# Nothing in the tree knows the machine it was written on, and nobody in it is real: no paths of a home or of this checkout, no mail
# addresses outside the reserved domains, no telephone number that could ring, no test person whose name does not say so.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

HOMES='(^|[^A-Za-z0-9_.$}-])(/home/[a-z]|/Users/[A-Za-z]|/root/|[A-Z]:\\Users)'
MAIL='[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+'
RESERVED='@([A-Za-z0-9-]+\.)*(example(\.(com|net|org|jp))?|test|invalid|localhost|service|socket)$'
RINGS='(^|[^0-9-])0[1-9][0-9]{0,3}-[0-9]{1,4}-[0-9]{4}($|[^0-9-])'
FICTION='(架空|仮名|見本|例示|試験|テスト|匿名)'

# report path pattern what
report()
{
    grep -nE "$2" "$1" | sed -E "s|^([0-9]+):.*|$1:\1: $3|" || true
}

# mails path: addresses that could be someone's
mails()
{
    grep -noE "$MAIL" "$1" | grep -vE "$RESERVED" | sed -E "s|^([0-9]+):(.*)|$1:\1: mail address \2|" || true
}

# people: names of the made-up households
people()
{
    files '*.json' '*.jsonl' | grep -E '^tests/' | while IFS= read -r path; do
        grep -nP '"(name|family_name|person)"\s*:\s*"[^"]*\p{Han}' "$path" | grep -vE ": *\"$FICTION" |
            sed -E "s|^([0-9]+):.*|$path:\1: a name that does not say it is made up|" || true
    done
}

rule()
{
    local path here=''
    case $LINT_ROOT in
    /?*/?*) here="(^|[^A-Za-z0-9_.-])${LINT_ROOT//./\\.}(/|[^A-Za-z0-9_.-]|\$)" ;;
    esac
    texts | grep -vE '^(LICENSE|tests/lint/nopaths\.sh)$' | while IFS= read -r path; do
        report "$path" "$HOMES" 'path of one machine'
        [ -z "$here" ] || report "$path" "$here" 'path of this checkout'
        case $path in
        sql/seed/*) ;; # offices, public
        *)
            mails "$path"
            report "$path" "$RINGS" 'telephone number that could be real'
            ;;
        esac
    done
    people
}

sample()
{
    mkdir -p tests/flow sql/seed
    printf 'x\ncc -I /home/someone/src\n' >notes.txt
    printf 'see %s/common\n' "$LINT_ROOT" >here.md
    printf 'a@example.jp\nb@office.city.jp\nuser@kashimaru.service\n' >mail.txt
    printf '"phone": "03-1234-5678"\n"phone": "000-0000-0001"\n2026-01-02 0x01-02\n' >phone.json
    printf '{"name": "架空 花子"}\n{"name": "山田 花子"}\n{"name": "poverty"}\n' >tests/flow/a.json
    printf '"phone": "099-111-2222"\n' >sql/seed/agencies.jsonl
    printf '%s\n' notes.txt:2 mail.txt:2 phone.json:1 tests/flow/a.json:2
    case $LINT_ROOT in
    /?*/?*) printf 'here.md:1\n' ;;
    esac
}

lint_run
