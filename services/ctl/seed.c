/* The files of the catalogue go to the services as they stand: a line is a payload, byte for byte. Only what has no form of its
 * own as a message gets one here: indicators, kept whole under their id, and the lists of codes. */
#include "load.h"

#include "args.h"
#include "shapes.h"
#include "wire/codec.h"
#include "wire/message.h"

static enum status no_room(struct scope *s)
{
    return fail(s, TOO_LARGE, "台帳が大きすぎます", "the catalogue is too large");
}

static enum status entries_new(struct scope *s, size_t most, struct entries *ret_entries)
{
    if (most > ENTRIES_MAX)
        return no_room(s);
    ret_entries->n = 0;
    ret_entries->v = scope_alloc(s, (most + 1) * sizeof *ret_entries->v);
    return ret_entries->v ? OK : no_room(s);
}

static size_t count_lines(struct span text)
{
    size_t n = 1;

    for (size_t i = 0; i < text.n; i++)
        n += text.p[i] == '\n';
    return n;
}

enum status seed_lines(struct scope *s, const char *path, struct entries *ret_entries)
{
    struct entries e;
    struct span text;
    int64_t number = 0;

    TRY(file_read(s, path, SEED_FILE_MAX, &text));
    TRY(entries_new(s, count_lines(text), &e));
    while (text.n) {
        const uint8_t *end = memchr(text.p, '\n', text.n);
        size_t n = end ? (size_t)(end - text.p) : text.n;
        struct span line = span_of(text.p, n);
        number++;
        text = span_of(text.p + n + (end != NULL), text.n - n - (end != NULL));
        if (line.n)
            e.v[e.n++] = (struct entry){.number = number, .payload = line};
    }
    *ret_entries = e;
    return OK;
}

enum status seed_indicators(struct scope *s, const char *path, struct entries *ret_entries)
{
    struct entries e;

    TRY(seed_lines(s, path, &e));
    for (size_t i = 0; i < e.n; i++) {
        struct indicator_line line;
        struct indicator_put put = {.body = e.v[i].payload};
        /* a line may hold more than its id: it is read as from a newer schema */
        if (codec_decode(s, shape_indicator_line(), put.body, SCHEMA_MINOR + 1, &line) != OK)
            return fail(s, INVALID, "%s の %lld 行目に id がありません", "%s:%lld has no id", path, (long long)e.v[i].number);
        put.id = line.id;
        TRY(codec_encode(s, shape_indicator_put(), &put, &e.v[i].payload));
    }
    *ret_entries = e;
    return OK;
}

static enum status add_list(struct scope *s, const char *name, const struct vocab_list *list, struct entries *e)
{
    for (size_t i = 0; i < list->n; i++) {
        struct code_put put = {.list = span_str(name), .code = list->v[i].code, .label = list->v[i].label};
        struct entry *to = &e->v[e->n++];
        *to = (struct entry){.part = name, .number = (int64_t)i + 1};
        TRY(codec_encode(s, shape_code_put(), &put, &to->payload));
    }
    return OK;
}

enum status seed_codes(struct scope *s, const char *path, struct entries *ret_entries)
{
    const struct shape *shape = shape_vocab();
    struct vocab vocab;
    struct entries e;
    struct span text;
    size_t most = 0;

    TRY(file_read(s, path, SEED_FILE_MAX, &text));
    TRY(codec_decode(s, shape, text, SCHEMA_MINOR, &vocab));
    for (size_t i = 0; i < shape->n; i++)
        most += ((const struct vocab_list *)field_at(&vocab, &shape->field[i]))->n;
    TRY(entries_new(s, most, &e));
    for (size_t i = 0; i < shape->n; i++)
        TRY(add_list(s, shape->field[i].name, field_at(&vocab, &shape->field[i]), &e));
    *ret_entries = e;
    return OK;
}
