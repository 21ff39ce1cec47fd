/* Who was given which key is written down in the transaction that gives it, and how many cases a user and an agency had within the hour
 * decides whether there is another. A case had within the hour before is not counted again; opening a new case is no reading. */
#include <string.h>

#include "q_keys.h"
#include "rules.h"
#include "svc/audited.h"
#include "wants.h"
#include "wire/words.h"

enum { MINUTE_S = 60, FORGET_S = 2 * READS_WITHIN_S };

/* Cases of one user within the hour: those before, and those of this message. */
struct reader {
    struct agency_id agency;
    const char *user;
    int64_t before, now;
};

struct readers {
    struct reader user[WANTS_MAX], agency[WANTS_MAX];
    size_t user_n, agency_n;
};

static struct reader *reader_of(struct reader *v, size_t *n, struct agency_id agency, const char *user)
{
    for (size_t i = 0; i < *n; i++)
        if (agency_eq(v[i].agency, agency) && strcmp(v[i].user, user) == 0)
            return &v[i];
    v[*n] = (struct reader){.agency = agency, .user = user};
    return &v[(*n)++];
}

static bool counts(const struct want *w)
{
    return w->is_open && !w->is_made && !w->is_again;
}

/* What this user has twice in one message counts once. */
static bool is_twin(const struct asked *a, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (counts(&a->v[k]) && uuid_eq(a->v[k].in->case_id, a->v[i].in->case_id) &&
            agency_eq(a->v[k].who.agency, a->v[i].who.agency) && strcmp(a->v[k].who.user, a->v[i].who.user) == 0)
            return true;
    return false;
}

static enum status load_readers(struct turn *t, const struct asked *a, struct readers *r)
{
    struct agency_id agencies[WANTS_MAX];
    struct span users[WANTS_MAX];
    struct q_readers_lock_rows locked;
    struct q_reads_of_rows rows;

    for (size_t i = 0; i < a->n; i++) {
        if (!counts(&a->v[i]))
            continue;
        (void)reader_of(r->user, &r->user_n, a->v[i].who.agency, a->v[i].who.user);
        (void)reader_of(r->agency, &r->agency_n, a->v[i].who.agency, "");
    }
    if (!r->user_n)
        return OK;
    for (size_t i = 0; i < r->user_n; i++) {
        agencies[i] = r->user[i].agency;
        users[i] = span_str(r->user[i].user);
    }
    TRY(q_readers_lock(t->tx, &(struct q_readers_lock){.agencies = {agencies, r->user_n}}, &locked));
    TRY(q_reads_of(t->tx, &(struct q_reads_of){.agencies = {agencies, r->user_n}, .users = {users, r->user_n},
                                               .since = t->s->now_us - READS_WITHIN_S * (int64_t)US_PER_S}, &rows));
    TRY(tx_flush(t->tx));
    for (size_t i = 0; i < rows.n; i++) {
        const struct q_reads_of_row *row = &rows.v[i];
        reader_of(r->user, &r->user_n, row->agency, (const char *)row->user_name.p)->before = row->of_user;
        reader_of(r->agency, &r->agency_n, row->agency, "")->before = row->of_agency;
    }
    return OK;
}

enum status reads_check(struct turn *t, struct asked *a)
{
    struct readers *r = SCOPE_NEW(t->s, struct readers);

    if (!r)
        return keys_no_room(t);
    a->readers = r;
    TRY(load_readers(t, a, r));
    for (size_t i = 0; i < a->n; i++) {
        struct want *w = &a->v[i];
        if (!counts(w) || is_twin(a, i))
            continue;
        struct reader *user = reader_of(r->user, &r->user_n, w->who.agency, w->who.user);
        struct reader *agency = reader_of(r->agency, &r->agency_n, w->who.agency, "");
        enum status st = rule_reads(t->s, keys_of(t), user->before + user->now + 1, agency->before + agency->now + 1);
        if (st == OK) {
            user->now++;
            agency->now++;
        } else {
            TRY(want_refuse(t, a, w, st));
        }
    }
    return OK;
}

enum status key_told(struct turn *t, struct uuid case_id, enum happening what, struct agency_id agency, const char *by,
                     struct span detail)
{
    struct span user = span_str(by);

    return EMIT(t, "audit", case_id, key_event, .id = scope_uuid(t->s), .case_id = case_id, .happened = what,
                .has_agency = agency.code[0] != 0, .agency = agency, .has_actor = user.n > 0, .actor = user,
                .has_detail = detail.n > 0, .detail = detail, .at = t->s->now_us);
}

enum status key_audited(struct turn *t, const struct shape *shape, const void *msg)
{
    struct uuid case_id = audited_case(shape, msg);
    struct span asked;

    if (t->s->actor.role != ROLE_AUDITOR)
        return OK;
    TRY(audited_text(t->s, shape, msg, &asked));
    return EMIT(t, "audit", case_id, key_event, .id = scope_uuid(t->s), .case_id = case_id, .happened = HAPPENED_AUDITED,
                .has_agency = t->s->actor.agency.code[0] != 0, .agency = t->s->actor.agency, .has_actor = true,
                .actor = span_str(t->s->actor.user), .has_detail = true, .detail = span_str(shape->name),
                .has_reason = asked.n > 0, .reason = asked, .at = t->s->now_us);
}

enum status reading_add(struct turn *t, struct uuid case_id, enum reading_kind kind, const char *service)
{
    struct span agency = span_str(t->s->actor.agency.code), user = span_str(t->s->actor.user);
    struct span role = span_str(words_at(words_role(), t->s->actor.role)), word = span_str(words_at(words_reading_kind(), kind));

    if (kind != READING_EMERGENCY) /* that the glass was broken is told by its own message */
        TRY(key_told(t, case_id, HAPPENED_KEY_READ, t->s->actor.agency, t->s->actor.user,
                     strcmp(service, "keys") == 0 ? word : span_str(service)));
    return q_reading_add(t->tx, &(struct q_reading_add){.ids = {&case_id, 1}, .agencies = {&agency, 1}, .users = {&user, 1},
                                                        .roles = {&role, 1}, .kinds = {&word, 1}, .service = span_str(service),
                                                        .at = t->s->now_us});
}

static enum status store_readings(struct turn *t, const struct asked *a)
{
    struct uuid ids[WANTS_MAX];
    struct span agencies[WANTS_MAX], users[WANTS_MAX], roles[WANTS_MAX], kinds[WANTS_MAX];
    size_t n = 0;

    for (size_t i = 0; i < a->n; i++) {
        const struct want *w = &a->v[i];
        int64_t kind = w->is_made ? READING_OPEN : w->is_glass ? READING_EMERGENCY : READING_READ;
        if (!w->is_open)
            continue;
        if (kind == READING_READ && (!w->in->has_kind || w->in->kind != READING_READ))
            kind = READING_WRITE; /* what is not said to be a mere reading may write */
        ids[n] = w->in->case_id;
        agencies[n] = span_str(w->who.agency.code);
        users[n] = span_str(w->who.user);
        roles[n] = span_str(words_at(words_role(), w->who.role));
        kinds[n++] = span_str(words_at(words_reading_kind(), kind));
        if (kind != READING_OPEN) /* who opens a case reads nothing: the case is opened by its own event */
            TRY(key_told(t, w->in->case_id, HAPPENED_KEY_READ, w->who.agency, w->who.user, kinds[n - 1]));
    }
    if (!n)
        return OK;
    return q_reading_add(t->tx, &(struct q_reading_add){.ids = {ids, n}, .agencies = {agencies, n}, .users = {users, n},
                                                        .roles = {roles, n}, .kinds = {kinds, n}, .service = a->service,
                                                        .at = t->s->now_us});
}

/* A case this user was given in this message: what the message about them is numbered by. */
static struct uuid some_case(const struct asked *a, const struct reader *r)
{
    for (size_t i = 0; i < a->n; i++)
        if (counts(&a->v[i]) && agency_eq(a->v[i].who.agency, r->agency) && strcmp(a->v[i].who.user, r->user) == 0)
            return a->v[i].in->case_id;
    return a->v[0].in->case_id;
}

static enum status tell(struct turn *t, const struct asked *a, struct readers *r)
{
    struct span agencies[WANTS_MAX], users[WANTS_MAX];
    struct q_many_tell_rows rows;
    size_t n = 0;

    for (size_t i = 0; i < r->user_n; i++) {
        if (!r->user[i].now || r->user[i].before + r->user[i].now <= keys_of(t)->reads_soft)
            continue;
        agencies[n] = span_str(r->user[i].agency.code);
        users[n++] = span_str(r->user[i].user);
    }
    if (!n)
        return OK;
    TRY(q_many_tell(t->tx, &(struct q_many_tell){.agencies = {agencies, n}, .users = {users, n}, .at = t->s->now_us}, &rows));
    TRY(tx_flush(t->tx));
    for (size_t i = 0; i < rows.n; i++) {
        const struct reader *u = reader_of(r->user, &r->user_n, rows.v[i].agency, (const char *)rows.v[i].user_name.p);
        TRY(EMIT(t, "audit", some_case(a, u), many_reads, .agency = u->agency, .user = span_str(u->user),
                 .cases = u->before + u->now, .at = t->s->now_us));
    }
    return OK;
}

enum status reads_store(struct turn *t, struct asked *a)
{
    struct readers *r = a->readers;
    struct span agencies[WANTS_MAX], users[WANTS_MAX];
    int64_t now_s = t->s->now_us / US_PER_S, n_of[WANTS_MAX];
    size_t n = 0;

    TRY(store_readings(t, a));
    for (size_t i = 0; i < r->user_n; i++) {
        if (!r->user[i].now)
            continue;
        agencies[n] = span_str(r->user[i].agency.code);
        users[n] = span_str(r->user[i].user);
        n_of[n++] = r->user[i].now;
    }
    if (n)
        TRY(q_tally_add(t->tx, &(struct q_tally_add){.agencies = {agencies, n}, .users = {users, n}, .counts = {n_of, n},
                                                     .minute = (now_s - now_s % MINUTE_S) * US_PER_S}));
    return tell(t, a, r);
}

enum status tally_forget(struct turn *t, bool *ret_more)
{
    *ret_more = false;
    return q_tally_purge(t->tx, &(struct q_tally_purge){.before = t->s->now_us - FORGET_S * (int64_t)US_PER_S});
}
