/* A birth date is what was written or nothing: an era that does not cover the day, a day that does not exist and a year without
 * its era are refused, because a date that was guessed would find the wrong person. */
#include "base/clock.h"
#include "internal.h"
#include "people/normal.h"

enum { YEAR_LEAST = 1850, YEAR_MOST = 2200, UNKNOWN = -1, NOTHING = -2 };

/* First and last day of each era; the day of a change belongs to both, until 昭和. */
static const struct era {
    uint32_t letter;
    const uint32_t *name;
    struct date first, last;
} ERAS[] = {
    {'M', U"明治", {1868, 1, 25}, {1912, 7, 30}},      {'T', U"大正", {1912, 7, 30}, {1926, 12, 25}},
    {'S', U"昭和", {1926, 12, 25}, {1989, 1, 7}},      {'H', U"平成", {1989, 1, 8}, {2019, 4, 30}},
    {'R', U"令和", {2019, 5, 1}, {YEAR_MOST, 12, 31}},
};

struct reader {
    struct runes r;
    size_t at;
};

static uint32_t peek(const struct reader *in)
{
    return in->at < in->r.n ? in->r.c[in->at] : 0;
}

static void skip_blanks(struct reader *in)
{
    while (peek(in) == ' ')
        in->at++;
}

static bool skip_word(struct reader *in, const uint32_t *word)
{
    size_t n = 0;

    while (word[n])
        n++;
    if (in->at + n > in->r.n || memcmp(in->r.c + in->at, word, n * sizeof *word) != 0)
        return false;
    in->at += n;
    return true;
}

static const struct era *read_era(struct reader *in)
{
    skip_blanks(in);
    for (size_t i = 0; i < COUNT(ERAS); i++) {
        const uint32_t first[] = {ERAS[i].name[0], 0}, letter[] = {ERAS[i].letter, 0};
        if (skip_word(in, ERAS[i].name) || skip_word(in, letter) || skip_word(in, first)) {
            while (peek(in) == ' ' || peek(in) == '.')
                in->at++;
            return &ERAS[i];
        }
    }
    return NULL;
}

/* A part of a date: a number, UNKNOWN for words and signs that say so, NOTHING at the end. */
static int read_part(struct reader *in)
{
    static const uint32_t *const WORDS[] = {U"不詳", U"不明", U"未詳", U"頃", U"??", U"?", U"**", U"*", U"XX", U"--"};

    skip_blanks(in);
    if (skip_word(in, U"元"))
        return 1;
    for (size_t i = 0; i < COUNT(WORDS); i++)
        if (skip_word(in, WORDS[i]))
            return UNKNOWN;
    int n = runes_number(&in->r, &in->at);
    return n >= 0 ? n : NOTHING;
}

static bool read_mark(struct reader *in, uint32_t mark)
{
    uint32_t c;

    skip_blanks(in);
    c = peek(in);
    if (c == mark || c == '/' || c == '.' || c == U'・' || rune_is_dash(c)) {
        in->at++;
        return true;
    }
    return false;
}

static bool at_end(struct reader *in)
{
    static const uint32_t *const TAIL[] = {U"ウマレ", U"生マレ", U"生", U"頃", U"日", U"不詳", U"不明"};
    bool again = true;

    while (again) {
        again = false;
        skip_blanks(in);
        for (size_t i = 0; i < COUNT(TAIL); i++)
            again |= skip_word(in, TAIL[i]);
    }
    return in->at == in->r.n;
}

static bool era_covers(const struct era *e, const struct birth *b)
{
    struct date from = {b->year, b->month ? b->month : 1, b->day ? b->day : 1};
    struct date to = {b->year, b->month ? b->month : 12, b->day ? b->day : 28};

    return date_days(to) >= date_days((struct date){e->first.year, e->first.month, b->day || !b->month ? e->first.day : 1}) &&
           date_days(from) <= date_days(e->last);
}

/* 20010203, 010203 after an era, or 200102. */
static bool unpack(int digits, int n, struct birth *b)
{
    if (digits == 8 || digits == 6) {
        *b = (struct birth){n / 10000, n / 100 % 100, n % 100};
        return true;
    }
    return false;
}

/* Year, month and day as written, the year counted in its era if one was named. */
static bool read_date(struct reader *in, bool has_era, struct birth *b)
{
    size_t from = in->at;
    int year = read_part(in);

    if (year < 0)
        return false;
    int digits = (int)(in->at - from);
    if (at_end(in) && unpack(digits, year, b))
        return has_era ? digits == 6 : digits == 8;
    b->year = year;
    if (!read_mark(in, U'年'))
        return at_end(in);
    int month = read_part(in);
    if (month == NOTHING)
        return at_end(in);
    b->month = month > 0 && month != 99 ? month : 0;
    if (!read_mark(in, U'月'))
        return at_end(in);
    int day = read_part(in);
    b->day = day > 0 && day != 99 ? day : 0;
    return at_end(in);
}

enum status people_fold_birth(struct span text, struct birth *ret_birth)
{
    struct reader in = {.at = 0};
    struct birth b = {0};

    TRY(runes_read(text, &in.r));
    const struct era *era = read_era(&in);
    if (!read_date(&in, era != NULL, &b) || b.year == 0)
        return INVALID;
    if (era)
        b.year += era->first.year - 1;
    if (b.year < YEAR_LEAST || b.year > YEAR_MOST || (b.day && !b.month))
        return INVALID;
    if (b.month && !date_is_valid((struct date){b.year, b.month, b.day ? b.day : 1}))
        return INVALID;
    if (era && !era_covers(era, &b))
        return INVALID;
    *ret_birth = b;
    return OK;
}
