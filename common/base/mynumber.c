/* A 個人番号 is found however it is typed: in one piece, in groups, in full width. Nothing of the digits leaves this file. */
#include "base/mynumber.h"

#include <stddef.h>
#include <stdint.h>

enum { NUMBER_LEN = 12, END_OF_TEXT = -1 };

/* The digits of a run as they come: only the latest 12 matter, and how many there were since the run, the stretch with one
 * separator, and the group began. */
struct run {
    uint8_t last[NUMBER_LEN]; /* ring */
    size_t all, same, group;
    bool all_ok, same_ok, group_ok; /* did not begin at a letter */
    int32_t separator;              /* of the stretch; 0 = none yet */
};

/* The next character; a byte that is not UTF-8 counts as itself. */
static int32_t next(struct span *text)
{
    static const uint8_t FIRST[] = {0x7f, 0x1f, 0x0f, 0x07};
    const uint8_t *p = text->p;
    size_t more;

    if (!text->n)
        return END_OF_TEXT;
    more = p[0] < 0xc0 ? 0 : p[0] < 0xe0 ? 1 : p[0] < 0xf0 ? 2 : 3;
    int32_t c = more ? p[0] & FIRST[more] : p[0];
    for (size_t i = 1; i <= more; i++) {
        if (i >= text->n || (p[i] & 0xc0) != 0x80) {
            more = 0;
            c = p[0];
            break;
        }
        c = c << 6 | (p[i] & 0x3f);
    }
    *text = span_of(p + 1 + more, text->n - 1 - more);
    return c;
}

static int digit_of(int32_t c)
{
    if (c >= '0' && c <= '9')
        return (int)(c - '0');
    return c >= 0xff10 && c <= 0xff19 ? (int)(c - 0xff10) : -1;
}

static bool is_letter(int32_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c >= 0xff21 && c <= 0xff3a) ||
           (c >= 0xff41 && c <= 0xff5a);
}

/* One name for every dash and every space, so that a number typed with two kinds of them is still one number. */
static int32_t separator_of(int32_t c)
{
    switch (c) {
    case ' ': case '\t': case 0xa0: case 0x2009: case 0x3000:
        return ' ';
    case '-': case 0x2010: case 0x2011: case 0x2012: case 0x2013: case 0x2014: case 0x2015: case 0x2212: case 0x30fc:
    case 0xff0d: case 0xff70:
        return '-';
    case '.': case 0xff0e:
        return '.';
    case 0xb7: case 0x30fb: case 0xff65:
        return 0x30fb;
    default:
        return 0;
    }
}

/* Is the latest of 12 digits the check digit of the others?      source  同施行規則5条 */
static bool checks(const struct run *r)
{
    static const int WEIGHT[NUMBER_LEN - 1] = {6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2};
    int sum = 0;

    for (size_t i = 0; i < NUMBER_LEN - 1; i++)
        sum += WEIGHT[i] * r->last[(r->all + i) % NUMBER_LEN];
    int rest = sum % 11;
    return r->last[(r->all + NUMBER_LEN - 1) % NUMBER_LEN] == (rest <= 1 ? 0 : 11 - rest);
}

/* Called where a group, and with it perhaps a stretch or the run, has come to its end. */
static bool found(const struct run *r, bool ends_stretch, bool ends_run)
{
    return ((r->group == NUMBER_LEN && r->group_ok) || (ends_stretch && r->same == NUMBER_LEN && r->same_ok) ||
            (ends_run && r->all == NUMBER_LEN && r->all_ok)) &&
           checks(r);
}

static void add(struct run *r, int digit)
{
    r->last[r->all++ % NUMBER_LEN] = (uint8_t)digit;
    r->same++;
    r->group++;
}

/* After one separator another group begins; after another separator than before, another stretch, to which the group just ended
 * belongs as well. */
static void begin_group(struct run *r, int32_t separator)
{
    if (r->separator && separator != r->separator) {
        r->same = r->group;
        r->same_ok = r->group_ok;
    }
    r->separator = separator;
    r->group = 0;
    r->group_ok = true;
}

bool mynumber_in(struct span utf8)
{
    struct span text = utf8;
    struct run r = {0};
    bool after_letter = false;

    for (int32_t c = next(&text); c != END_OF_TEXT; c = next(&text)) {
        int digit = digit_of(c);
        if (digit >= 0) {
            if (!r.all)
                r.all_ok = r.same_ok = r.group_ok = !after_letter;
            add(&r, digit);
            after_letter = false;
            continue;
        }
        after_letter = is_letter(c);
        if (!r.all)
            continue;
        struct span ahead = text;
        int32_t separator = separator_of(c);
        bool goes_on = separator && digit_of(next(&ahead)) >= 0;
        bool turns = goes_on && r.separator && separator != r.separator;
        if (!after_letter && found(&r, !goes_on || turns, !goes_on))
            return true;
        if (goes_on)
            begin_group(&r, separator);
        else
            r = (struct run){0};
    }
    return r.all && found(&r, true, true);
}
