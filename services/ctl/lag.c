/* How far the ledger is behind the history: what waits longer than a minute waits for somebody, and the operator is told for whom. */
#include "doctor.h"

#include <inttypes.h>
#include <stdlib.h>

#include "database.h"
#include "db/conn.h"

enum { LATE_S = 60, NUMBERS = 4 };

/* Four numbers with one space between: as ledger.lag() has them. */
static bool numbers_read(struct span text, int64_t ret_n[NUMBERS])
{
    char copy[128], *at = copy;

    if (text.n >= sizeof copy)
        return false;
    memcpy(copy, text.p, text.n);
    copy[text.n] = 0;
    for (size_t i = 0; i < NUMBERS; i++) {
        char *end;
        ret_n[i] = strtoll(at, &end, 10);
        if (end == at || *end != (i + 1 < NUMBERS ? ' ' : 0))
            return false;
        at = end + 1;
    }
    return true;
}

static void examine_part(struct doctor *d, const char *name, int64_t n, int64_t waits_s, const char *what)
{
    bool is_late = n > 0 && waits_s > LATE_S;

    if (n == 0)
        found(d, FOUND_GOOD, name, "遅れなし / up to date");
    else
        found(d, is_late ? FOUND_CARE : FOUND_GOOD, name, "%" PRId64 " 件、最も古いものは %" PRId64 " 秒前 / %" PRId64
              " wait, the oldest for %" PRId64 " s%s%s", n, waits_s, n, waits_s, is_late ? ": " : "", is_late ? what : "");
}

void examine_ledger(struct doctor *d)
{
    static const char ROWS[] = "台帳に未記載の履歴 / history without a leaf", LEAVES[] = "未署名の台帳 / leaves without a head";
    struct scope *s = d->c->s;
    struct database base = database_of(s, &d->c->cfg, 0);
    AUTO(conn) conn = NULL;
    struct span text;
    int64_t n[NUMBERS];

    if (conn_open(s, base.dsn, NULL, &conn) != OK)
        return; /* said by the version's line */
    if (conn_text(s, conn, "select ledger.lag()", NULL, 0, &text) != OK) {
        found(d, FOUND_BAD, ROWS, "%s", s->why.ja);
        return;
    }
    if (!numbers_read(text, n)) {
        found(d, FOUND_BAD, ROWS, "データベースの応答を読めません / the database answered something else");
        return;
    }
    examine_part(d, ROWS, n[0], n[1], "sequencer と keys が動いているか見てください / see whether sequencer and keys work");
    examine_part(d, LEAVES, n[2], n[3], "署名を見てください（kashimaru audit head、kashimaru-log(1)）/ see the signer");
}
