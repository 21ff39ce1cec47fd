/* A data key leaves this process only sealed for the service that asked, only for a person whose ticket is right and whose agency takes
 * part in the case (or who broke the glass), and never before the row that says so is part of the transaction. One want's refusal is
 * no other want's. A release is not stored as an answer: asked again, it is computed again. */
#include <string.h>

#include "base/hex.h"
#include "q_keys.h"
#include "q_keys_erasure.h"
#include "rules.h"
#include "wants.h"
#include "wraps.h"

enum status want_refuse(struct turn *t, struct asked *a, struct want *w, enum status why)
{
    struct key_refusal *r = &a->refused[a->refused_n];

    *r = (struct key_refusal){.nr = w->nr, .status = span_str(status_trait(why)->word)};
    TRY(scope_copy(t->s, span_str(t->s->why.ja), &r->why_ja));
    TRY(scope_copy(t->s, span_str(t->s->why.en), &r->why_en));
    t->s->why = (struct why){0};
    w->is_open = false;
    a->refused_n++;
    return OK;
}

/* A service that asks for a person shows that person's ticket; this one believes nobody else's word. */
static enum status judge(struct turn *t, const struct asked *a, struct want *w)
{
    if (!w->in->has_ticket)
        return fail(t->s, DENIED, "身分証明がありません", "there is no ticket");
    TRY(ticket_check(t->s, keys_of(t)->tickets, w->in->ticket, t->s->now_us, &w->who));
    if (w->who.kind != TICKET_USER || !w->who.agency.code[0] || strcmp(w->who.issuer, "account") != 0)
        return fail(t->s, DENIED, "ケースの鍵は機関の職員にだけ渡します", "case keys are given only to an agency's people");
    return rule_role(t->s, w->who.role, a->service);
}

static enum status open_asked(struct turn *t, const struct key_release *in, struct asked *a)
{
    a->n = in->cases.n;
    a->v = scope_alloc(t->s, (a->n + 1) * sizeof *a->v);
    a->refused = scope_alloc(t->s, (a->n + 1) * sizeof *a->refused);
    a->given = scope_alloc(t->s, (a->n + 1) * sizeof *a->given);
    a->service = t->frame->header.from;
    if (!a->v || !a->refused || !a->given)
        return keys_no_room(t);
    for (size_t i = 0; i < a->n; i++) {
        struct want *w = &a->v[i];
        w->in = &in->cases.v[i];
        w->nr = w->in->has_nr ? w->in->nr : (int64_t)i;
        enum status st = judge(t, a, w);
        w->is_open = st == OK;
        if (st != OK)
            TRY(want_refuse(t, a, w, st));
    }
    return OK;
}

/* Of several wants that open one case the first makes the key. */
static bool is_first_to_open(const struct asked *a, size_t i)
{
    if (!a->v[i].is_open || !a->v[i].in->create || !span_is(a->service, "intake"))
        return false;
    for (size_t k = 0; k < i; k++)
        if (a->v[k].is_made && uuid_eq(a->v[k].in->case_id, a->v[i].in->case_id))
            return false;
    return true;
}

static enum status seal_new(struct turn *t, struct want *w, const struct recipient *list, size_t n, struct wraps *wraps)
{
    struct secret *key = keys_of(t)->scratch;

    secret_renew(key);
    TRY(hex_print(t->s, secret_span(key), &w->hex));
    for (size_t i = 0; i < n; i++)
        if (list[i].kind == KEYWRAP_ESCROW || agency_eq(list[i].agency, w->who.agency))
            TRY(wraps_seal(t, wraps, w->in->case_id, 1, &list[i]));
    return OK;
}

static size_t agencies_of(const struct asked *a, struct agency_id list[WANTS_MAX], bool only_made)
{
    size_t n = 0;

    for (size_t i = 0; i < a->n; i++) {
        size_t k = 0;
        if (!a->v[i].is_open || (only_made && !a->v[i].is_made))
            continue;
        while (k < n && !agency_eq(list[k], a->v[i].who.agency))
            k++;
        if (k == n)
            list[n++] = a->v[i].who.agency;
    }
    return n;
}

static enum status make_cases(struct turn *t, struct asked *a, const struct uuid *ids, const struct agency_id *openers, size_t n)
{
    struct agency_id agencies[WANTS_MAX];
    struct recipient list[WANTS_MAX + 1];
    size_t agency_n = agencies_of(a, agencies, true), list_n;
    struct q_case_make_rows made;
    struct wraps w;

    TRY(recipients_of(t, agencies, agency_n, list, &list_n));
    TRY(wraps_new(t, 2 * n, &w));
    for (size_t i = 0; i < a->n; i++)
        if (a->v[i].is_made)
            TRY(seal_new(t, &a->v[i], list, list_n, &w));
    struct q_case_make make = {.ids = {ids, n}, .agencies = {openers, n}, .wrap_ids = {w.ids, w.n}, .kinds = {w.kinds, w.n},
                               .key_ids = {w.key_ids, w.n}, .wraps = {w.wraps, w.n}, .at = t->s->now_us};
    make.wrap_agencies.v = w.agencies;
    make.wrap_agencies.n = w.n;
    TRY(q_case_make(t->tx, &make, &made));
    TRY(tx_flush(t->tx));
    for (size_t i = 0; i < a->n; i++) {
        struct want *want = &a->v[i];
        bool is_made = false;
        for (size_t k = 0; want->is_made && k < made.n && !is_made; k++)
            is_made = uuid_eq(made.v[k].case_id, want->in->case_id);
        want->is_made = is_made; /* else the case has a key: it is looked up with the known ones */
    }
    return OK;
}

static enum status make_new(struct turn *t, struct asked *a)
{
    struct uuid *ids = scope_alloc(t->s, (a->n + 1) * sizeof *ids);
    struct agency_id *openers = scope_alloc(t->s, (a->n + 1) * sizeof *openers);
    size_t n = 0;

    if (!ids || !openers)
        return keys_no_room(t);
    for (size_t i = 0; i < a->n; i++) {
        a->v[i].is_made = is_first_to_open(a, i);
        if (!a->v[i].is_made)
            continue;
        ids[n] = a->v[i].in->case_id;
        openers[n++] = a->v[i].who.agency;
    }
    return n ? make_cases(t, a, ids, openers, n) : OK;
}

/* Of what gives no key, who had a part in it is told that it is erased; else it is not mentioned: whether there is such a case is nobody's
 * guess. */
static enum status tell_erased(struct turn *t, struct asked *a)
{
    struct q_erased_of_rows rows;
    int64_t nrs[WANTS_MAX];
    struct uuid ids[WANTS_MAX];
    struct agency_id agencies[WANTS_MAX];
    size_t n = 0;

    for (size_t i = 0; i < a->n; i++) {
        if (!a->v[i].is_open || a->v[i].is_made || a->v[i].wrap_n)
            continue;
        a->v[i].is_open = false;
        nrs[n] = (int64_t)i;
        ids[n] = a->v[i].in->case_id;
        agencies[n++] = a->v[i].who.agency;
    }
    if (!n)
        return OK;
    TRY(q_erased_of(t->tx, &(struct q_erased_of){.nrs = {nrs, n}, .ids = {ids, n}, .agencies = {agencies, n}}, &rows));
    TRY(tx_flush(t->tx));
    for (size_t i = 0; i < rows.n; i++) {
        char day[TIME_TEXT_MAX];
        int on = (int)strcspn(time_print(rows.v[i].at, day), "T");
        TRY(want_refuse(t, a, &a->v[rows.v[i].nr],
                        fail(t->s, EXPIRED, "このケースは %.*s に消去されました（%s）", "the case was erased on %.*s (%s)", on, day,
                             words_at(words_erasure_ground(), rows.v[i].ground))));
    }
    return OK;
}

/* What the others may open; the rows of one want stand together, newest epoch first. */
static enum status load_known(struct turn *t, struct asked *a)
{
    int64_t *nrs = scope_alloc(t->s, (a->n + 1) * sizeof *nrs);
    struct uuid *ids = scope_alloc(t->s, (a->n + 1) * sizeof *ids);
    struct agency_id *agencies = scope_alloc(t->s, (a->n + 1) * sizeof *agencies);
    struct span *users = scope_alloc(t->s, (a->n + 1) * sizeof *users);
    struct q_release_of_rows rows = {0};
    size_t n = 0;

    if (!nrs || !ids || !agencies || !users)
        return keys_no_room(t);
    for (size_t i = 0; i < a->n; i++) {
        if (!a->v[i].is_open || a->v[i].is_made)
            continue;
        nrs[n] = (int64_t)i;
        ids[n] = a->v[i].in->case_id;
        agencies[n] = a->v[i].who.agency;
        users[n++] = span_str(a->v[i].who.user);
    }
    if (!n)
        return OK;
    TRY(q_release_of(t->tx, &(struct q_release_of){.nrs = {nrs, n}, .ids = {ids, n}, .agencies = {agencies, n}, .users = {users, n},
                                                   .meeting = span_is(a->service, "meeting"), .at = t->s->now_us,
                                                   .since = t->s->now_us - READS_WITHIN_S * (int64_t)US_PER_S}, &rows));
    TRY(tx_flush(t->tx));
    a->wraps = scope_alloc(t->s, (rows.n + 1) * sizeof *a->wraps);
    if (!a->wraps)
        return keys_no_room(t);
    a->wrap_n = rows.n;
    for (size_t i = 0; i < rows.n; i++) {
        const struct q_release_of_row *r = &rows.v[i];
        struct want *w = &a->v[r->nr];
        a->wraps[i] = (struct wrapped){.epoch = r->epoch, .agency = r->agency, .key_id = r->key_id, .wrap = r->wrap};
        w->wraps = w->wrap_n++ ? w->wraps : &a->wraps[i];
        w->is_glass = w->is_glass || !r->is_own;
        w->is_again = r->is_again;
    }
    return tell_erased(t, a);
}

static enum status open_wraps(struct turn *t, const struct want *w, struct case_key *to)
{
    struct epoch_key *older = scope_alloc(t->s, (w->wrap_n + 1) * sizeof *older);
    struct span hex;

    if (w->wrap_n > EPOCHS_MOST)
        return epochs_too_many(t);
    if (!older)
        return keys_no_room(t);
    for (size_t i = 0; i < w->wrap_n; i++) {
        TRY(holder_open(t, w->in->case_id, &w->wraps[i]));
        TRY(hex_print(t->s, secret_span(keys_of(t)->scratch), &hex));
        if (i)
            older[i - 1] = (struct epoch_key){.epoch = w->wraps[i].epoch, .key = hex};
        else
            to->key = hex;
    }
    to->epoch = w->wraps[0].epoch;
    to->has_older = w->wrap_n > 1;
    to->older.v = older;
    to->older.n = w->wrap_n - 1;
    return OK;
}

static enum status give(struct turn *t, struct asked *a)
{
    for (size_t i = 0; i < a->n; i++) {
        struct want *w = &a->v[i];
        struct case_key *k = &a->given[a->given_n];
        if (!w->is_open)
            continue;
        *k = (struct case_key){.case_id = w->in->case_id, .has_nr = true, .nr = w->nr, .epoch = 1, .key = w->hex};
        enum status st = w->is_made ? OK : open_wraps(t, w, k);
        if (st == CORRUPT || st == TOO_LARGE)
            TRY(want_refuse(t, a, w, st));
        else if (st != OK)
            return st;
        else
            a->given_n++;
    }
    secret_wipe(keys_of(t)->scratch);
    return OK;
}

HANDLER(key_release, t, in)
{
    struct asked a = {0};
    struct key_grant out = {0};

    TRY(open_asked(t, in, &a));
    TRY(make_new(t, &a));
    TRY(load_known(t, &a));
    TRY(reads_check(t, &a));
    TRY(holder_ready(t, a.wraps, a.wrap_n));
    TRY(give(t, &a));
    TRY(reads_store(t, &a));
    out.has_refused = a.refused_n > 0;
    out.refused.v = a.refused;
    out.refused.n = a.refused_n;
    out.sealed.keys.v = a.given;
    out.sealed.keys.n = a.given_n;
    return turn_answer(t, shape_key_grant(), &out);
}
