/* A row is either whole or refused: quotes close, text is UTF-8, and one bad line costs that line and no other. */
#include "rows.h"

static const uint8_t MARK[] = {0xef, 0xbb, 0xbf}; /* of the byte order */

enum place { AT_START, IN_PLAIN, IN_QUOTES, AFTER_QUOTE };

struct reading {
    size_t n, cell_begins;
    enum place place;
    enum status st;
};

void rows_open(struct rows *c, FILE *from)
{
    c->from = from;
    c->line = c->lines = c->cell_n = 0;
}

static void end_cell(struct rows *c, struct reading *r)
{
    if (c->cell_n == CELLS_MAX) {
        r->st = INVALID;
        return;
    }
    c->cell[c->cell_n++] = span_of(c->row + r->cell_begins, r->n - r->cell_begins);
    r->cell_begins = r->n;
    r->place = AT_START;
}

static void put(struct rows *c, struct reading *r, int byte)
{
    if (r->n == ROW_MAX)
        r->st = TOO_LARGE;
    else
        c->row[r->n++] = (uint8_t)byte;
}

static void put_plain(struct rows *c, struct reading *r, int byte)
{
    r->place = IN_PLAIN;
    put(c, r, byte);
    if (c->line == 1 && c->cell_n == 0 && r->n == sizeof MARK && memcmp(c->row, MARK, sizeof MARK) == 0) {
        r->n = 0; /* a quote may follow it */
        r->place = AT_START;
    }
}

static void quote(struct rows *c, struct reading *r)
{
    switch (r->place) {
    case AT_START: r->place = IN_QUOTES; break;
    case AFTER_QUOTE: /* two of them are one */
        put(c, r, '"');
        r->place = IN_QUOTES;
        break;
    case IN_QUOTES: r->place = AFTER_QUOTE; break;
    case IN_PLAIN: r->st = INVALID;
    }
}

/* One byte; true when it ends the row. */
static bool step(struct rows *c, struct reading *r, int byte)
{
    if (byte == '"') {
        quote(c, r);
    } else if (r->place == IN_QUOTES) {
        put(c, r, byte);
    } else if (byte == ',' || byte == '\n') {
        end_cell(c, r);
        return byte == '\n';
    } else if (byte == '\r') {
        int next = getc(c->from);
        if (next != EOF)
            ungetc(next, c->from);
        if (next != '\n')
            r->st = INVALID;
    } else if (r->place == AFTER_QUOTE) {
        r->st = INVALID;
    } else {
        put_plain(c, r, byte);
    }
    return false;
}

/* One row, empty or not. What is refused ends at the next line end. */
static enum status read_row(struct rows *c)
{
    struct reading r = {.place = AT_START, .st = OK};
    bool is_over = false;
    int byte = EOF;

    c->cell_n = 0;
    c->line = c->lines + 1;
    while (!is_over && (byte = getc(c->from)) != EOF) {
        c->lines += byte == '\n';
        if (r.st == OK)
            is_over = step(c, &r, byte);
        else
            is_over = byte == '\n';
        if (r.st != OK && byte == '\n')
            is_over = true;
    }
    if (ferror(c->from))
        return UNAVAILABLE;
    if (r.st == OK && byte == EOF) {
        if (r.n == 0 && c->cell_n == 0 && r.place == AT_START)
            return NOT_FOUND;
        if (r.place == IN_QUOTES)
            return INVALID;
        end_cell(c, &r);
    }
    return r.st == OK && !span_is_utf8(span_of(c->row, r.n)) ? INVALID : r.st;
}

enum status rows_next(struct rows *c)
{
    enum status st;

    do
        st = read_row(c);
    while (st == OK && c->cell_n == 1 && c->cell[0].n == 0);
    return st;
}
