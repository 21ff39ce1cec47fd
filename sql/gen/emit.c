/* The SQL as the database will see it, and the C around it. Quotes and comments are told apart before anything is replaced, so a
 * `$name` in a text stays text; comments are left out; what is written compiles under the project's own flags. */
#include "sqlgen.h"

#include <ctype.h>

#define TEXT_OF(s) (int)(s).n, (const char *)(s).p

static struct piece take_piece(struct span *left, int *line, enum piece_kind kind, size_t n)
{
    struct piece p = {.kind = kind, .text = span_of(left->p, n), .line = *line};

    for (size_t i = 0; i < n; i++)
        *line += left->p[i] == '\n';
    *left = span_of(left->p + n, left->n - n);
    return p;
}

static struct piece bad_piece(int line, const char *why)
{
    return (struct piece){.kind = PIECE_BAD, .line = line, .bad = why};
}

/* Length of a quoted text, its quotes included; 0 when it does not end. A doubled quote needs no care: it reads as two texts. */
static size_t quoted_length(struct span s, char quote, bool has_escapes)
{
    for (size_t i = 1; i < s.n; i++) {
        if (has_escapes && s.p[i] == '\\')
            i++;
        else if (s.p[i] == quote)
            return i + 1;
    }
    return 0;
}

/* Block comments nest in SQL. */
static size_t block_length(struct span s)
{
    int depth = 0;

    for (size_t i = 0; i + 1 < s.n; i++) {
        if (s.p[i] == '/' && s.p[i + 1] == '*')
            depth++, i++;
        else if (s.p[i] == '*' && s.p[i + 1] == '/' && (i++, --depth == 0))
            return i + 1;
    }
    return 0;
}

static struct piece param_piece(struct span *left, int *line)
{
    size_t n = 1;

    while (n < left->n && is_name_char(left->p[n]))
        n++;
    if (n < left->n && left->p[n] == '$')
        return bad_piece(*line, "dollar quoting is not supported");
    if (!is_name(span_of(left->p + 1, n - 1)))
        return bad_piece(*line, "after $ comes a parameter's name");
    struct piece p = take_piece(left, line, PIECE_PARAM, n);
    p.text = span_of(p.text.p + 1, n - 1);
    return p;
}

/* Length of the plain text up to what needs another treatment. */
static size_t plain_length(struct span s)
{
    size_t n = 0;

    while (n < s.n && !memchr("'\"$;", s.p[n], 4)) {
        struct span rest = span_of(s.p + n, s.n - n);
        if (starts_with(rest, "--") || starts_with(rest, "/*"))
            break;
        n++;
    }
    return n;
}

struct piece sql_piece(struct span *left, int *line)
{
    size_t n = plain_length(*left);

    if (left->n == 0)
        return (struct piece){.kind = PIECE_END, .line = *line};
    /* E'…' has backslashes; the letter stays with its text */
    bool has_escapes = n > 0 && n < left->n && left->p[n] == '\'' &&
                       (left->p[n - 1] | 0x20) == 'e' &&
                       (n == 1 || !(isalnum(left->p[n - 2]) || left->p[n - 2] == '_'));
    if (has_escapes) {
        size_t length = quoted_length(span_of(left->p + n, left->n - n), '\'', true);
        return length ? take_piece(left, line, PIECE_TEXT, n + length)
                      : bad_piece(*line, "the quoted text does not end");
    }
    if (n > 0) {
        bool runs_on =
            n < left->n && left->p[n] == '$' && (isalnum(left->p[n - 1]) || left->p[n - 1] == '_');
        return runs_on ? bad_piece(*line, "a name must not contain $")
                       : take_piece(left, line, PIECE_TEXT, n);
    }
    if (left->p[0] == '$')
        return param_piece(left, line);
    if (left->p[0] == ';')
        return take_piece(left, line, PIECE_STOP, 1);
    if (starts_with(*left, "--")) {
        struct span rest = *left;
        return take_piece(left, line, PIECE_COMMENT, cut(&rest, '\n').n);
    }
    if (left->p[0] == '/') {
        n = block_length(*left);
        return n ? take_piece(left, line, PIECE_COMMENT, n)
                 : bad_piece(*line, "the comment does not end");
    }
    n = quoted_length(*left, (char)left->p[0], false);
    return n ? take_piece(left, line, PIECE_TEXT, n)
             : bad_piece(*line, "the quoted text does not end");
}

/* ---- C ---- */

static const struct {
    const char *kind, *type;
} C_OF[KIND_N] = {
    [K_UUID] = {"K_UUID", "struct uuid"}, [K_AGENCY] = {"K_AGENCY", "struct agency_id"},
    [K_TEXT] = {"K_TEXT", "struct span"}, [K_BYTES] = {"K_BYTES", "struct span"},
    [K_I64] = {"K_I64", "int64_t"},       [K_TIME] = {"K_TIME", "int64_t"},
    [K_ENUM] = {"K_ENUM", "int64_t"},     [K_BOOL] = {"K_BOOL", "bool"},
};

static void emit_struct(FILE *to, struct span name, const char *suffix, const struct gen_fields *f)
{
    fprintf(to, "struct q_%.*s%s {\n", TEXT_OF(name), suffix);
    for (size_t i = 0; i < f->n; i++) {
        const struct gen_field *v = &f->v[i];
        const char *type = C_OF[v->kind].type;
        fprintf(to, "    bool has_%.*s;\n", TEXT_OF(v->name));
        if (v->is_list)
            fprintf(to, "    struct {\n        const %s *v;\n        size_t n;\n    } %.*s;\n",
                    type, TEXT_OF(v->name));
        else
            fprintf(to, "    %s %.*s;\n", type, TEXT_OF(v->name));
    }
    fputs("};\n", to);
}

static void emit_call(FILE *to, const struct gen_query *q)
{
    static const char *const RET[] = {[GEN_EXEC] = "", [GEN_ONE] = "_row", [GEN_MANY] = "_rows"};

    fprintf(to, "MUST_CHECK static inline enum status q_%.*s(struct tx *tx", TEXT_OF(q->name));
    if (q->in.n > 0)
        fprintf(to, ", const struct q_%.*s *in", TEXT_OF(q->name));
    if (q->mode != GEN_EXEC)
        fprintf(to, ", struct q_%.*s%s *ret", TEXT_OF(q->name), RET[q->mode]);
    fprintf(to, ")\n{\n    return tx_queue(tx, &QUERY_%.*s, %s, %s);\n}\n", TEXT_OF(q->name),
            q->in.n > 0 ? "in" : "NULL", q->mode != GEN_EXEC ? "ret" : "NULL");
}

bool emit_header(const struct gen *g, FILE *to)
{
    fprintf(to, "/* Generated by sqlgen from the named queries of %s. */\n", g->service);
    fprintf(
        to,
        "#ifndef KM_Q_%s_H\n#define KM_Q_%s_H\n\n#include \"db/query.h\"\n#include \"db/tx.h\"\n",
        g->service, g->service);
    for (size_t i = 0; i < g->n; i++) {
        const struct gen_query *q = &g->query[i];
        fputc('\n', to);
        if (q->in.n > 0)
            emit_struct(to, q->name, "", &q->in);
        if (q->mode != GEN_EXEC)
            emit_struct(to, q->name, "_row", &q->out);
        if (q->mode == GEN_MANY)
            fprintf(to,
                    "struct q_%.*s_rows {\n    const struct q_%.*s_row *v;\n    size_t n;\n};\n",
                    TEXT_OF(q->name), TEXT_OF(q->name));
        fprintf(to, "extern const struct query QUERY_%.*s;\n", TEXT_OF(q->name));
        emit_call(to, q);
    }
    fprintf(to,
            "\n/* Every query above, NULL-terminated. */\nextern const struct query *const "
            "QUERIES_%s[];\n\n#endif\n",
            g->service);
    return !ferror(to);
}

/* One byte inside a C string; `?` is escaped because two of them begin a trigraph. */
static void emit_byte(FILE *to, int c)
{
    if (c == '\n')
        fputs("\\n\"\n    \"", to);
    else if (c == '"' || c == '\\' || c == '?')
        fprintf(to, "\\%c", c);
    else if (c == '\t')
        fputs("\\t", to);
    else if (c < 0x20 || c == 0x7f)
        fprintf(to, "\\%03o", (unsigned)c);
    else
        fputc(c, to);
}

static void emit_sql(FILE *to, const struct gen_query *q)
{
    struct span left = q->sql;
    int line = q->sql_line;

    fprintf(to, "static const char SQL_%.*s[] =\n    \"", TEXT_OF(q->name));
    for (struct piece p = sql_piece(&left, &line); p.kind != PIECE_END;
         p = sql_piece(&left, &line)) {
        if (p.kind == PIECE_PARAM)
            fprintf(to, "$%d", fields_find(&q->in, p.text) + 1);
        else if (p.kind == PIECE_COMMENT)
            fputc(' ', to);
        for (size_t i = 0; p.kind == PIECE_TEXT && i < p.text.n; i++)
            emit_byte(to, p.text.p[i]);
    }
    fputs("\";\n", to);
}

static void emit_shape(FILE *to, const struct gen_query *q, const char *word, const char *suffix,
                       const struct gen_fields *f)
{
    if (f->n > 0)
        fprintf(to, "static const struct field %s_FIELDS_%.*s[] = {\n", word, TEXT_OF(q->name));
    for (size_t i = 0; i < f->n; i++) {
        const struct gen_field *v = &f->v[i];
        fprintf(to,
                "    {.name = \"%.*s\", .kind = %s, .offset = offsetof(struct q_%.*s%s, %.*s),\n",
                TEXT_OF(v->name), C_OF[v->kind].kind, TEXT_OF(q->name), suffix, TEXT_OF(v->name));
        fprintf(to, "     .has_offset = offsetof(struct q_%.*s%s, has_%.*s)", TEXT_OF(q->name),
                suffix, TEXT_OF(v->name));
        fprintf(to, "%s%s", v->is_optional ? ", .is_optional = true" : "",
                v->is_list ? ", .is_list = true" : "");
        if (v->kind == K_ENUM)
            fprintf(to, ", .words = words_%.*s", TEXT_OF(v->list));
        fputs(", .prose = \"\"},\n", to);
    }
    fputs(f->n > 0 ? "};\n" : "", to);
    fprintf(to, "static const struct shape %s_%.*s = {.name = \"q_%.*s%s\", .prose = \"\"", word,
            TEXT_OF(q->name), TEXT_OF(q->name), suffix);
    if (f->n > 0)
        fprintf(to, ", .size = sizeof(struct q_%.*s%s),\n    .field = %s_FIELDS_%.*s, .n = %zu",
                TEXT_OF(q->name), suffix, word, TEXT_OF(q->name), f->n);
    fputs("};\n", to);
}

static void emit_query(FILE *to, const struct gen_query *q)
{
    static const char *const MODE[] = {
        [GEN_EXEC] = "QUERY_EXEC", [GEN_ONE] = "QUERY_ONE", [GEN_MANY] = "QUERY_MANY"};

    fputc('\n', to);
    emit_sql(to, q);
    emit_shape(to, q, "IN", "", &q->in);
    if (q->mode != GEN_EXEC)
        emit_shape(to, q, "OUT", "_row", &q->out);
    fprintf(
        to,
        "const struct query QUERY_%.*s = {.name = \"%.*s\", .sql = SQL_%.*s,\n    .in = &IN_%.*s, ",
        TEXT_OF(q->name), TEXT_OF(q->name), TEXT_OF(q->name), TEXT_OF(q->name));
    if (q->mode != GEN_EXEC)
        fprintf(to, ".out = &OUT_%.*s, ", TEXT_OF(q->name));
    fprintf(to, ".mode = %s, .count = %lld", MODE[q->mode], (long long)q->count);
    if (q->plan.n > 0)
        fprintf(to, ", .uses_index = \"%.*s\"", TEXT_OF(q->plan));
    fputs("};\n", to);
}

bool emit_source(const struct gen *g, const char *header, FILE *to)
{
    fprintf(to, "/* Generated by sqlgen from the named queries of %s. */\n#include \"%s\"\n\n",
            g->service, header);
    fputs("#include <stddef.h>\n\n#include \"wire/words.h\"\n\n", to);
    fputs("/* A statement may be longer than what C promises to every compiler. */\n", to);
    fputs("#pragma GCC diagnostic ignored \"-Woverlength-strings\"\n", to);
    for (size_t i = 0; i < g->n; i++)
        emit_query(to, &g->query[i]);
    fprintf(to, "\nconst struct query *const QUERIES_%s[] = {\n", g->service);
    for (size_t i = 0; i < g->n; i++)
        fprintf(to, "    &QUERY_%.*s,\n", TEXT_OF(g->query[i].name));
    fputs("    NULL,\n};\n", to);
    return !ferror(to);
}
