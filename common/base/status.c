/* One row per status word: this table is the only place that says what a word means outside the process, so HTTP, the
 * stream, the command line and people are always told the same thing. Only UNAVAILABLE promises that trying again can help;
 * everything else that fails is parked, because repeating it unchanged would block its stream for ever. */
#include "base/status.h"

#include <string.h>
#include <sysexits.h>

/* Exit codes without a sysexits.h meaning lie at 10–13, below that header's 64 and clear of the shell's 1, 2 and 126+. */
enum { EXIT_CONFLICT = 10, EXIT_EXPIRED, EXIT_TOO_LARGE, EXIT_CORRUPT };

static const struct status_trait TRAIT[STATUS_N] = {
    /* word, Japanese, English, http, retryable, parks, exit */
    [OK] = {"ok", "完了しました", "Done", 200, false, false, EX_OK},
    [INVALID] = {"invalid", "内容に誤りがあります", "Invalid content", 422, false, true, EX_DATAERR},
    [DENIED] = {"denied", "許可されていません", "Not permitted", 403, false, true, EX_NOPERM},
    [NOT_FOUND] = {"not_found", "見つかりません", "Not found", 404, false, true, EX_NOINPUT},
    [CONFLICT] = {"conflict", "いまの状態では受け付けられません", "Conflicts with the current state", 409, false, true,
                  EXIT_CONFLICT},
    [EXPIRED] = {"expired", "期限を過ぎています", "Expired", 410, false, true, EXIT_EXPIRED},
    [TOO_LARGE] = {"too_large", "大きすぎます", "Too large", 413, false, true, EXIT_TOO_LARGE},
    [UNAVAILABLE] = {"unavailable", "一時的に利用できません", "Temporarily unavailable", 503, true, false, EX_TEMPFAIL},
    [CORRUPT] = {"corrupt", "データが壊れています", "Corrupt data", 500, false, true, EXIT_CORRUPT},
    [UNSUPPORTED] = {"unsupported", "対応していません", "Not supported", 501, false, true, EX_PROTOCOL},
    [INTERNAL] = {"internal", "内部エラーが発生しました", "Internal error", 500, false, true, EX_SOFTWARE},
};

const struct status_trait *status_trait(enum status st)
{
    unsigned i = (unsigned)st;
    return &TRAIT[i < STATUS_N ? i : INTERNAL];
}

enum status status_parse(const char *word)
{
    for (unsigned i = 0; word && i < STATUS_N; i++)
        if (strcmp(word, TRAIT[i].word) == 0)
            return (enum status)i;
    return INTERNAL;
}
