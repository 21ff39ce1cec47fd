#!/usr/bin/env bash
# The transition table and the routing rules are the ones in rules.txt: a change of a rule is seen in the change of that file. After a
# wanted change: kashimaru-referral --rules >tests/lint/rules.txt
set -euo pipefail
export LC_ALL=C.UTF-8

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
program=${KM_BUILD_DIR:?the folder of the built programs}/kashimaru-referral
printed=$(mktemp)
trap 'rm -f "$printed"' EXIT

"$program" --rules >"$printed"
# what a line is made of, so that two empty files cannot agree
awk -F '\t' '
    $1 == "referral" && NF == 8 { referral++; next }
    $1 == "routing" && NF == 5 && ($2 == "filter" || $2 == "criterion") { routing[$2]++; next }
    { printf "not a rule: %s\n", $0; bad = 1 }
    END { exit bad || !referral || !routing["filter"] || !routing["criterion"] }' "$printed"
diff -u "$here/rules.txt" "$printed"
printf '%d rules, unchanged\n' "$(wc -l <"$printed")"
