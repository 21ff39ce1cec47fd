#ifndef KM_PEOPLE_INTERNAL_H
#define KM_PEOPLE_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/scope.h"
#include "people/person.h"

/* Text as code points: folding is written on characters, not bytes. */

enum { RUNES_MAX = PERSON_FIELD_MAX };

struct runes {
    uint32_t c[RUNES_MAX];
    size_t n;
};

/* runes_read: the characters of a text after the foldings every field shares: width, variation selectors, combining marks,
 * compatibility and variant ideographs, hiragana to katakana, blanks to ' ', latin letters to A–Z.
 *   fails  INVALID not UTF-8 · TOO_LARGE over PERSON_FIELD_MAX bytes */
enum status runes_read(struct span text, struct runes *ret_runes) MUST_CHECK;

/* runes_put: appends one; nothing happens when it is full. runes_text: as UTF-8 in the scope; TOO_LARGE at its cap. */
void runes_put(struct runes *to, uint32_t c);
enum status runes_text(struct scope *s, const uint32_t *c, size_t n, struct span *ret_text) MUST_CHECK;

bool rune_is_katakana(uint32_t c); /* ァ–ヺ, not ー */
bool rune_is_dash(uint32_t c);     /* every dash, and ー */
bool rune_is_break(uint32_t c);    /* stands between the parts of a name */

/* rune_large: ァ to ア, ヶ to ケ; ヂ ヅ ヲ ヰ ヱ to ジ ズ オ イ エ; others unchanged. */
uint32_t rune_large(uint32_t c);

/* rune_digit: value of a digit or 漢数字 〇–九, −1 for others. */
int rune_digit(uint32_t c);

/* runes_number: the number that begins at *at, written in digits or 漢数字 (十, 二十三, 百五); moves *at behind it.
 *   ret    −1 when none begins there, or it has more than 8 digits */
int runes_number(const struct runes *r, size_t *at);

/* runes_find: where `word`, in the folded form, begins at or after `from`; r->n when it does not occur. */
size_t runes_find(const struct runes *r, size_t from, const uint32_t *word, size_t n);

/* ideograph_fold: what a compatibility or variant ideograph stands for, others unchanged. latin_fold: the base letters of a latin
 * letter with marks, at most two, and how many; 0 for other characters. */
uint32_t ideograph_fold(uint32_t c);
size_t latin_fold(uint32_t c, uint32_t ret_letters[2]);

#endif
