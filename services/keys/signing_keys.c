/* The public halves of the keys agencies sign events with. An event is signed some time after it happened, and with the key that is there
 * then: an agency's first key is good for all that was before it, and each later one for a while before it was made, so that no honest
 * event lies outside the time of its key. From when it is retired on a key is good for nothing. */
#include "base/clock.h"
#include "base/hex.h"
#include "keys.h"
#include "q_keys.h"
#include "wire/message.h"

enum { BEHIND_DAYS = 7 };

HANDLER(signing_keys, t, in)
{
    struct q_signing_keys ask = {.agencies = {in->agencies.v, in->agencies.n}};
    struct q_signing_keys_rows rows;
    struct signing_keys_are out = {0};

    TRY(turn_self(t)); /* these halves are public, but lie in the rows of the private ones */
    TRY(q_signing_keys(t->tx, &ask, &rows));
    TRY(tx_flush(t->tx));
    struct agency_key *list = scope_alloc(t->s, (rows.n + 1) * sizeof *list);
    if (!list)
        return keys_no_room(t);
    for (size_t i = 0; i < rows.n; i++) {
        const struct q_signing_keys_row *r = &rows.v[i];
        list[i] = (struct agency_key){.agency = r->agency, .has_until = r->has_retired_at, .until = r->retired_at,
                                      .from = r->generation > 1 ? r->made_at - BEHIND_DAYS * 86400 * (int64_t)US_PER_S : 0};
        TRY(hex_print(t->s, r->ed25519, &list[i].key));
    }
    out.keys.v = list;
    out.keys.n = rows.n;
    return turn_answer(t, shape_signing_keys_are(), &out);
}
