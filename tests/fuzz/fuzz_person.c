/* Any bytes as the fields of a person, separated by NUL: they fold to UTF-8 or are refused, what is folded folds to itself, and
 * no compound is of one field or more than there is room for. */
#include "people/compound.h"
#include "people/normal.h"

#include "fuzz.h"

enum { FIELDS = 8 };

static void try_name(struct scope *s, struct span text)
{
    struct folded_name name, again;
    struct span sound, loose;

    if (people_fold_name(s, text, &name) == OK) {
        must(name.all.n > 0 && span_is_utf8(name.all));
        must(name.family.n + name.given.n == (name.given.n ? name.all.n : 0));
        must(name.all.n > PERSON_FIELD_MAX || people_fold_name(s, name.all, &again) != OK || again.all.n > 0);
    }
    if (people_fold_kana(s, text, &name) != OK)
        return;
    must(span_is_utf8(name.all) && name.all.n <= PERSON_FIELD_MAX * 3);
    must(people_fold_sound(s, text, &sound) == OK && sound.n <= name.all.n);
    must(name.all.n > PERSON_FIELD_MAX || (people_fold_kana(s, name.all, &again) == OK && span_eq(again.all, name.all)));
    must(name.all.n > PERSON_FIELD_MAX || (people_fold_sound(s, name.all, &loose) == OK && span_eq(loose, sound)));
}

static void try_facts(struct scope *s, struct span text)
{
    struct birth b;
    struct span folded, again;

    if (people_fold_birth(text, &b) == OK)
        must(b.year >= 1850 && b.year <= 2200 && b.month >= 0 && b.month <= 12 && b.day >= 0 && b.day <= 31 &&
             (b.month || !b.day));
    if (people_fold_phone(s, text, &folded) == OK)
        must(folded.n >= 9 && folded.n <= 10 && folded.p[0] != '0');
    if (people_fold_town(s, text, &folded) == OK)
        must(folded.n > 0 && span_is_utf8(folded) && people_fold_block(s, text, &again) == OK && again.n >= folded.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct scope *s = scope_new(1 << 20, entropy_system());
    struct span field[FIELDS] = {{NULL, 0}};
    struct compound list[COMPOUNDS_MAX];
    size_t count = 0, at = 0;

    must(s != NULL);
    for (size_t i = 0; i < n && at < FIELDS; i++) {
        if (!data[i])
            at++;
        else
            field[at] = span_of(field[at].n ? field[at].p : data + i, field[at].n + 1);
    }
    for (size_t i = 0; i < FIELDS; i++) {
        try_name(s, field[i]);
        try_facts(s, field[i]);
    }
    struct person_fields fields = {field[0], field[1], field[2], field[3], field[4], field[5], field[6], field[7]};
    if (people_compounds(s, &fields, list, &count) == OK) {
        must(count <= COMPOUNDS_MAX);
        for (size_t i = 0; i < count; i++)
            must(people_rule_find(list[i].rule) >= 0 && list[i].text.n <= COMPOUND_BYTES_MAX &&
                 memchr(list[i].text.p, 0x1f, list[i].text.n) && span_is_utf8(list[i].text));
    }
    scope_free(s);
    return 0;
}
