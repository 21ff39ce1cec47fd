/* What leaves this file for the index is always two fields or more under one rule's name, so that nothing that is stored stands
 * for a name alone; and a field nobody could read adds nothing rather than something wrong. */
#include "people/compound.h"

#include <stdlib.h>

#include "people/normal.h"

enum { SEPARATOR = 0x1f, VALUES_MAX = 4, COUNTED_MAX = 64 };

/* The values each part has for one person; name and kana parts have more than one with a 通称 or former name, the first being the
 * name itself. */
struct parts {
    struct span v[PART_N][VALUES_MAX];
    size_t n[PART_N];
};

static void put(struct parts *p, enum people_part part, struct span value)
{
    if (value.n == 0)
        return;
    for (size_t i = 0; i < p->n[part]; i++)
        if (span_eq(p->v[part][i], value))
            return;
    if (p->n[part] < VALUES_MAX)
        p->v[part][p->n[part]++] = value;
}

/* A folding's answer where unreadable means unknown: only what concerns the whole call is passed on. */
static enum status readable(enum status st, bool *ret_is)
{
    *ret_is = st == OK;
    return st == INVALID ? OK : st;
}

static enum status put_name(struct scope *s, struct parts *p, struct span text, struct folded_name *ret_name)
{
    bool is = false;

    *ret_name = (struct folded_name){0};
    if (text.n)
        TRY(readable(people_fold_name(s, text, ret_name), &is));
    if (is)
        put(p, PART_NAME, ret_name->all);
    return OK;
}

/* First two kana: of the family name, because the whole begins with it. */
static struct span head_of(struct span kana)
{
    enum { KANA_BYTES = 3 };

    return kana.n >= 2 * KANA_BYTES ? span_of(kana.p, 2 * KANA_BYTES) : (struct span){0};
}

static enum status put_kana(struct scope *s, struct parts *p, struct span text, struct folded_name *ret_kana)
{
    struct span sound = {0};
    bool is = false;

    *ret_kana = (struct folded_name){0};
    if (text.n)
        TRY(readable(people_fold_kana(s, text, ret_kana), &is));
    if (!is)
        return OK;
    TRY(readable(people_fold_sound(s, text, &sound), &is));
    put(p, PART_KANA, ret_kana->all);
    put(p, PART_SOUND, sound);
    put(p, PART_HEAD, head_of(ret_kana->all));
    return OK;
}

/* a ‖ between ‖ b, in the scope. */
static enum status glue(struct scope *s, struct span a, const char *between, struct span b, struct span *ret_text)
{
    struct span part[] = {a, span_str(between), b};
    uint8_t *p = scope_alloc(s, a.n + part[1].n + b.n + 1);
    size_t n = 0;

    if (!p)
        return TOO_LARGE;
    for (size_t i = 0; i < COUNT(part); n += part[i++].n)
        if (part[i].n)
            memcpy(p + n, part[i].p, part[i].n);
    *ret_text = span_of(p, n);
    return OK;
}

/* A former surname stands before the given name of today; a whole former name stands for itself. Its reading is known when it was
 * written in kana. */
static enum status put_former(struct scope *s, struct parts *p, struct span former, const struct folded_name *name,
                              const struct folded_name *kana)
{
    struct folded_name old, read;
    struct parts aside = {.n = {0}};
    struct span whole;

    TRY(put_name(s, &aside, former, &old));
    if (old.all.n && (old.given.n || old.is_latin)) {
        put(p, PART_NAME, old.all);
    } else if (old.all.n && name->given.n) {
        TRY(glue(s, old.all, "", name->given, &whole));
        put(p, PART_NAME, whole);
    }
    TRY(put_kana(s, &aside, former, &read));
    if (!read.all.n)
        return OK;
    if (read.given.n)
        return put_kana(s, p, former, &read);
    if (!kana->given.n)
        return OK;
    TRY(glue(s, read.all, " ", kana->given, &whole));
    return put_kana(s, p, whole, &read);
}

static int by_digit(const void *a, const void *b)
{
    return *(const char *)a - *(const char *)b;
}

static void put_birth(struct scope *s, struct parts *p, struct span text)
{
    struct birth b;

    if (!text.n || people_fold_birth(text, &b) != OK || !b.month)
        return;
    put(p, PART_MONTH, span_str(scope_print(s, "%04d-%02d", b.year, b.month)));
    if (!b.day)
        return;
    char digits[16];
    const char *whole = scope_print(s, "%04d%02d%02d", b.year, b.month, b.day);
    size_t n = strnlen(whole, sizeof digits);
    memcpy(digits, whole, n);
    qsort(digits, n, 1, by_digit);
    put(p, PART_BIRTH, span_str(whole));
    put(p, PART_DIGITS, span_str(scope_print(s, "%.*s", (int)n, digits)));
    put(p, PART_MONTH_DAY, span_str(scope_print(s, "%02d-%02d", b.month, b.day)));
    put(p, PART_YEAR_DAY, span_str(scope_print(s, "%04d--%02d", b.year, b.day)));
}

static enum status put_places(struct scope *s, struct parts *p, const struct person_fields *f)
{
    struct span text = {0};
    bool is;

    TRY(readable(people_fold_phone(s, f->phone, &text), &is));
    if (is)
        put(p, PART_PHONE, text);
    TRY(readable(people_fold_town(s, f->address, &text), &is));
    if (is)
        put(p, PART_TOWN, text);
    TRY(readable(people_fold_block(s, f->address, &text), &is));
    if (is)
        put(p, PART_BLOCK, text);
    return OK;
}

static enum status read_parts(struct scope *s, const struct person_fields *f, struct parts *p)
{
    struct folded_name name, kana, other;

    TRY(put_name(s, p, f->name, &name));
    TRY(put_kana(s, p, f->kana.n ? f->kana : f->name, &kana)); /* a name written in kana is its own reading */
    put(p, PART_GIVEN, name.given);
    put(p, PART_GIVEN_KANA, kana.given);
    TRY(put_name(s, p, f->alias, &other));
    TRY(put_kana(s, p, f->alias_kana.n ? f->alias_kana : f->alias, &other));
    if (f->former_name.n)
        TRY(put_former(s, p, f->former_name, &name, &kana));
    put_birth(s, p, f->birth_date);
    return put_places(s, p, f);
}

/* The texts of one rule: the values of its first parts joined, once for each variant of the one part that has any. */
static enum status add_rule(struct scope *s, const struct people_rule_row *row, const struct parts *p, struct compound *list,
                            size_t *n)
{
    size_t many = 1;

    for (size_t i = 0; i < row->part_n; i++) {
        if (p->n[row->part[i]] == 0)
            return OK;
        if (row->takes_variants && p->n[row->part[i]] > many)
            many = p->n[row->part[i]];
    }
    for (size_t v = 0; v < many && *n < COMPOUNDS_MAX; v++) {
        struct span text = {0};
        for (size_t i = 0; i < row->part_n; i++) {
            enum people_part part = row->part[i];
            struct span value = p->v[part][v < p->n[part] ? v : 0];
            TRY(i ? glue(s, text, (const char[]){SEPARATOR, 0}, value, &text) : glue(s, value, "", (struct span){0}, &text));
        }
        if (text.n <= COMPOUND_BYTES_MAX)
            list[(*n)++] = (struct compound){.rule = row->name, .text = text};
    }
    return OK;
}

enum status people_compounds(struct scope *s, const struct person_fields *fields, struct compound ret_list[COMPOUNDS_MAX],
                             size_t *ret_n)
{
    const struct span all[] = {fields->name,        fields->kana,       fields->alias, fields->alias_kana,
                               fields->former_name, fields->birth_date, fields->phone, fields->address};
    const struct people_rule_row *row;
    struct parts p = {.n = {0}};
    size_t n = 0;

    for (size_t i = 0; i < COUNT(all); i++) {
        if (all[i].n > PERSON_FIELD_MAX)
            return fail(s, TOO_LARGE, "人の項目は %d バイトまでです", "a field of a person has at most %d bytes",
                        PERSON_FIELD_MAX);
        if (!span_is_utf8(all[i]))
            return fail(s, INVALID, "人の項目が UTF-8 ではありません", "a field of a person is not UTF-8");
    }
    TRY(read_parts(s, fields, &p));
    for (size_t i = 0; (row = people_rule_row(i)); i++)
        TRY(add_rule(s, row, &p, ret_list, &n));
    *ret_n = n;
    return OK;
}

static int by_token(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct people_token));
}
_Static_assert(sizeof(struct people_token) == 1 + BLIND_LEN, "rule, then index, without gaps");

void people_tokens(const struct secret *key, const struct compound *list, size_t n, struct people_token *ret_tokens)
{
    for (size_t i = 0; i < n; i++) {
        ret_tokens[i].rule = (uint8_t)people_rule_find(list[i].rule);
        blind_index(key, list[i].rule, list[i].text, ret_tokens[i].index);
    }
    qsort(ret_tokens, n, sizeof *ret_tokens, by_token);
}
