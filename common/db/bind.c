/* Parameters leave in PostgreSQL's binary form, which needs no quoting and loses nothing. Fixed-size and text values are
 * lent to libpq where they lie; only numbers and lists are written anew. Nothing leaves that breaks its field: a word outside
 * its list, bytes that are no text, an agency code that is none. */
#include "internal.h"

#include <endian.h>

/* Microseconds from 1970-01-01 to 2000-01-01, PostgreSQL's epoch. */
static const int64_t PG_EPOCH_US = INT64_C(946684800) * 1000000;

/* int32 dimensions (1), flags, element type, length, lower bound. */
enum { ARRAY_HEAD = 20, ITEM_HEAD = 4, SCRATCH = 8 };

static void put32(uint8_t *to, uint32_t v)
{
    v = htobe32(v);
    memcpy(to, &v, sizeof v);
}

static void put64(uint8_t *to, int64_t v)
{
    uint64_t be = htobe64((uint64_t)v);
    memcpy(to, &be, sizeof be);
}

static enum status put_uuid(const struct field *f, const void *item, uint8_t scratch[SCRATCH],
                            struct span *ret)
{
    (void)f, (void)scratch;
    *ret = span_of(((const struct uuid *)item)->b, UUID_LEN);
    return OK;
}

/* Empty is what a service acting by itself has for an agency. */
static enum status put_agency(const struct field *f, const void *item, uint8_t scratch[SCRATCH],
                              struct span *ret)
{
    const struct agency_id *id = item;
    struct agency_id again;
    struct span code = span_of(id->code, strnlen(id->code, AGENCY_CODE_MAX));

    (void)f, (void)scratch;
    *ret = code;
    return code.n == 0 ? OK : agency_parse(code, &again);
}

static enum status put_bytes(const struct field *f, const void *item, uint8_t scratch[SCRATCH],
                             struct span *ret)
{
    *ret = *(const struct span *)item;
    if (!ret->p)
        *ret = span_of(scratch, 0); /* libpq takes a NULL pointer for SQL NULL */
    return f->limit > 0 && ret->n > (uint64_t)f->limit ? INVALID : OK;
}

static enum status put_text(const struct field *f, const void *item, uint8_t scratch[SCRATCH],
                            struct span *ret)
{
    TRY(put_bytes(f, item, scratch, ret));
    return span_is_utf8(*ret) ? OK : INVALID;
}

static enum status put_i64(const struct field *f, const void *item, uint8_t scratch[SCRATCH],
                           struct span *ret)
{
    int64_t v = *(const int64_t *)item;

    put64(scratch, v);
    *ret = span_of(scratch, sizeof v);
    return f->limit > 0 && (v < 0 || v > f->limit) ? INVALID : OK;
}

static enum status put_time(const struct field *f, const void *item, uint8_t scratch[SCRATCH],
                            struct span *ret)
{
    int64_t v;

    (void)f;
    /* the two ends of the range would be read as ±infinity */
    if (__builtin_sub_overflow(*(const int64_t *)item, PG_EPOCH_US, &v) || v == INT64_MIN)
        return INVALID;
    put64(scratch, v);
    *ret = span_of(scratch, sizeof v);
    return OK;
}

static enum status put_enum(const struct field *f, const void *item, uint8_t scratch[SCRATCH],
                            struct span *ret)
{
    int64_t v = *(const int64_t *)item;
    const struct words *w = f->words();

    (void)scratch;
    if (v < 0 || (uint64_t)v >= w->n)
        return INVALID;
    *ret = span_str(w->v[v].word);
    return OK;
}

static enum status put_bool(const struct field *f, const void *item, uint8_t scratch[SCRATCH],
                            struct span *ret)
{
    (void)f;
    scratch[0] = *(const bool *)item;
    *ret = span_of(scratch, 1);
    return OK;
}

static const struct {
    enum status (*put)(const struct field *f, const void *item, uint8_t scratch[SCRATCH],
                       struct span *ret);
} KIND[KIND_N] = {
    [K_UUID] = {put_uuid},   [K_AGENCY] = {put_agency}, [K_TEXT] = {put_text},
    [K_BYTES] = {put_bytes}, [K_I64] = {put_i64},       [K_TIME] = {put_time},
    [K_ENUM] = {put_enum},   [K_BOOL] = {put_bool},
};

/* Bytes of a list in array form.
 *   fails  INVALID an item breaks its field · TOO_LARGE more than a parameter can carry */
static enum status list_size(const struct field *f, const struct list *list, size_t *ret_size)
{
    size_t size = ARRAY_HEAD;
    uint8_t scratch[SCRATCH];
    struct span item;

    if (f->most > 0 && list->n > f->most)
        return INVALID;
    for (size_t i = 0; i < list->n; i++) {
        TRY(KIND[f->kind].put(f, (const uint8_t *)list->v + i * field_item_size(f), scratch,
                              &item));
        size += ITEM_HEAD + item.n;
        if (size > INT32_MAX)
            return TOO_LARGE;
    }
    *ret_size = size;
    return OK;
}

static enum status put_list(struct scope *s, const struct field *f, const struct list *list,
                            struct span *ret)
{
    size_t size;
    uint8_t scratch[SCRATCH];
    struct span item;

    TRY(list_size(f, list, &size));
    uint8_t *to = scope_alloc(s, size);
    if (!to)
        return TOO_LARGE;
    *ret = span_of(to, size);
    put32(to, 1);
    put32(to + 8, kind_item_oid(f));
    put32(to + 12, (uint32_t)list->n);
    put32(to + 16, 1);
    to += ARRAY_HEAD;
    for (size_t i = 0; i < list->n; i++) {
        TRY(KIND[f->kind].put(f, (const uint8_t *)list->v + i * field_item_size(f), scratch,
                              &item));
        put32(to, (uint32_t)item.n);
        if (item.n > 0)
            memcpy(to + ITEM_HEAD, item.p, item.n);
        to += ITEM_HEAD + item.n;
    }
    return OK;
}

static enum status put_field(struct scope *s, const struct field *f, const void *in,
                             uint8_t scratch[SCRATCH], struct span *ret)
{
    if (!f->is_list)
        return KIND[f->kind].put(f, field_at(in, f), scratch, ret);
    return put_list(s, f, field_at(in, f), ret);
}

enum status bind_params(struct scope *s, const struct query *q, const void *in,
                        struct params *ret_params)
{
    size_t n = q->in ? q->in->n : 0;
    struct params p = {.n = (int)n};
    uint8_t *scratch = scope_alloc(s, n * SCRATCH);

    p.values = scope_alloc(s, n * sizeof *p.values);
    p.lengths = scope_alloc(s, n * sizeof *p.lengths);
    p.formats = scope_alloc(s, n * sizeof *p.formats);
    if (!scratch || !p.values || !p.lengths || !p.formats)
        return fail(s, TOO_LARGE, "メッセージが大きすぎます", "the message is too large");
    for (size_t i = 0; i < n; i++) {
        const struct field *f = &q->in->field[i];
        struct span v = {0};
        p.formats[i] = 1;
        if (!field_present(in, f))
            continue;
        enum status st = put_field(s, f, in, scratch + i * SCRATCH, &v);
        if (st == OK && v.n > INT32_MAX)
            st = TOO_LARGE;
        if (st != OK)
            return fail(s, st, "問い合わせ %s: 値 %s を渡せません",
                        "query %s: value %s cannot be passed", q->name, f->name);
        p.values[i] = (const char *)v.p;
        p.lengths[i] = (int)v.n;
    }
    *ret_params = p;
    return OK;
}
