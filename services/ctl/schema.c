/* What the system says to its neighbours, printed from the tables it runs on: schemas, the frozen list, settings, rules. */
#include <stdio.h>
#include <unistd.h>

#include "ctl.h"
#include "print.h"
#include "wire/message.h"
#include "wire/words.h"

static const struct shape *shape_named(struct span name)
{
    for (size_t i = 0; record_at(i); i++)
        if (span_is(name, record_at(i)->name))
            return record_at(i);
    return message_shape(name);
}

static enum status put_schema(struct scope *s, struct page *to, const struct shape *shape)
{
    struct span json;

    TRY(codec_schema(s, shape, &json));
    page_put(to, json.p, json.n);
    return OK;
}

/* One document whose references resolve within it. */
static enum status put_all(struct scope *s, struct page *to)
{
    const char *before = "";

    page_str(to, "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\"components\":{\"schemas\":{");
    for (int half = 0; half < 2; half++)
        for (size_t i = 0; half ? message_at(i) != NULL : record_at(i) != NULL; i++) {
            const struct shape *shape = half ? message_at(i) : record_at(i);
            page_str(to, scope_print(s, "%s\"%s\":", before, shape->name));
            TRY(put_schema(s, to, shape));
            before = ",";
        }
    page_str(to, "}}}");
    return OK;
}

/* Line for line what tests/lint/frozen.txt holds. */
static void put_frozen_shape(struct scope *s, struct page *to, const char *what, const struct shape *shape)
{
    page_str(to, scope_print(s, "%s %s\n", what, shape->name));
    for (size_t i = 0; i < shape->n; i++) {
        const struct field *f = &shape->field[i];
        const char *of = f->words ? f->words()->name : f->shape ? f->shape()->name : "";
        page_str(to, scope_print(s, "field %s.%s %s%s%s", shape->name, f->name, kind_word(f->kind), *of ? ":" : "", of));
        if (f->limit)
            page_str(to, scope_print(s, " max %lld", (long long)f->limit));
        if (f->is_list)
            page_str(to, scope_print(s, " list %zu", f->most));
        page_str(to, f->is_sealed ? " sealed" : "");
        page_str(to, f->is_optional ? " optional\n" : " required\n");
    }
}

static void put_frozen(struct scope *s, struct page *to)
{
    size_t n;
    const struct words *(*const *all)(void) = words_all(&n);

    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < all[i]()->n; k++)
            page_str(to, scope_print(s, "word %s %zu %s\n", all[i]()->name, k, all[i]()->v[k].word));
    for (size_t i = 0; record_at(i); i++)
        put_frozen_shape(s, to, "record", record_at(i));
    for (size_t i = 0; message_at(i); i++)
        put_frozen_shape(s, to, "message", message_at(i));
}

static enum status show(struct ctl *c)
{
    struct page to = {.s = c->s};

    if (c->args.is_frozen) {
        put_frozen(c->s, &to);
    } else if (c->args.word_n < 2) {
        TRY(put_all(c->s, &to));
        page_str(&to, "\n");
    } else {
        const struct shape *shape = shape_named(span_str(c->args.word[1]));
        if (!shape)
            return fail(c->s, NOT_FOUND, "%s というメッセージはありません", "there is no message %s", c->args.word[1]);
        TRY(put_schema(c->s, &to, shape));
        page_str(&to, "\n");
    }
    if (to.has_failed)
        return fail(c->s, TOO_LARGE, "メモリが足りません", "out of memory");
    return out(c->s, span_of(to.p, to.n));
}

int run_schema(struct ctl *c)
{
    return ctl_say(c, show(c));
}

int run_settings(struct ctl *c)
{
    return ctl_say(c, say(c->s, settings_print(c->s, &c->cfg)));
}

/* The rules live in the service that applies them; it prints them itself, so what is read is what is run. */
int run_rules(struct ctl *c)
{
    const char *path;
    enum status st = ctl_program(c->s, &c->cfg, "kashimaru-referral", &path);

    if (st == OK) {
        char *argv[] = {(char[]){"kashimaru-referral"}, (char[]){"--rules"}, NULL};
        fflush(stdout);
        execv(path, argv);
        st = fail(c->s, UNAVAILABLE, "%s を実行できません", "cannot run %s", path);
    }
    return ctl_say(c, st);
}
