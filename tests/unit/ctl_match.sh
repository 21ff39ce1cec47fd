#!/usr/bin/env bash
# kashimaru match, the program itself: finds and scores a labelled file of 100,000 rows, names bad lines, and prints nothing of the rows
# but their ids.
set -euo pipefail
export LC_ALL=C.UTF-8

build=${KM_BUILD_DIR:?the folder of the built programs}
kashimaru=$build/kashimaru
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

fail()
{
    printf 'FAILED: %s\n' "$*" >&2
    exit 1
}

# code want command…: its exit code
code()
{
    local want=$1 got=0
    shift
    "$@" >out 2>err || got=$?
    [ "$got" = "$want" ] || { cat out err >&2 && fail "exit $got, want $want: $*"; }
}

"$build/tests/population" 69500 11 >town.csv
rows=$(($(wc -l <town.csv) - 1))
[ "$rows" -ge 100000 ] || fail "only $rows rows"
code 0 "$kashimaru" match --csv town.csv --out pairs.csv
cat out
awk -v rows="$rows" '
    $1 == "行" && $4 == rows { all = 1 }
    /precision/ { n++; p = $4; r = $7 }
    END { exit !(all && n == 2 && p >= 0.99 && r >= 0.95) }' out || fail 'rows, precision or recall'
[ "$(stat -c %a pairs.csv)" = 600 ] || fail 'others can read the pairs'
head -n 1 pairs.csv | grep -q '^a,b,decision,bits,' || fail 'header of the pairs'

# what is printed holds no name, date or number of the file: compared with every cell but the ids
printf 'id,氏名,ふりがな,生年月日,電話,住所\nx1,架空 太郎,かくう たろう,1985-03-01,09000000001,柏市柏1\nx2,架空 太郎,カクウ タロウ,S60.3.1,,\n' >two.csv
code 0 "$kashimaru" match --csv two.csv
grep -q '^x1  x2  .*same_likely' out || fail 'the pair is not found'
! grep -E '架空|太郎|かくう|カクウ|1985|S60|0000|柏' out err || fail 'something personal is printed'

# bad lines are named and left out, the others are compared
printf 'id,name,birth_date\na,見本 花子,1990-01-02\nb,見本 "花子",1990-01-02\nc,見本 花子\nd,見本 花子,H2.1.2\n\xff,x,y\n' >bad.csv
code 65 "$kashimaru" match --csv bad.csv
[ "$(grep -oE '^[0-9]+' err | tr '\n' ' ')" = '3 4 6 ' ] || { cat err >&2 && fail 'which lines are bad'; }
grep -q '^a  d  ' out || fail 'the good lines are not compared'
! grep -E '見本|花子|1990' out err || fail 'something personal is printed'

printf 'id,birth_date\n1,1990-01-02\n' >nameless.csv
code 65 "$kashimaru" match --csv nameless.csv
printf 'name,氏名\n' >twice.csv
code 65 "$kashimaru" match --csv twice.csv
: >empty.csv
code 65 "$kashimaru" match --csv empty.csv
code 66 "$kashimaru" match --csv absent.csv
code 75 "$kashimaru" match --csv two.csv --out absent/pairs.csv
code 64 "$kashimaru" match
code 64 "$kashimaru" match --csv two.csv three.csv
code 0 "$kashimaru" match --csv - <two.csv
printf '姓,名,生年月日\n架空,太郎,1985-03-01\n架空,太郎,昭和60年3月1日\n' >halves.csv
code 0 "$kashimaru" match --csv halves.csv
grep -q '^line2  line3  ' out || fail 'names in two columns'
