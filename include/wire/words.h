#ifndef KM_WIRE_WORDS_H
#define KM_WIRE_WORDS_H

#include "base/shape.h"

/* words.def expanded: one C enum per code list (enum need { NEED_ILLNESS, … NEED_N }) and one table words_need(). */

#define WORDS(list, prose) enum list {
#define WORD(list, name, text, ja) name,
#define WORDS_END(list) list##_N_ };
#include "wire/words.def"
#undef WORDS
#undef WORD
#undef WORDS_END

#define WORDS(list, prose) const struct words *words_##list(void);
#define WORD(list, name, text, ja)
#define WORDS_END(list)
#include "wire/words.def"
#undef WORDS
#undef WORD
#undef WORDS_END

/* words_all: every code list, for schema output and tests; *ret_n lists. */
const struct words *(*const *words_all(size_t *ret_n))(void);

#endif
