/* sqlgen <service> <in.sql> <out.h> <out.c>: named queries to typed C, at build time. A file is either understood whole or
 * refused with its name and line: every parameter is declared and used, every list bounded, every name one thing only, so that
 * what the compiler then sees is what the database will be asked. */
#include "sqlgen.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>

enum { FILE_MAX = 4 << 20, NAME_MAX_LEN = 48 };

static const char *const LISTS[] = {
#define WORDS(list, prose) #list,
#define WORD(list, name, text, ja)
#define WORDS_END(list)
#include "wire/words.def"
#undef WORDS
#undef WORD
#undef WORDS_END
};

static const struct {
    const char *word;
    enum kind kind;
} TYPES[] = {
    {"uuid", K_UUID}, {"agency", K_AGENCY}, {"text", K_TEXT}, {"bytes", K_BYTES},
    {"i64", K_I64},   {"time", K_TIME},     {"bool", K_BOOL},
};

/* Names that C would not take for a member. */
static const char *const RESERVED[] = {
    "auto",    "break",  "case",     "char",   "const",    "continue", "default",
    "do",      "double", "else",     "enum",   "extern",   "float",    "for",
    "goto",    "if",     "inline",   "int",    "long",     "register", "restrict",
    "return",  "short",  "signed",   "sizeof", "static",   "struct",   "switch",
    "typedef", "union",  "unsigned", "void",   "volatile", "while",    "bool",
    "true",    "false",  "asm",      "typeof", "linux",    "unix",
};

static bool __attribute__((format(printf, 3, 4)))
bad(const struct gen *g, int line, const char *fmt, ...)
{
    va_list args;

    fprintf(stderr, "%s:%d: ", g->path, line);
    va_start(args, fmt);
    vfprintf(stderr, fmt, args);
    va_end(args);
    fputc('\n', stderr);
    return false;
}

#define TEXT_OF(s) (int)(s).n, (const char *)(s).p

static struct span trim(struct span s)
{
    while (s.n > 0 && isspace(s.p[0]))
        s = span_of(s.p + 1, s.n - 1);
    while (s.n > 0 && isspace(s.p[s.n - 1]))
        s.n--;
    return s;
}

/* Up to the first `stop`, which is dropped; all of it when there is none. */
struct span cut(struct span *left, char stop)
{
    const uint8_t *at = left->n > 0 ? memchr(left->p, stop, left->n) : NULL;
    size_t n = at ? (size_t)(at - left->p) : left->n;
    struct span front = span_of(left->p, n);

    *left = at ? span_of(at + 1, left->n - n - 1) : span_of(left->p + n, 0);
    return front;
}

bool starts_with(struct span s, const char *prefix)
{
    size_t n = strlen(prefix);
    return s.n >= n && memcmp(s.p, prefix, n) == 0;
}

static bool ends_with(struct span s, const char *suffix)
{
    size_t n = strlen(suffix);
    return s.n >= n && memcmp(s.p + s.n - n, suffix, n) == 0;
}

bool is_name_char(int c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

bool is_name(struct span s)
{
    if (s.n == 0 || s.n > NAME_MAX_LEN || s.p[0] < 'a' || s.p[0] > 'z')
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (!is_name_char(s.p[i]))
            return false;
    for (size_t i = 0; i < COUNT(RESERVED); i++)
        if (span_is(s, RESERVED[i]))
            return false;
    return true;
}

static bool parse_number(struct span s, int64_t most, int64_t *ret)
{
    int64_t v = 0;

    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9' || v > most)
            return false;
        v = v * 10 + (s.p[i] - '0');
    }
    *ret = v;
    return s.n > 0 && v <= most;
}

int fields_find(const struct gen_fields *f, struct span name)
{
    for (size_t i = 0; i < f->n; i++)
        if (span_eq(f->v[i].name, name))
            return (int)i;
    return -1;
}

/* ---- SQL ---- */

/* The statement at the front of `left`, up to its `;`, with every parameter found among the declared ones. */
static bool parse_sql(const struct gen *g, struct gen_query *q, struct span *left, int *line)
{
    const uint8_t *start = left->p;

    q->sql_line = *line;
    for (;;) {
        struct piece p = sql_piece(left, line);
        if (p.kind == PIECE_BAD)
            return bad(g, p.line, "%s", p.bad);
        if (p.kind == PIECE_END)
            return bad(g, q->line, "query %.*s has no ; at its end", TEXT_OF(q->name));
        if (p.kind == PIECE_STOP) {
            q->sql = trim(span_of(start, (size_t)(p.text.p - start)));
            break;
        }
        int at = p.kind == PIECE_PARAM ? fields_find(&q->in, p.text) : 0;
        if (at < 0)
            return bad(g, p.line, "parameter $%.*s is not declared", TEXT_OF(p.text));
        if (p.kind == PIECE_PARAM)
            q->in.v[at].is_used = true;
    }
    struct span rest = trim(cut(left, '\n'));
    if (rest.n > 0 && !starts_with(rest, "--"))
        return bad(g, *line, "something follows the ; of query %.*s", TEXT_OF(q->name));
    ++*line;
    for (size_t i = 0; i < q->in.n; i++)
        if (!q->in.v[i].is_used)
            return bad(g, q->in.v[i].line, "parameter %.*s is not used", TEXT_OF(q->in.v[i].name));
    return true;
}

/* ---- annotations ---- */

static bool parse_type(const struct gen *g, struct span type, int line, struct gen_field *f)
{
    struct span whole = type;

    f->is_optional = ends_with(type, "?");
    type.n -= f->is_optional;
    f->is_list = ends_with(type, "[]");
    type.n -= f->is_list ? 2 : 0;
    for (size_t i = 0; i < COUNT(TYPES); i++) {
        if (span_is(type, TYPES[i].word)) {
            f->kind = TYPES[i].kind;
            return true;
        }
    }
    if (starts_with(type, "enum(") && ends_with(type, ")")) {
        f->kind = K_ENUM;
        f->list = span_of(type.p + 5, type.n - 6);
        for (size_t i = 0; i < COUNT(LISTS); i++)
            if (span_is(f->list, LISTS[i]))
                return true;
        return bad(g, line, "unknown code list %.*s", TEXT_OF(f->list));
    }
    return bad(g, line, "unknown type %.*s", TEXT_OF(whole));
}

/* "id uuid, note text?" added to `f`. */
static bool parse_fields(const struct gen *g, struct span text, int line, struct gen_fields *f)
{
    bool is_more = true;

    while (is_more) {
        is_more = memchr(text.p, ',', text.n) != NULL;
        struct span type = trim(cut(&text, ','));
        if (type.n == 0 && !is_more && f->n > 0)
            return true; /* a comma at the end of a line that is continued */
        struct gen_field field = {.name = cut(&type, ' '), .line = line};
        if (!is_name(field.name))
            return bad(g, line, "%.*s is no name of a field", TEXT_OF(field.name));
        if (fields_find(f, field.name) >= 0)
            return bad(g, line, "%.*s is declared twice", TEXT_OF(field.name));
        if (!parse_type(g, trim(type), line, &field))
            return false;
        if (f->n == FIELDS_MAX)
            return bad(g, line, "more than %d fields", FIELDS_MAX);
        f->v[f->n++] = field;
    }
    return true;
}

static bool parse_mode(const struct gen *g, struct gen_query *q, struct span mode,
                       struct span count)
{
    q->count = -1;
    if (span_is(mode, ":exec") && (count.n == 0 || parse_number(count, ROWS_MAX, &q->count)))
        q->mode = GEN_EXEC;
    else if (span_is(mode, ":one") && count.n == 0)
        q->mode = GEN_ONE;
    else if (span_is(mode, ":many") && parse_number(count, ROWS_MAX, &q->count) && q->count > 0)
        q->mode = GEN_MANY;
    else
        return bad(g, q->line,
                   "after the name comes :exec, :exec N, :one or :many N (N at most %d)", ROWS_MAX);
    return true;
}

/* One of two queries has the name that the other's struct of rows gets. */
static bool is_rows_of(struct span a, struct span b)
{
    struct span rows = a.n > b.n ? a : b;
    struct span base = a.n > b.n ? b : a;

    if (base.n == rows.n || memcmp(rows.p, base.p, base.n) != 0)
        return false;
    rows = span_of(rows.p + base.n, rows.n - base.n);
    return span_is(rows, "_row") || span_is(rows, "_rows");
}

static bool parse_name(struct gen *g, struct span text, int line)
{
    struct gen_query *q = &g->query[g->n];

    if (g->n == QUERIES_MAX)
        return bad(g, line, "more than %d queries", QUERIES_MAX);
    q->line = line;
    q->name = cut(&text, ' ');
    if (!is_name(q->name))
        return bad(g, line, "%.*s is no name of a query", TEXT_OF(q->name));
    if (span_is(q->name, "begin") || span_is(q->name, "commit") || span_is(q->name, "rollback"))
        return bad(g, line, "%.*s is taken by transaction control", TEXT_OF(q->name));
    for (size_t i = 0; i < g->n; i++) {
        const struct gen_query *other = &g->query[i];
        if (span_eq(other->name, q->name) || is_rows_of(other->name, q->name))
            return bad(g, line, "query %.*s exists already, on line %d, or is called as its rows",
                       TEXT_OF(q->name), other->line);
    }
    text = trim(text);
    struct span mode = cut(&text, ' ');
    g->n++;
    return parse_mode(g, q, mode, trim(text));
}

/* The query that waits for its SQL; NULL between two queries. */
static struct gen_query *open_query(const struct gen *g)
{
    return g->n > 0 && g->query[g->n - 1].sql_line == 0 ? &g->query[g->n - 1] : NULL;
}

/* One comment line: an annotation, or nothing to us. */
static bool parse_comment(struct gen *g, struct span text, int line)
{
    struct gen_query *q = open_query(g);
    const uint8_t *note = memmem(text.p, text.n, "--", 2);

    if (note)
        text.n = (size_t)(note - text.p);
    struct span rest = trim(text);
    struct span word = cut(&rest, ':');
    bool is_in = span_is(word, "in"), is_out = span_is(word, "out"),
         is_plan = span_is(word, "plan");
    rest = trim(rest);
    if (span_is(word, "name"))
        return q ? bad(g, q->line, "query %.*s has no SQL", TEXT_OF(q->name))
                 : parse_name(g, rest, line);
    if (!is_in && !is_out && !is_plan)
        return true;
    if (!q)
        return bad(g, line, "%.*s: belongs after a name:", TEXT_OF(word));
    if (!is_plan)
        return parse_fields(g, rest, line, is_in ? &q->in : &q->out);
    q->plan = rest;
    return is_name(rest) || bad(g, line, "%.*s is no name of an index", TEXT_OF(rest));
}

static bool check_query(const struct gen *g, const struct gen_query *q)
{
    if (q->sql.n == 0)
        return bad(g, q->sql_line, "query %.*s has no SQL", TEXT_OF(q->name));
    if (q->mode == GEN_EXEC && q->out.n > 0)
        return bad(g, q->line, "query %.*s is :exec and gives no columns", TEXT_OF(q->name));
    if (q->mode != GEN_EXEC && q->out.n == 0)
        return bad(g, q->line, "query %.*s declares no columns", TEXT_OF(q->name));
    return true;
}

static bool parse_file(struct gen *g)
{
    struct span left = g->text;

    for (int line = 1; left.n > 0;) {
        struct span after = left;
        struct span text = trim(cut(&after, '\n'));
        struct gen_query *q = open_query(g);
        if (text.n > 0 && !starts_with(text, "--")) {
            if (!q)
                return bad(g, line, "SQL without a name");
            if (!parse_sql(g, q, &left, &line) || !check_query(g, q))
                return false;
            continue;
        }
        if (text.n > 0 && !parse_comment(g, span_of(text.p + 2, text.n - 2), line))
            return false;
        left = after;
        line++;
    }
    const struct gen_query *q = open_query(g);
    return !q || bad(g, q->line, "query %.*s has no SQL", TEXT_OF(q->name));
}

/* ---- files ---- */

static bool read_file(struct gen *g)
{
    FILE *file = fopen(g->path, "re");
    char *text = file ? malloc(FILE_MAX + 1) : NULL;
    size_t n = text ? fread(text, 1, FILE_MAX + 1, file) : 0;
    bool is_read = text && !ferror(file) && n <= FILE_MAX;

    if (file)
        fclose(file);
    g->text = span_of(text, n);
    if (!is_read)
        return bad(g, 0, "cannot be read, or is over %d bytes", FILE_MAX);
    return !memchr(text, 0, n) || bad(g, 0, "holds a NUL byte");
}

/* Writes whole or not at all, so that a failed run leaves no file that looks up to date. */
static bool write_file(const struct gen *g, const char *path, const char *header)
{
    FILE *to = fopen(path, "we");

    if (!to)
        return bad(g, 0, "%s cannot be written", path);
    bool is_written = header ? emit_source(g, header, to) : emit_header(g, to);
    if (fclose(to) == 0 && is_written)
        return true;
    remove(path);
    return bad(g, 0, "%s cannot be written", path);
}

int main(int argc, char **argv)
{
    if (argc != 5) {
        fputs("usage: sqlgen <service> <in.sql> <out.h> <out.c>\n", stderr);
        return 2;
    }
    struct gen g = {
        .service = argv[1], .path = argv[2], .query = calloc(QUERIES_MAX, sizeof *g.query)};
    const char *slash = strrchr(argv[3], '/');
    bool is_done = g.query && read_file(&g);

    if (is_done && !is_name(span_str(g.service)))
        is_done = bad(&g, 0, "%s is no name of a service", g.service);
    is_done = is_done && parse_file(&g) && write_file(&g, argv[3], NULL) &&
              write_file(&g, argv[4], slash ? slash + 1 : argv[3]);
    free((void *)(uintptr_t)g.text.p);
    free(g.query);
    return is_done ? 0 : 1;
}
