/* What auditors ask for is kept ready beside the history: a job reads the history in the order in which it was committed and writes who held
 * each case and how each referral went. Whoever works waits for none of it, a row of the history is taken once however often and by however many
 * workers this is tried, and one that comes to light late is not passed by: only what no transaction can still add to is read. */
#include "audit.h"

#include "q_audit.h"

enum { ROWS_A_TURN = 2000 };

#define RANGE(r) .from_tx = (r).from_tx, .from_id = (r).from_id, .to_tx = (r).to_tx, .to_id = (r).to_id

enum status history_lock(struct turn *t, bool *ret_is_mine)
{
    struct q_history_turn_row turn;

    TRY(q_history_turn(t->tx, &turn));
    TRY(tx_flush(t->tx));
    *ret_is_mine = turn.is_mine && turn.is_settled;
    return *ret_is_mine && turn.is_elsewhere ? q_history_again(t->tx) : OK;
}

/* Where the reading ends is said once and before all else: each statement sees more of the history than the one before. */
enum status history_read(struct turn *t, bool *ret_more)
{
    struct q_history_range_row r;
    bool is_mine;

    TRY(history_lock(t, &is_mine));
    if (!is_mine)
        return OK;
    TRY(q_history_range(t->tx, &(struct q_history_range){.most = ROWS_A_TURN}, &r));
    TRY(tx_flush(t->tx));
    if (!r.n)
        return OK;
    TRY(q_custody_read(t->tx, &(struct q_custody_read){RANGE(r)}));
    TRY(q_dossiers_read(t->tx, &(struct q_dossiers_read){RANGE(r)}));
    TRY(q_steps_new(t->tx, &(struct q_steps_new){RANGE(r)}));
    TRY(q_steps_read(t->tx, &(struct q_steps_read){RANGE(r)}));
    TRY(q_erased_read(t->tx, &(struct q_erased_read){RANGE(r)}));
    TRY(q_history_put(t->tx, &(struct q_history_put){.to_tx = r.to_tx, .to_id = r.to_id}));
    *ret_more = r.n == ROWS_A_TURN;
    return OK;
}
