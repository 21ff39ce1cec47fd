/* Rows come in binary form and are believed only as far as their bytes go: every length is checked before it is used, and a
 * value that is not what its field says is CORRUPT, because only the database itself can have damaged it. What is handed out
 * lies in the scope, not in libpq's memory. */
#include "internal.h"

#include <endian.h>

static const int64_t PG_EPOCH_US = INT64_C(946684800) * 1000000;

enum { ARRAY_EMPTY = 12, ARRAY_HEAD = 20, ITEM_HEAD = 4 };

static int32_t get32(const uint8_t *p)
{
    uint32_t v;

    memcpy(&v, p, sizeof v);
    return (int32_t)be32toh(v);
}

static enum status get_uuid(struct scope *s, const struct field *f, struct span from, void *to)
{
    (void)s, (void)f;
    if (from.n != UUID_LEN)
        return CORRUPT;
    memcpy(((struct uuid *)to)->b, from.p, UUID_LEN);
    return OK;
}

static enum status get_agency(struct scope *s, const struct field *f, struct span from, void *to)
{
    (void)s, (void)f;
    if (from.n == 0) {
        *(struct agency_id *)to = (struct agency_id){{0}};
        return OK;
    }
    return agency_parse(from, to) == OK ? OK : CORRUPT;
}

static enum status get_bytes(struct scope *s, const struct field *f, struct span from, void *to)
{
    (void)f;
    return scope_copy(s, from, to);
}

static enum status get_i64(struct scope *s, const struct field *f, struct span from, void *to)
{
    uint64_t v;

    (void)s, (void)f;
    if (from.n != sizeof v)
        return CORRUPT;
    memcpy(&v, from.p, sizeof v);
    *(int64_t *)to = (int64_t)be64toh(v);
    return OK;
}

static enum status get_time(struct scope *s, const struct field *f, struct span from, void *to)
{
    int64_t v;

    TRY(get_i64(s, f, from, &v));
    /* −infinity is the least value; infinity overflows */
    if (v == INT64_MIN || __builtin_add_overflow(v, PG_EPOCH_US, (int64_t *)to))
        return CORRUPT;
    return OK;
}

static enum status get_enum(struct scope *s, const struct field *f, struct span from, void *to)
{
    int at = words_find(f->words(), from);

    (void)s;
    *(int64_t *)to = at;
    return at < 0 ? CORRUPT : OK;
}

static enum status get_bool(struct scope *s, const struct field *f, struct span from, void *to)
{
    (void)s, (void)f;
    if (from.n != 1 || from.p[0] > 1)
        return CORRUPT;
    *(bool *)to = from.p[0];
    return OK;
}

static const struct {
    enum status (*get)(struct scope *s, const struct field *f, struct span from, void *to);
} KIND[KIND_N] = {
    [K_UUID] = {get_uuid},   [K_AGENCY] = {get_agency}, [K_TEXT] = {get_bytes},
    [K_BYTES] = {get_bytes}, [K_I64] = {get_i64},       [K_TIME] = {get_time},
    [K_ENUM] = {get_enum},   [K_BOOL] = {get_bool},
};

/* One item off the front of `left`. */
static enum status get_item(struct scope *s, const struct field *f, struct span *left, void *to)
{
    if (left->n < ITEM_HEAD)
        return CORRUPT;
    int32_t n = get32(left->p);
    /* −1 is NULL, which no list here can hold */
    if (n < 0 || (size_t)n > left->n - ITEM_HEAD)
        return CORRUPT;
    TRY(KIND[f->kind].get(s, f, span_of(left->p + ITEM_HEAD, (size_t)n), to));
    *left = span_of(left->p + ITEM_HEAD + n, left->n - ITEM_HEAD - (size_t)n);
    return OK;
}

static enum status get_list(struct scope *s, const struct field *f, struct span from,
                            struct list *to)
{
    *to = (struct list){0};
    if (from.n == ARRAY_EMPTY && get32(from.p) == 0)
        return OK;
    if (from.n < ARRAY_HEAD || get32(from.p) != 1)
        return CORRUPT;
    int32_t n = get32(from.p + 12);
    struct span left = span_of(from.p + ARRAY_HEAD, from.n - ARRAY_HEAD);
    if (n < 0 || (size_t)n > left.n / ITEM_HEAD)
        return CORRUPT;
    uint8_t *v = scope_alloc(s, (size_t)n * field_item_size(f));
    if (!v)
        return TOO_LARGE;
    for (size_t i = 0; i < (size_t)n; i++)
        TRY(get_item(s, f, &left, v + i * field_item_size(f)));
    *to = (struct list){.v = v, .n = (size_t)n};
    return left.n == 0 ? OK : CORRUPT;
}

static enum status get_field(struct scope *s, const struct field *f, const struct pg_result *r,
                             int row, int column, void *to)
{
    bool is_null = PQgetisnull(r, row, column);
    struct span from = span_of(PQgetvalue(r, row, column), (size_t)PQgetlength(r, row, column));

    *(bool *)((uint8_t *)to + f->has_offset) = !is_null;
    if (is_null)
        return f->is_optional ? OK : CORRUPT;
    if (f->is_list)
        return get_list(s, f, from, field_mut(to, f));
    return KIND[f->kind].get(s, f, from, field_mut(to, f));
}

static enum status get_row(struct scope *s, const struct query *q, const struct pg_result *r,
                           int row, void *to)
{
    memset(to, 0, q->out->size);
    for (size_t i = 0; i < q->out->n; i++) {
        enum status st = get_field(s, &q->out->field[i], r, row, (int)i, to);
        if (st != OK)
            return fail(s, st, "問い合わせ %s: 列 %s を読めません",
                        "query %s: column %s cannot be read", q->name, q->out->field[i].name);
    }
    return OK;
}

/* The columns were compared when the statement was prepared; a schema changed since makes the server refuse it. */
static enum status check_columns(struct scope *s, const struct query *q, const struct pg_result *r)
{
    if ((size_t)PQnfields(r) == q->out->n)
        return OK;
    return fail(s, CORRUPT, "問い合わせ %s: 列の数が違います",
                "query %s: another number of columns", q->name);
}

enum status row_one(struct scope *s, const struct query *q, const struct pg_result *r,
                    void *ret_row)
{
    int n = PQntuples(r);

    TRY(check_columns(s, q, r));
    if (n == 0)
        return fail(s, NOT_FOUND, "見つかりません（%s）", "not found (%s)", q->name);
    if (n > 1)
        return fail(s, INTERNAL, "問い合わせ %s が %d 行を返しました", "query %s gave %d rows",
                    q->name, n);
    return get_row(s, q, r, 0, ret_row);
}

enum status row_all(struct scope *s, const struct query *q, const struct pg_result *r,
                    struct list *ret_rows)
{
    size_t n = (size_t)PQntuples(r);

    TRY(check_columns(s, q, r));
    if (n > (uint64_t)q->count)
        return fail(s, INTERNAL, "問い合わせ %s が %zu 行を返しました", "query %s gave %zu rows",
                    q->name, n);
    uint8_t *v = scope_alloc(s, n * q->out->size);
    if (!v)
        return fail(s, TOO_LARGE, "結果が大きすぎます（%s）", "the result is too large (%s)",
                    q->name);
    for (size_t i = 0; i < n; i++)
        TRY(get_row(s, q, r, (int)i, v + i * q->out->size));
    *ret_rows = (struct list){.v = v, .n = n};
    return OK;
}
