#ifndef KM_FEEDER_DECIDE_H
#define KM_FEEDER_DECIDE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/scope.h"
#include "base/span.h"
#include "base/status.h"
#include "ledger/note.h"

/* What a witness' answer means, and what it is asked next; nothing here reads a file, a socket or a clock. */

enum answered {
    ANSWER_SIGNED,   /* lines: to be checked */
    ANSWER_SIZE,     /* it has cosigned another size than was thought */
    ANSWER_FORK,     /* it has seen another tree, or the proof does not convince it */
    ANSWER_STRANGER, /* it does not know this log, or not its key */
    ANSWER_FALSE,    /* what it gave as a cosignature is none */
    ANSWER_NONE      /* nothing that can be used: no answer in time, an error, too much */
};
struct answer {
    enum answered what;
    uint64_t size;     /* ANSWER_SIZE */
    struct span lines; /* ANSWER_SIGNED */
};

/* answer_read: code 0 = there was none; type may be NULL.                                      pure yes
 *   source C2SP tlog-witness, add-checkpoint
 * answer_word: for the log. */
struct answer answer_read(long code, const char *type, struct span body);
const char *answer_word(enum answered what);

/* cosignature_take: the signature line of this key for this very text among lines of whoever.
 *   ret    line  with its newline, in the scope
 *   fails  NOT_FOUND there is none of it · CORRUPT it is false, or these are no signature lines · TOO_LARGE
 *   pure   yes */
enum status cosignature_take(struct scope *s, struct span text, struct span lines, const struct note_key *key, struct span *ret_line) MUST_CHECK;

enum { TRIES_MOST = 3, BACKOFF_FIRST_S = 1, BACKOFF_MOST_S = 60 };

/* One witness and one log. */
struct standing {
    uint64_t size;     /* that it is thought to have cosigned last */
    unsigned tries;    /* answers in a row that named another size */
    unsigned failures; /* in a row */
    int64_t due_us;    /* monotonic: not asked before */
    int64_t told_us;   /* monotonic: when its failures were last told of */
    bool is_asked;     /* and has not answered */
    bool is_ahead;     /* it has cosigned a larger head than the one asked for */
    bool has_signed;   /* the head asked for */
};

/* standing_anew: another head is asked for now.      standing_is_due: it is to be asked.
 * standing_from: the size to prove from; 0, to be told, where it has more than the head.       pure yes */
void standing_anew(struct standing *w);
bool standing_is_due(const struct standing *w, int64_t now_us);
uint64_t standing_from(const struct standing *w, uint64_t head_size);

/* standing_take: what follows from an answer to the question for the head of `size` from `from` on.
 *   in     is_current  that head is still the one asked for
 *   pure   but for *w */
void standing_take(struct standing *w, const struct answer *a, uint64_t from, uint64_t size, bool is_current, int64_t now_us);

/* backoff_s: how long after so many failures in a row.                                         pure yes */
int backoff_s(unsigned failures);

#endif
