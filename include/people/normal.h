#ifndef KM_PEOPLE_NORMAL_H
#define KM_PEOPLE_NORMAL_H

#include <stdbool.h>

#include "base/scope.h"
#include "people/person.h"

/* One form for the many ways one thing is written. For comparing only: what is stored and shown keeps its own characters, and
 * nothing here is NFKC. Every function is pure but for the scope that holds what it returns.
 * All fail with INVALID for text that is not UTF-8 or not of the kind, and TOO_LARGE over PERSON_FIELD_MAX bytes or the cap of
 * the scope. */

/* A name taken apart at its first space or middle dot; family and given are empty when it has none, and for romaji names. */
struct folded_name {
    struct span all; /* without spaces; romaji: upper-case words in alphabetical order */
    struct span family, given;
    bool is_latin;
};

/* people_fold_name: old and variant characters to one form, variation selectors dropped, compatibility ideographs, widths, kana
 * and 々 folded, what stands in brackets dropped; romaji upper-cased without marks, its words sorted.
 *   source  常用漢字表 (common/people/variants.def); Unicode Character Database (compat.def) */
enum status people_fold_name(struct scope *s, struct span text, struct folded_name *ret_name) MUST_CHECK;

/* people_fold_kana: katakana of full width, small kana large, ヂ ヅ ヲ ヴ… as they sound, long vowels written one way
 * (おおの オーノ オウノ are one, おの another).
 *   fails  INVALID also when it holds anything but kana
 * people_fold_sound: the same, and long vowels and voicing marks dropped (なかじま and なかしま are one).
 *   ret    only `all` of it, made without regard to where the spaces are */
enum status people_fold_kana(struct scope *s, struct span text, struct folded_name *ret_kana) MUST_CHECK;
enum status people_fold_sound(struct scope *s, struct span text, struct span *ret_sound) MUST_CHECK;

/* A birth date of which month or day may be unknown (0). */
struct birth {
    int year, month, day;
};

/* people_fold_birth: ISO 8601 (also with / or ., without separators, or year and month only), 2001年2月3日, and 和暦 from 明治 to
 * 令和 by name or letter (昭和50年3月1日, S50.3.1, s500301, 令和元年5月), digits of any width or 漢数字. "不詳", "不明", "?" or
 * zeros for month or day are unknown.
 *   fails  INVALID anything else, an era year without its era, a date that does not exist, or one outside its era
 *          (平成31年5月1日, 昭和元年11月): which date was meant is not ours to guess
 *   source 元号を改める政令・詔書 (1912-07-30, 1926-12-25, 1989-01-08, 2019-05-01) */
enum status people_fold_birth(struct span text, struct birth *ret_birth) MUST_CHECK;

/* people_fold_phone: the last 9 or 10 digits: the number without its leading 0 or +81. The first, when several are written.
 *   fails  INVALID fewer digits than a whole Japanese number has, more, or all the same */
enum status people_fold_phone(struct scope *s, struct span text, struct span *ret_digits) MUST_CHECK;

/* people_fold_town: an address as far as its 町字, without 丁目 and all that follows: no prefecture, no 柏市 (the city of other
 * addresses stays), no 大字 or 字, ケ ヶ が of place names as one. Merged 沼南町 counts as 柏市.
 *   fails  INVALID nothing is left
 * people_fold_block: the same with the 丁目, "あけぼの4", where one is named. */
enum status people_fold_town(struct scope *s, struct span text, struct span *ret_town) MUST_CHECK;
enum status people_fold_block(struct scope *s, struct span text, struct span *ret_block) MUST_CHECK;

#endif
