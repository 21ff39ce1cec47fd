/* What each reader sees of a household. Whatever is protected is hidden unless the reader is named; what cannot be known counts as
 * protected; and a hidden address is hidden wherever it stands. */
#include "person.h"

#include <stddef.h>
#include <string.h>

#include "base/hex.h"
#include "people/normal.h"

enum { NOT_MASKED = -1 };

struct part {
    size_t has, at;            /* in struct person_private */
    size_t seen_has, seen_at;  /* in struct person_contents */
    enum item item;
    int masked; /* enum masked_field, or NOT_MASKED */
};

#define PART(f, item_, masked_)                                                                   \
    {offsetof(struct person_private, has_##f), offsetof(struct person_private, f), offsetof(struct person_contents, has_##f),    \
     offsetof(struct person_contents, f), (item_), (masked_)}

static const struct part PARTS[] = {
    PART(name, ITEM_IDENTITY, NOT_MASKED),
    PART(kana, ITEM_IDENTITY, NOT_MASKED),
    PART(alias, ITEM_IDENTITY, NOT_MASKED),
    PART(former_name, ITEM_IDENTITY, NOT_MASKED),
    PART(birth_date, ITEM_IDENTITY, NOT_MASKED),
    PART(address, ITEM_CONTACT, MASKED_ADDRESS),
    PART(phone, ITEM_CONTACT, MASKED_PHONE),
    PART(workplace, ITEM_CONTACT, MASKED_WORKPLACE),
    PART(school, ITEM_CONTACT, MASKED_SCHOOL),
    PART(shelter, ITEM_CONTACT, MASKED_SHELTER),
    PART(safe_contact, ITEM_CONTACT, MASKED_SAFE_CONTACT), /* free text: it may say where somebody is, or by which number */
};

static const unsigned ALL_HIDDEN = (1u << masked_field_N_) - 1;

static bool has(const struct person_private *p, const struct part *part)
{
    return *(const bool *)((const uint8_t *)p + part->has);
}

static struct span text_of(const struct person_private *p, const struct part *part)
{
    struct span text;

    memcpy(&text, (const uint8_t *)p + part->at, sizeof text);
    return has(p, part) ? text : (struct span){0};
}

void person_lay(struct person_private *under, const struct person_private *over)
{
    for (size_t i = 0; i < COUNT(PARTS); i++) {
        struct span text = text_of(over, &PARTS[i]);
        if (!has(over, &PARTS[i]))
            continue;
        memcpy((uint8_t *)under + PARTS[i].at, &text, sizeof text);
        *((bool *)((uint8_t *)under + PARTS[i].has)) = true;
    }
}

struct person_private person_told(const struct case_private *told)
{
    return (struct person_private){
        .has_name = told->has_name, .name = told->name, .has_kana = told->has_kana, .kana = told->kana,
        .has_birth_date = told->has_birth_date, .birth_date = told->birth_date, .has_address = told->has_address,
        .address = told->address, .has_phone = told->has_phone, .phone = told->phone};
}

bool names_viewer(const struct span *names, size_t n, struct span who)
{
    for (size_t i = 0; i < n; i++)
        if (span_eq(names[i], who))
            return true;
    return false;
}

static bool is_masked(const struct member *m, const struct viewer *v)
{
    if (m->is_unknown)
        return true;
    return m->has_protection && m->protection.is_on &&
           (v->is_emergency || !names_viewer(m->protection.named.v, m->protection.named.n, v->who));
}

/* The next byte that counts: blanks, ASCII or full width, do not tell two addresses apart. */
static size_t skip_blanks(struct span s, size_t at)
{
    while (at < s.n) {
        if (s.p[at] == ' ' || s.p[at] == '\t' || s.p[at] == '\n')
            at++;
        else if (s.n - at >= 3 && memcmp(s.p + at, "\xe3\x80\x80", 3) == 0)
            at += 3;
        else
            break;
    }
    return at;
}

static bool same_text(struct span a, struct span b)
{
    size_t i = skip_blanks(a, 0), k = skip_blanks(b, 0), n = 0;

    for (; i < a.n && k < b.n; n++) {
        if (a.p[i] != b.p[k])
            return false;
        i = skip_blanks(a, i + 1);
        k = skip_blanks(b, k + 1);
    }
    return n && i >= a.n && k >= b.n;
}

/* The same thing however it is written: a telephone by its digits; of an address one 町字 is near enough to hide. */
static bool same_thing(struct scope *s, int masked, struct span a, struct span b)
{
    struct why why = s->why; /* what cannot be folded is no failure of the request */
    struct span x = {0}, y = {0};
    bool is_folded = false;

    if (!a.n || !b.n)
        return false;
    if (same_text(a, b))
        return true;
    if (masked == MASKED_PHONE)
        is_folded = people_fold_phone(s, a, &x) == OK && people_fold_phone(s, b, &y) == OK;
    else if (masked == MASKED_ADDRESS)
        is_folded = people_fold_town(s, a, &x) == OK && people_fold_town(s, b, &y) == OK;
    s->why = why;
    return is_folded && span_eq(x, y);
}

unsigned member_hidden(struct scope *s, const struct household *h, size_t i, const struct viewer *v)
{
    unsigned bits = 0;

    if (is_masked(&h->v[i], v))
        return ALL_HIDDEN;
    for (size_t k = 0; k < h->n; k++) {
        if (!is_masked(&h->v[k], v))
            continue;
        if (h->v[k].is_unknown)
            return ALL_HIDDEN; /* what must not be shown is not known */
        for (size_t p = 0; p < COUNT(PARTS); p++)
            if (PARTS[p].masked != NOT_MASKED &&
                same_thing(s, PARTS[p].masked, text_of(&h->v[i].person, &PARTS[p]), text_of(&h->v[k].person, &PARTS[p])))
                bits |= 1u << PARTS[p].masked;
    }
    return bits;
}

void person_cut(const struct person_private *all, unsigned items, unsigned hidden, struct person_contents *ret_c)
{
    for (size_t i = 0; i < COUNT(PARTS); i++) {
        const struct part *p = &PARTS[i];
        struct span text = text_of(all, p);
        if (!text.n || !(items & 1u << p->item) || (p->masked != NOT_MASKED && hidden & 1u << p->masked))
            continue;
        memcpy((uint8_t *)ret_c + p->seen_at, &text, sizeof text);
        *((bool *)((uint8_t *)ret_c + p->seen_has)) = true;
    }
}

static bool is_hidden_rule(const char *name, unsigned hidden)
{
    int rule = people_rule_find(name);
    const struct people_rule_row *row = rule < 0 ? NULL : people_rule_row((size_t)rule);

    for (size_t i = 0; row && i < row->part_n; i++) {
        enum people_group group = people_part_row(row->part[i])->group;
        if ((group == GROUP_PHONE && hidden & 1u << MASKED_PHONE) || (group == GROUP_PLACE && hidden & 1u << MASKED_ADDRESS))
            return true;
    }
    return false;
}

enum status compounds_veil(struct scope *s, struct compound *list, size_t n, unsigned hidden)
{
    for (size_t i = 0; i < n; i++) {
        struct uuid random = scope_uuid(s);
        struct span hex;
        if (!is_hidden_rule(list[i].rule, hidden))
            continue;
        uint8_t *text = scope_alloc(s, list[i].text.n + 1);
        if (!text)
            return fail(s, TOO_LARGE, "処理領域が不足しました", "the message needs too much memory");
        TRY(hex_print(s, span_of(random.b, sizeof random.b), &hex));
        for (size_t k = 0; k < list[i].text.n; k++)
            text[k] = hex.p[k % hex.n];
        list[i].text = span_of(text, list[i].text.n);
    }
    return OK;
}

const int64_t *masked_words(struct scope *s, unsigned hidden, size_t *ret_n)
{
    int64_t *words = scope_alloc(s, masked_field_N_ * sizeof *words);

    *ret_n = 0;
    for (int i = 0; words && i < masked_field_N_; i++)
        if (hidden & 1u << i)
            words[(*ret_n)++] = i;
    return words;
}

enum status household_care(struct scope *s, const struct household *h, struct care_private *ret_care)
{
    const struct protection_private *first = NULL;
    struct span *named;
    size_t n = 0;

    for (size_t i = 0; i < h->n && !first; i++)
        if (h->v[i].has_protection && h->v[i].protection.is_on)
            first = &h->v[i].protection;
    named = scope_alloc(s, ((first ? first->named.n : 0) + 1) * sizeof *named);
    if (!named)
        return fail(s, TOO_LARGE, "処理領域が不足しました", "the message needs too much memory");
    for (size_t i = 0; first && i < first->named.n; i++) {
        bool by_all = true;
        for (size_t k = 0; k < h->n; k++)
            by_all = by_all && (!h->v[k].has_protection || !h->v[k].protection.is_on ||
                                names_viewer(h->v[k].protection.named.v, h->v[k].protection.named.n, first->named.v[i]));
        if (by_all)
            named[n++] = first->named.v[i];
    }
    *ret_care = (struct care_private){.hides_place = first != NULL, .named = {named, n}};
    return OK;
}
