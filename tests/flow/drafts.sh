#!/usr/bin/env bash
# What somebody types is kept for them alone, sealed: on another computer it is there, to anybody else it is not, and the database does not
# tell what it says.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

TEXT='{"narrative":"ねこがいなくなった（架空）","name":"架空 次郎"}'

# put NAME TEXT WHO: keeps a draft
put()
{
    api POST "/drafts/$1" "$(jq -cn --arg text "$2" '{sealed: {text: $text}}')" as "$3"
}

flow_start
api GET /drafts/case_open as A056
expect 200 'before anything was typed there is no draft'
holds 'and the answer says so' 'has("sealed") | not'
put case_open "$TEXT" A056
expect 200 'a form is kept'
api GET /drafts/case_open as A056
holds 'and given back as it was' '.sealed.text == $want' --arg want "$TEXT"
put case_open "${TEXT/次郎/三郎}" A056
api GET /drafts/case_open as A056
holds 'the newest stands for the ones before' '.sealed.text | contains("三郎")'
put note_add:0190f9a2-7a4e-7c31-8000-0123456789ab 'もう一つ' A056
api GET /drafts as A056
holds 'there are two, the latest first' '[.drafts[].name] == ["note_add:0190f9a2-7a4e-7c31-8000-0123456789ab", "case_open"]'
for who in A056/team_lead A062 A001/coordinator A001/administrator A001/auditor; do
    api GET /drafts/case_open as "$who"
    holds "$who does not see it" 'has("sealed") | not'
    api GET /drafts as "$who"
    holds "nor that there is one ($who)" '.drafts == []'
done
api POST /drafts/case_open/drop '{}' as A062
api GET /drafts/case_open as A056
holds 'somebody else throws nothing away' 'has("sealed")'
put 'Case%20Open' x A056
expect 422 'a name is of small letters'
put "$(printf 'a%.0s' {1..81})" x A056
expect 422 'and of at most 80'
put case_open "$(head -c 60001 /dev/zero | tr '\0' a)" A056
expect 422 'a form that is too long is refused'
for i in $(seq 1 48); do put "more_$i" x A056; done
expect 200 'fifty are kept'
put one_more x A056
expect 413 'and no more'
put case_open 'また' A056
expect 200 'but those there are still change'
same 'no role of the database may read them as another' 0 "$(sql "set role km_intake; select count(*) from intake.draft")"
same 'the database does not tell what they say' 0 "$(sql 'select count(*) from intake.draft where position(convert_to('"'ねこ'"', '"'UTF8'"') in sealed) > 0')"
# a row put under another name opens for nobody
sql "set session_replication_role = replica; update intake.draft set sealed = (select sealed from intake.draft where name = 'more_1') where name = 'more_2'"
api GET /drafts/more_2 as A056
expect 500 'a row under another name does not open'
api POST /drafts/case_open/drop '{}' as A056
expect 200 'its writer throws one away'
api GET /drafts/case_open as A056
holds 'and it is gone' 'has("sealed") | not'
# what nobody touched for thirty days goes by itself; what is younger stays
sql "update intake.draft set at = now() - interval '31 days' where name <> 'more_3'"
pids | awk '$1 == "kashimaru-intake" { print $3 }' | while read -r pid; do as_owner kill -KILL "$pid"; done
end=$((SECONDS + FLOW_AWAIT_SECONDS))
while [ "$(sql 'select count(*) from intake.draft')" != 1 ] && [ "$SECONDS" -lt "$end" ]; do sleep 0.2; done
same 'old drafts are thrown away' more_3 "$(sql 'select string_agg(name, $$,$$) from intake.draft')"
flow_end
