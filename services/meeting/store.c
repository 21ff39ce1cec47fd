/* Rows of a meeting as one struct. */
#include "meeting.h"
#include "q_meeting.h"

static enum status no_room(struct turn *t)
{
    return fail(t->s, TOO_LARGE, "処理領域が不足しました", "the message needs too much memory");
}

static void add_guests(struct gathering *g, const struct q_invitees_of_rows *rows)
{
    for (size_t i = 0; i < rows->n; i++) {
        g->guests[i] = (struct guest){.agency = rows->v[i].agency, .is_required = rows->v[i].is_required,
                                      .has_answered = rows->v[i].has_answered_at};
        g->invited_as[i] = (enum invited_as)rows->v[i].invited_as;
        g->answered_us[i] = rows->v[i].answered_at;
    }
    g->guest_n = rows->n;
}

/* Rows come ordered by agency, as the guests do. */
static enum status add_windows(struct turn *t, struct gathering *g, const struct q_windows_of_rows *rows)
{
    struct stretch *all = scope_alloc(t->s, (rows->n + 1) * sizeof *all);

    if (!all)
        return no_room(t);
    for (size_t i = 0; i < rows->n; i++) {
        all[i] = (struct stretch){rows->v[i].starts, rows->v[i].ends};
        for (size_t k = 0; k < g->guest_n; k++) {
            if (!agency_eq(g->guests[k].agency, rows->v[i].agency))
                continue;
            if (!g->guests[k].can)
                g->guests[k].can = &all[i];
            g->guests[k].can_n++;
        }
    }
    return OK;
}

/* Nobody but who is invited, in whatever role: what one body hears is not another's (DR-06). */
static bool is_party(const struct turn *t, const struct gathering *g)
{
    for (size_t i = 0; i < g->guest_n; i++)
        if (agency_eq(g->guests[i].agency, t->s->actor.agency))
            return true;
    return false;
}

enum status gathering_load(struct turn *t, struct uuid meeting_id, struct gathering *ret_g)
{
    struct q_meeting_lock_rows row;
    struct q_invitees_of_rows invitees;
    struct q_windows_of_rows windows;
    struct q_accommodations_of_rows needs;
    struct gathering *g = ret_g;

    TRY(q_meeting_lock(t->tx, &(struct q_meeting_lock){.id = meeting_id}, &row));
    TRY(q_invitees_of(t->tx, &(struct q_invitees_of){.id = meeting_id}, &invitees));
    TRY(q_windows_of(t->tx, &(struct q_windows_of){.id = meeting_id}, &windows));
    TRY(q_accommodations_of(t->tx, &(struct q_accommodations_of){.id = meeting_id}, &needs));
    TRY(tx_flush(t->tx));
    *g = (struct gathering){.id = meeting_id};
    add_guests(g, &invitees);
    if (!row.n || !is_party(t, g))
        return fail(t->s, NOT_FOUND, "該当する会議はありません", "no such meeting");
    const struct q_meeting_lock_row *m = &row.v[0];
    g->case_id = m->case_id;
    g->kind = (enum meeting_kind)m->kind;
    g->state = (enum meeting_state)m->state;
    g->called_by = (enum meeting_why)m->called_by;
    g->area = (enum area)m->area;
    g->basis = (enum legal_basis)m->basis;
    g->has_time = m->has_starts;
    g->at = (struct stretch){m->starts, m->ends};
    g->version = m->version;
    g->epoch = m->epoch;
    g->has_sealed = m->has_sealed;
    g->sealed = m->sealed;
    g->needs.v = m->needs.v;
    g->needs.n = m->needs.n;
    for (size_t i = 0; i < needs.n; i++)
        g->accommodations[g->accommodation_n++] =
            (struct accommodation_line){.accommodation = needs.v[i].accommodation, .is_arranged = needs.v[i].is_arranged};
    return add_windows(t, g, &windows);
}

enum status gathering_busy(struct turn *t, struct gathering *g, struct stretch within)
{
    struct agency_id agencies[INVITEES_MAX];
    struct q_seats_busy_rows rows;

    for (size_t i = 0; i < g->guest_n; i++)
        agencies[i] = g->guests[i].agency;
    TRY(q_seats_busy(t->tx, &(struct q_seats_busy){.id = g->id, .agencies = {agencies, g->guest_n}, .starts = within.starts_us,
                                                   .ends = within.ends_us}, &rows));
    TRY(tx_flush(t->tx));
    struct stretch *all = scope_alloc(t->s, (rows.n + 1) * sizeof *all);
    if (!all)
        return no_room(t);
    for (size_t i = 0; i < rows.n; i++) {
        all[i] = (struct stretch){rows.v[i].starts, rows.v[i].ends};
        for (size_t k = 0; k < g->guest_n; k++) {
            if (!agency_eq(g->guests[k].agency, rows.v[i].agency))
                continue;
            if (!g->guests[k].busy)
                g->guests[k].busy = &all[i];
            g->guests[k].busy_n++;
        }
    }
    return OK;
}
