/* The town's people: who lives with whom decides who shares a surname, an address and a telephone, which is what makes one
 * person hard to tell from another. */
#include "people/population.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/status.h"

enum { THIS_YEAR = 2026, HOUSEHOLD_MAX = 8 };

struct town {
    struct seeded rnd;
    struct population *to;
    size_t cap;
    uint32_t persons;
};

static void draw_birth(struct seeded *r, struct person *p, int least_age, int most_age)
{
    p->year = THIS_YEAR - least_age - (int)seeded_below(r, (size_t)(most_age - least_age + 1));
    do {
        p->month = 1 + (int)seeded_below(r, 12);
        p->day = 1 + (int)seeded_below(r, 31);
    } while (!date_is_valid((struct date){p->year, p->month, p->day}));
}

static void draw_phone(struct seeded *r, bool is_mobile, char phone[12])
{
    size_t kind = 7 + seeded_below(r, 3), number = seeded_below(r, 9000000);

    if (is_mobile)
        snprintf(phone, 12, "0%zu0%08zu", kind, 10000000 + 10 * number + kind);
    else
        snprintf(phone, 12, "047%07zu", 1000000 + number);
}

static struct person draw_person(struct seeded *r, struct name_part family, const struct person *home, int least_age,
                                 int most_age)
{
    struct person p = {.family = family, .town = home->town, .block = home->block, .house = home->house};

    p.is_woman = seeded_chance(r, 0.5);
    draw_birth(r, &p, least_age, most_age);
    p.given = draw_given(r, p.is_woman, p.year);
    memcpy(p.phone, home->phone, sizeof p.phone);
    if (p.year < THIS_YEAR - 14 && seeded_chance(r, 0.6))
        draw_phone(r, true, p.phone);
    if (seeded_chance(r, 0.03)) {
        draw_romaji(r, p.is_woman, p.romaji, p.romaji_kana);
        p.has_alias = seeded_chance(r, 0.4);
    } else {
        p.has_alias = seeded_chance(r, 0.01);
    }
    p.alias_family = draw_family(r);
    p.alias_given = draw_given(r, p.is_woman, p.year);
    return p;
}

/* No family calls two of its members alike. */
static void name_apart(struct seeded *r, struct person *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        while (strcmp(v[i].given.kana, v[n].given.kana) == 0) {
            v[n].given = draw_given(r, v[n].is_woman, v[n].year);
            i = 0;
        }
}

/* Two adults, or one; children, some of them twins; sometimes a grandparent: under one address and telephone. */
static size_t draw_household(struct seeded *r, struct person v[HOUSEHOLD_MAX])
{
    struct person home = {.town = seeded_below(r, town_count())};
    struct name_part family = draw_family(r);
    size_t n = 0;

    home.block = 1 + (int)seeded_below(r, 7);
    home.house = 1 + (int)seeded_below(r, 60);
    draw_phone(r, seeded_chance(r, 0.4), home.phone);
    v[n++] = draw_person(r, family, &home, 22, 94);
    int age = THIS_YEAR - v[0].year;
    if (seeded_chance(r, 0.55)) {
        int least = age > 26 ? age - 6 : 20;
        v[n] = draw_person(r, family, &home, least, age + 6 < 95 ? age + 6 : 95);
        v[n].is_woman = !v[0].is_woman;
        v[n].given = draw_given(r, v[n].is_woman, v[n].year);
        v[v[0].is_woman ? 0 : n].maiden = draw_family(r);
        name_apart(r, v, n++);
    }
    for (int i = 0; i < 3 && age >= 24 && age < 60 && seeded_chance(r, 0.5); i++) {
        v[n] = draw_person(r, family, &home, age > 46 ? age - 40 : 0, age - 22);
        name_apart(r, v, n++);
        if (n < HOUSEHOLD_MAX - 1 && seeded_chance(r, 0.02)) { /* twins */
            v[n] = draw_person(r, family, &home, 0, 1);
            v[n].year = v[n - 1].year;
            v[n].month = v[n - 1].month;
            v[n].day = v[n - 1].day;
            v[n].given = draw_given(r, v[n].is_woman, v[n].year);
            name_apart(r, v, n++);
        }
    }
    if (age < 62 && n < HOUSEHOLD_MAX && seeded_chance(r, 0.12)) {
        v[n] = draw_person(r, family, &home, age + 22, age + 33);
        name_apart(r, v, n++);
    }
    return n;
}

/* Which errors a later record has: none in one of five, mostly one, seldom three. */
static uint32_t draw_errors(struct seeded *r, const struct person *p)
{
    static const struct {
        enum error_kind kind;
        int weight;
    } WEIGHTS[] = {
        {ERROR_KANA, 14}, {ERROR_OLD, 12},    {ERROR_KANJI, 7}, {ERROR_DATE, 12},    {ERROR_DAY, 6},   {ERROR_MOVED, 14},
        {ERROR_PHONE, 9}, {ERROR_SURNAME, 7}, {ERROR_ALIAS, 2}, {ERROR_MISSING, 11}, {ERROR_SPACE, 6},
    };
    double luck = (double)(seeded_next(r) >> 11) * 0x1p-53;
    int most = luck < 0.2 ? 0 : luck < 0.72 ? 1 : luck < 0.95 ? 2 : 3, sum = 0;
    uint32_t errors = p->has_alias && seeded_chance(r, 0.35) ? 1u << ERROR_ALIAS : 0;

    for (size_t i = 0; i < COUNT(WEIGHTS); i++)
        sum += WEIGHTS[i].weight;
    for (int i = 0; i < most; i++) {
        int at = (int)seeded_below(r, (size_t)sum);
        size_t k = 0;
        while (at >= WEIGHTS[k].weight)
            at -= WEIGHTS[k++].weight;
        errors |= 1u << WEIGHTS[k].kind;
    }
    return errors;
}

static bool add_records(struct town *t, const struct person *p)
{
    size_t n = 1;

    n += seeded_chance(&t->rnd, 0.35);
    n += seeded_chance(&t->rnd, 0.1);

    if (t->to->n + n > t->cap) {
        size_t cap = 2 * t->cap + 1024;
        struct made_record *records = reallocarray(t->to->records, cap, sizeof *records);
        if (!records)
            return false;
        t->to->records = records;
        t->cap = cap;
    }
    for (size_t i = 0; i < n; i++)
        record_write(&t->rnd, p, t->persons, i ? draw_errors(&t->rnd, p) : 0, &t->to->records[t->to->n++]);
    t->persons++;
    return true;
}

struct population population_make(size_t people, uint64_t seed)
{
    struct population made = {.records = NULL};
    struct town t = {.rnd = {seed}, .to = &made};
    struct person household[HOUSEHOLD_MAX];

    while (t.persons < people) {
        size_t n = draw_household(&t.rnd, household);
        for (size_t i = 0; i < n && t.persons < people; i++)
            if (!add_records(&t, &household[i])) {
                population_free(&made);
                return (struct population){.records = NULL};
            }
    }
    made.people = people;
    return made;
}

void population_free(struct population *p)
{
    free(p->records);
    *p = (struct population){.records = NULL};
}

struct person_fields made_fields(const struct made_record *r)
{
    return (struct person_fields){.name = span_str(r->name),
                                  .kana = span_str(r->kana),
                                  .alias = span_str(r->alias),
                                  .alias_kana = span_str(r->alias_kana),
                                  .former_name = span_str(r->former),
                                  .birth_date = span_str(r->birth),
                                  .phone = span_str(r->phone),
                                  .address = span_str(r->address)};
}

const char *error_word(enum error_kind kind)
{
    static const char *const WORDS[ERROR_N] = {"kana",        "old characters", "other kanji", "wrong date",
                                               "unknown day", "moved house",    "phone",       "surname",
                                               "alias",       "missing",        "no space"};

    return WORDS[kind];
}

static void put_cell(FILE *to, const char *text, char end)
{
    if (strpbrk(text, ",\"\n")) {
        fputc('"', to);
        for (; *text; text++)
            fputs(*text == '"' ? "\"\"" : (char[]){*text, 0}, to);
        fputc('"', to);
    } else {
        fputs(text, to);
    }
    fputc(end, to);
}

bool population_csv(const struct population *p, FILE *to)
{
    fputs("id,person_id,氏名,ふりがな,通称,通称かな,旧姓,生年月日,電話,住所\r\n", to);
    for (size_t i = 0; i < p->n; i++) {
        const struct made_record *r = &p->records[i];
        const char *const cells[] = {r->name, r->kana, r->alias, r->alias_kana, r->former, r->birth, r->phone, r->address};
        fprintf(to, "R%06zu,%u,", i, r->person);
        for (size_t k = 0; k < COUNT(cells); k++)
            put_cell(to, cells[k], k + 1 < COUNT(cells) ? ',' : '\r');
        fputc('\n', to);
    }
    return fflush(to) == 0 && !ferror(to);
}
