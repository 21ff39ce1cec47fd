/* Rows of intake as the structs its rules decide on. */
#include "store.h"

#include "q_intake.h"

enum status reach_load(struct turn *t, struct uuid case_id, struct reach *ret_reach)
{
    struct q_access_of_rows rows;

    TRY(q_access_of(t->tx, &(struct q_access_of){.id = case_id, .agency = t->s->actor.agency}, &rows));
    TRY(tx_flush(t->tx));
    if (!rows.n || (rows.v[0].has_until && rows.v[0].level == ACCESS_OFFERED))
        return fail(t->s, NOT_FOUND, "該当するケースはありません", "no such case");
    *ret_reach = (struct reach){.level = (enum access_level)rows.v[0].level, .items = {rows.v[0].items.v, rows.v[0].items.n},
                                .until_us = rows.v[0].has_until ? rows.v[0].until : INT64_MAX};
    return OK;
}
