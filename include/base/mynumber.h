#ifndef KM_BASE_MYNUMBER_H
#define KM_BASE_MYNUMBER_H

#include <stdbool.h>

#include "base/span.h"

/* mynumber_in: does a text hold what may be a 個人番号: exactly 12 digits whose last is the check digit of the eleven before it?
 *   in     utf8   half- or full-width digits; groups of them may be parted by one separator each (space, full-width space, tab, - . ・
 *                 and the many dashes people type). Exactly 12 means the whole run, the part of it that keeps to one separator, or one
 *                 unbroken group; digits that touch a letter are part of a code, not a number
 *   ret    true also for one in eleven of all other 12-digit numbers: no text can tell them apart
 *   pure   yes            source  番号法施行令8条, 行政手続における特定の個人を識別するための番号の利用等に関する法律施行規則5条 */
bool mynumber_in(struct span utf8);

#endif
