/* The checks would mean nothing if they could not fail. Here they are shown databases in which one thing was damaged, and runs
 * of an asking side or a database that breaks a rule of delivery; each must be reported. */
#include <stdio.h>
#include <string.h>

#include "run.h"

enum { BAD_SEEDS = 12, RICH_OPS = 110 };

static const struct {
    const char *what, *sql, *seen;
} DAMAGES[] = {
    {"a baton is gone", "delete from referral.baton where case_id = (select min(case_id::text)::uuid from referral.baton)", "not exactly one"},
    {"nobody leads", "update referral.member set is_lead = false where case_id = (select min(case_id::text)::uuid from referral.member)",
     "not exactly one"},
    {"two lead", "drop index referral.member_one_lead; insert into referral.member (case_id, agency, since, is_lead) "
                 "select case_id, 'A099', now(), true from referral.baton limit 1", "not exactly one"},
    {"a baton moved twice", "update referral.baton set version = version + 1", "baton version"},
    {"an event is doubled", "insert into audit.event (case_id, at, happened, agency, actor, counterpart, about, detail, reason, trace) "
                            "select case_id, at, happened, agency, actor, counterpart, about, detail, reason, trace from audit.event "
                            "where happened = 'referral' limit 1", "done twice"},
    {"an event is missing", "delete from audit.event where id = (select min(id) from audit.event where happened = 'note_added')",
     "history of a request"},
    {"an event came from nowhere", "insert into audit.event (case_id, at, happened, trace) select case_id, at, 'note_added', 'none' "
                                   "from audit.event limit 1", "history of a request: unknown"},
    {"a referral changed unseen", "update referral.referral set version = version + 1", "referral version"},
    {"a referral is gone", "delete from referral.referral", "referral is missing"},
    {"an inbox row is set back", "update referral.inbox set last_seq = last_seq - 1, prior_seq = 0", "neither delivered"},
    {"an inbox row is gone", "delete from intake.inbox", "neither delivered"},
    {"an inbox row runs ahead", "update intake.inbox set last_seq = last_seq + 1", "received ahead"},
    {"a stream's counter is lost", "delete from referral.stream_out", "received ahead"},
    {"a case is gone", "delete from referral.case_file", "cases differ"},
    {"a reception is gone", "delete from intake.reception", "cases differ"},
    {"a sealed record is gone", "delete from intake.record where record_id = (select min(record_id::text)::uuid from intake.record)",
     "sealed records"},
    {"a note is gone", "delete from intake.note where note_id = (select min(note_id::text)::uuid from intake.note)", "notes differ"},
    {"a note came from nowhere", "insert into intake.note (case_id, note_id, at, by, actor, kind) select case_id, case_id, at, by, actor, "
                                 "kind from intake.note limit 1", "notes differ"},
    {"an answer was not kept", "delete from intake.request", "acknowledged and lost"},
    {"an answer changed", "update referral.request set answer = '{\"id\":\"x\"}' where type = 'done'", "told one thing"},
    {"a meeting is gone", "delete from meeting.meeting", "meetings differ"},
    {"nobody is invited", "delete from meeting.invitee", "without its invited"},
    {"access is lost", "delete from intake.access where until is null and level = 'member'", "access of"},
    {"access is left open", "insert into intake.access (case_id, agency, level, items, since) select case_id, 'A099', 'offered', '{}', now() "
                            "from intake.reception", "access of"},
    {"a reading is not told", "delete from audit.event where id = (select min(id) from audit.event where happened = 'key_read')",
     "readings told"},
    {"a message is stuck", "insert into intake.outbox (dest, key, seq, id, type, payload, actor, role, agency, trace, sent_at, next_try) "
                           "select 'referral', case_id, 9, case_id, 'case_opened', '', '', '', '', '', now(), now() from intake.reception",
     "still in the outbox"},
};

static bool damage(struct run *r, size_t i)
{
    struct world *w = r->world;
    int64_t late = 0;

    scope_reset(w->s);
    if (conn_script(w->s, w->admin, "begin") != OK || conn_script(w->s, w->admin, DAMAGES[i].sql) != OK) {
        fprintf(stderr, "sim: proof \"%s\" cannot be made: %s\n", DAMAGES[i].what, w->s->why.en);
        return false;
    }
    bool is_seen = !check_rest(w, r->driver, &late) && strstr(w->found, DAMAGES[i].seen) != NULL;
    if (!is_seen)
        fprintf(stderr, "sim: the checks do not see that %s; they say:\n%s\n", DAMAGES[i].what, w->found);
    return conn_script(w->s, w->admin, "rollback") == OK && is_seen;
}

/* A defect in the run itself: one of a few seeds must fail for the reason that fits. */
static bool is_noticed(struct run *r, struct weather weather, const char *what, const char *seen)
{
    int noticed = 0;

    for (uint64_t seed = 1; seed <= BAD_SEEDS; seed++) {
        weather.seed = seed;
        if (!run_seed(r, &weather) && strstr(r->world->found, seen))
            noticed++;
        world_end(r->world);
    }
    if (!noticed)
        fprintf(stderr, "sim: no seed of %d fails although %s\n", BAD_SEEDS, what);
    return noticed > 0;
}

bool proof_run(struct run *r)
{
    struct weather rich = {.seed = 4711, .ops = RICH_OPS, .flight = 4, .two_each = true};
    struct weather rough = {.ops = 40, .flight = 4, .two_each = true, .rates = {150, 100, 150}, .crash = 5};
    bool is_good;

    r->world->is_quiet = true;
    is_good = run_seed(r, &rich);
    if (!is_good)
        fprintf(stderr, "sim: the run that is to be damaged is not whole: %s\n", r->world->found);
    for (size_t i = 0; is_good && i < COUNT(DAMAGES); i++)
        is_good = damage(r, i);
    world_end(r->world);
    rough.forgets_ids = true;
    is_good = is_good && is_noticed(r, rough, "retries get new ids", "history of a request");
    rough.forgets_ids = false;
    rough.loses_row = true;
    is_good = is_good && is_noticed(r, rough, "outbox rows vanish", "neither delivered nor on its way");
    r->world->is_quiet = false;
    return is_good;
}
