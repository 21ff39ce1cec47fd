/* An auditor's question says in the history what was asked for, and cannot say more: what a person typed as text is never copied there,
 * whatever the request, because the copy is by kind of field. */
#include "svc/audited.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "wire/words.h"

enum { WORD_MAX = 96, SECONDS_LEN = 19, MORE_LEN = 4 };

struct asked {
    char text[ASKED_TEXT_MAX + 1];
    size_t n;
    bool is_full;
};

/* Whole words only, with room kept for the sign that there was more. */
static void add(struct asked *to, const char *word)
{
    size_t n = strlen(word) + (to->n ? 1 : 0);

    if (to->is_full)
        return;
    if (to->n + n + MORE_LEN > ASKED_TEXT_MAX) {
        to->is_full = true;
        word = "…";
        n = strlen(word) + (to->n ? 1 : 0);
    }
    to->n += (size_t)snprintf(to->text + to->n, sizeof to->text - to->n, "%s%s", to->n ? " " : "", word);
}

/* "" for what is not said. */
static void print_value(const struct field *f, const void *at, char to[WORD_MAX])
{
    int64_t n = f->kind == K_I64 || f->kind == K_TIME || f->kind == K_ENUM ? *(const int64_t *)at : 0;

    to[0] = '\0';
    switch (f->kind) {
    case K_UUID:
        uuid_print(*(const struct uuid *)at, to);
        break;
    case K_AGENCY:
        snprintf(to, WORD_MAX, "%s", ((const struct agency_id *)at)->code);
        break;
    case K_I64:
        snprintf(to, WORD_MAX, "%" PRId64, n);
        break;
    case K_TIME:
        time_print(n, to);
        to[strnlen(to, SECONDS_LEN)] = '\0';
        break;
    case K_ENUM:
        snprintf(to, WORD_MAX, "%s", words_at(f->words(), n));
        break;
    case K_BOOL:
        snprintf(to, WORD_MAX, "%s", *(const bool *)at ? "true" : "false");
        break;
    case K_TEXT:
    case K_BYTES:
    case K_RECORD:
    case KIND_N:
    default:
        break;
    }
}

static void add_field(struct asked *to, const struct field *f, const void *msg)
{
    const struct list *list = field_at(msg, f);
    char value[WORD_MAX], word[2 * WORD_MAX];

    if (f->is_list && !list->n)
        return;
    print_value(f, f->is_list ? list->v : field_at(msg, f), value);
    if (f->is_list && list->n > 1)
        snprintf(word, sizeof word, "%.40s=%s(%zu)", f->name, value, list->n);
    else
        snprintf(word, sizeof word, "%.40s%s%s", f->name, value[0] ? "=" : "", value);
    add(to, word);
}

static bool is_case(const struct field *f)
{
    return f->kind == K_UUID && !f->is_list && strcmp(f->name, "case_id") == 0;
}

enum status audited_text(struct scope *s, const struct shape *shape, const void *msg, struct span *ret_text)
{
    struct asked to = {.n = 0};

    for (size_t i = 0; i < shape->n; i++)
        if (!is_case(&shape->field[i]) && field_present(msg, &shape->field[i]))
            add_field(&to, &shape->field[i], msg);
    return scope_copy(s, span_of(to.text, to.n), ret_text);
}

struct uuid audited_case(const struct shape *shape, const void *msg)
{
    for (size_t i = 0; i < shape->n; i++)
        if (is_case(&shape->field[i]) && field_present(msg, &shape->field[i]))
            return *(const struct uuid *)field_at(msg, &shape->field[i]);
    return (struct uuid){0};
}

enum status audited_record(struct turn *t, const struct shape *shape, const void *msg)
{
    struct span text;

    if (t->s->actor.role != ROLE_AUDITOR)
        return OK;
    TRY(audited_text(t->s, shape, msg, &text));
    return RECORD_EVENT(t, .what = HAPPENED_AUDITED, .case_id = audited_case(shape, msg), .detail = shape->name,
                        .reason = (const char *)text.p);
}
