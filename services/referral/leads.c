/* Who leads which case is told to audit once a day, as one number and one digest of one snapshot of the database: the history must say the same of
 * the same snapshot. Which case and whom, the digest does not tell. */
#include "q_directory.h"
#include "routes.h"

enum status leads_tell(struct turn *t, bool *ret_more)
{
    struct q_leads_count_rows rows;

    *ret_more = false;
    TRY(q_leads_count(t->tx, &(struct q_leads_count){.now = t->s->now_us}, &rows));
    TRY(tx_flush(t->tx));
    if (!rows.n)
        return OK;
    const struct q_leads_count_row *r = &rows.v[0];
    return EMIT(t, "audit", scope_uuid(t->s), leads_counted, .day = r->day, .snapshot = r->snapshot, .open = r->open, .digest = r->digest);
}
