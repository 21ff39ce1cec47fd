/* What an error of the server means here, and what may be said about it: the SQLSTATE, the name of the statement and of the
 * constraint. The server's own text can quote rows, so it is never repeated; class 42 (syntax and names) quotes only the SQL
 * itself, and is, when that SQL is ours. */
#include "internal.h"

#include <stdlib.h>

static const struct {
    const char *prefix;
    enum status status;
} MEANS[] = {
    {"23505", CONFLICT},    {"23P01", CONFLICT},    {"40001", UNAVAILABLE}, {"40P01", UNAVAILABLE},
    {"55P03", UNAVAILABLE}, {"57014", UNAVAILABLE}, {"08", UNAVAILABLE},    {"57P0", UNAVAILABLE},
    {"53", UNAVAILABLE},    {"25006", UNAVAILABLE}, /* the primary became a standby under us */
    {"23514", INVALID},     {"23503", INVALID},     {"22", INVALID},        {"42501", DENIED},
};

enum status status_of_sqlstate(const char *state)
{
    for (size_t i = 0; state && i < COUNT(MEANS); i++)
        if (strncmp(state, MEANS[i].prefix, strlen(MEANS[i].prefix)) == 0)
            return MEANS[i].status;
    return INTERNAL;
}

static const char *diag(const struct pg_result *r, int what)
{
    const char *text = PQresultErrorField(r, what);
    return text ? text : "";
}

bool result_ends_connection(const struct pg_result *r)
{
    const char *severity = diag(r, PG_DIAG_SEVERITY_NONLOCALIZED);

    return strcmp(severity, "FATAL") == 0 || strcmp(severity, "PANIC") == 0 ||
           strcmp(diag(r, PG_DIAG_SQLSTATE), "25006") == 0;
}

static enum status status_of(const struct pg_result *r)
{
    const char *state = diag(r, PG_DIAG_SQLSTATE);

    /* libpq makes results without a SQLSTATE itself, when the connection is gone */
    return !*state || result_ends_connection(r) ? UNAVAILABLE : status_of_sqlstate(state);
}

enum status result_failed(struct scope *s, const struct pg_result *r, const char *what)
{
    const char *constraint = diag(r, PG_DIAG_CONSTRAINT_NAME);

    return fail(s, status_of(r), "データベースが受け付けませんでした（%s、SQLSTATE %s%s%s）",
                "the database refused (%s, SQLSTATE %s%s%s)", what, diag(r, PG_DIAG_SQLSTATE),
                *constraint ? " " : "", constraint);
}

/* Line of the character position the server reports (counted in characters, from 1); 0 when it gives none. */
static int line_of(const char *sql, const char *position)
{
    long at = strtol(position, NULL, 10);
    int line = 1;

    if (at <= 0)
        return 0;
    for (const char *p = sql; *p && at > 1; p++) {
        if (((unsigned char)p[1] & 0xc0) != 0x80)
            at--;
        if (*p == '\n')
            line++;
    }
    return line;
}

enum status script_failed(struct scope *s, const struct pg_result *r, const char *what,
                          const char *sql)
{
    const char *state = diag(r, PG_DIAG_SQLSTATE);
    const char *constraint = diag(r, PG_DIAG_CONSTRAINT_NAME);
    const char *text = strncmp(state, "42", 2) == 0 ? diag(r, PG_DIAG_MESSAGE_PRIMARY) : constraint;

    return fail(s, status_of(r), "SQL を実行できません（%s、SQLSTATE %s、%d 行目）%s",
                "SQL cannot be run (%s, SQLSTATE %s, line %d) %s", what, state,
                line_of(sql, diag(r, PG_DIAG_STATEMENT_POSITION)), text);
}
