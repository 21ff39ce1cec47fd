/* A year of protection must not end unnoticed, and nobody may learn from the notice that there is one. So every version of every
 * member's record is looked at again eleven months after it was written, protected or not: one sentence for all, 「取扱い注意の見直し」.
 * The protection itself, with its end, is read only by who opens the household. */
#include "household.h"
#include "q_intake.h"

enum { REMINDERS_MAX = 50 };

enum status remind(struct turn *t, bool *ret_more)
{
    struct q_reminders_due_rows rows;

    TRY(q_reminders_due(t->tx, &(struct q_reminders_due){.now = t->s->now_us}, &rows));
    TRY(tx_flush(t->tx));
    for (size_t i = 0; i < rows.n; i++)
        TRY(EMIT(t, "audit", rows.v[i].case_id, notice_put, .notice_id = scope_uuid(t->s), .kind = NOTICE_SETTINGS_DUE,
                 .has_case_id = true, .case_id = rows.v[i].case_id, .has_agency = true, .agency = rows.v[i].by, .has_due = true,
                 .due = months_later(t->s->now_us, 1)));
    *ret_more = rows.n == REMINDERS_MAX;
    return OK;
}
