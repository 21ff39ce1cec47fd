/* A row is folded, cut into compounds, and indexed under a key of this run before the next is read; what stays is nothing a
 * name could be read from. */
#include <stdlib.h>

#include "match.h"
#include "people/normal.h"
#include "rows.h"

enum { ROW_CAP = 1 << 20, BAD_SHOWN = 100 };

enum column {
    COL_ID,
    COL_LABEL,
    COL_NAME,
    COL_KANA,
    COL_ALIAS,
    COL_ALIAS_KANA,
    COL_FORMER,
    COL_BIRTH,
    COL_PHONE,
    COL_ADDRESS,
    COL_FAMILY,
    COL_GIVEN,
    COL_FAMILY_KANA,
    COL_GIVEN_KANA,
    COL_N
};

/* Names a column may have, separated by blanks. */
static const char *const COLUMNS[COL_N] = {
    [COL_ID] = "id record_id rec_id 番号 記録番号",
    [COL_LABEL] = "person_id label entity_id cluster_id 人物番号 正解",
    [COL_NAME] = "name full_name 氏名 名前",
    [COL_KANA] = "kana name_kana ふりがな フリガナ かな カナ 氏名かな 氏名カナ 氏名ふりがな 氏名フリガナ",
    [COL_ALIAS] = "alias 通称 通称名",
    [COL_ALIAS_KANA] = "alias_kana 通称かな 通称カナ 通称ふりがな",
    [COL_FORMER] = "former former_name maiden_name 旧姓 旧氏 旧姓・旧氏",
    [COL_BIRTH] = "birth_date date_of_birth birthday birth dob 生年月日",
    [COL_PHONE] = "phone tel telephone 電話 電話番号",
    [COL_ADDRESS] = "address 住所",
    [COL_FAMILY] = "family family_name surname 姓 氏",
    [COL_GIVEN] = "given given_name 名",
    [COL_FAMILY_KANA] = "family_kana 姓かな 姓カナ セイ せい",
    [COL_GIVEN_KANA] = "given_kana 名かな 名カナ メイ めい",
};

struct columns {
    int at[COL_N]; /* −1: the file has none */
    size_t n;      /* cells of the header */
};

static struct span trimmed(struct span text)
{
    while (text.n && (text.p[0] == ' ' || text.p[0] == '\t')) {
        text.p++;
        text.n--;
    }
    while (text.n && (text.p[text.n - 1] == ' ' || text.p[text.n - 1] == '\t'))
        text.n--;
    return text;
}

/* Is one of the blank-separated words. */
static bool is_among(struct span name, const char *words)
{
    size_t n;

    for (; *words; words += n + (words[n] == ' ')) {
        n = strcspn(words, " ");
        if (span_eq(name, span_of(words, n)))
            return true;
    }
    return false;
}

static enum status read_header(struct scope *s, const struct rows *in, struct columns *ret_columns)
{
    struct columns c = {.n = in->cell_n};

    for (size_t k = 0; k < COL_N; k++) {
        c.at[k] = -1;
        for (size_t i = 0; i < in->cell_n; i++) {
            if (!is_among(trimmed(in->cell[i]), COLUMNS[k]))
                continue;
            if (c.at[k] >= 0)
                return fail(s, INVALID, "1行目に同じ意味の列が2つあります（%d 列目と %zu 列目）",
                            "the first line names the same thing twice (columns %d and %zu)", c.at[k] + 1, i + 1);
            c.at[k] = (int)i;
        }
    }
    bool has_name = c.at[COL_NAME] >= 0 || (c.at[COL_FAMILY] >= 0 && c.at[COL_GIVEN] >= 0);
    bool has_kana = c.at[COL_KANA] >= 0 || (c.at[COL_FAMILY_KANA] >= 0 && c.at[COL_GIVEN_KANA] >= 0);
    if (!has_name && !has_kana)
        return fail(s, INVALID, "1行目に氏名（name）もふりがな（kana）もありません",
                    "the first line names neither name nor kana");
    *ret_columns = c;
    return OK;
}

static struct span cell(const struct rows *in, const struct columns *c, enum column column)
{
    return c->at[column] < 0 ? (struct span){0} : trimmed(in->cell[c->at[column]]);
}

/* A name in one cell, or its two halves with a blank between them. */
static struct span whole(struct scope *s, const struct rows *in, const struct columns *c, enum column name, enum column family,
                         enum column given)
{
    struct span one = cell(in, c, name), a = cell(in, c, family), b = cell(in, c, given);

    if (one.n || (!a.n && !b.n))
        return one;
    return span_str(scope_print(s, "%.*s %.*s", (int)a.n, a.n ? (const char *)a.p : "", (int)b.n, b.n ? (const char *)b.p : ""));
}

/* Room for one more row and its identifier. */
static enum status make_room(struct scope *s, struct match *m)
{
    enum { FIRST = 1024 };

    if (m->row_n == m->row_cap) {
        size_t cap = m->row_cap ? 2 * m->row_cap : FIRST;
        struct match_row *row = reallocarray(m->row, cap, sizeof *row);
        if (!row)
            return fail(s, UNAVAILABLE, "メモリが足りません", "out of memory");
        m->row = row;
        m->row_cap = cap;
    }
    if (m->ids_n + MATCH_ID_MAX + 1 > m->ids_cap) {
        size_t cap = m->ids_cap ? 2 * m->ids_cap : (size_t)FIRST * 8;
        char *ids = realloc(m->ids, cap);
        if (!ids)
            return fail(s, UNAVAILABLE, "メモリが足りません", "out of memory");
        m->ids = ids;
        m->ids_cap = cap;
    }
    return OK;
}

/* The identifier as it will be printed: without control characters. A row without one is known by its line. */
static void put_id(struct match *m, struct span id, size_t line)
{
    char *to = m->ids + m->ids_n;

    m->row[m->row_n].id_at = m->ids_n;
    if (id.n == 0) {
        m->ids_n += (size_t)snprintf(to, MATCH_ID_MAX, "line%zu", line) + 1;
        return;
    }
    for (size_t i = 0; i < id.n; i++) {
        bool is_control = id.p[i] < 0x20 || id.p[i] == 0x7f || (id.p[i] == 0xc2 && i + 1 < id.n && id.p[i + 1] < 0xa0);
        to[i] = is_control ? '?' : (char)id.p[i];
        if (is_control && id.p[i] == 0xc2)
            to[++i] = '?';
    }
    to[id.n] = '\0';
    m->ids_n += id.n + 1;
}

static enum status add_row(struct scope *s, struct match *m, const struct rows *in, const struct columns *c,
                           const struct secret *key)
{
    struct person_fields f = {.alias = cell(in, c, COL_ALIAS),
                              .alias_kana = cell(in, c, COL_ALIAS_KANA),
                              .former_name = cell(in, c, COL_FORMER),
                              .birth_date = cell(in, c, COL_BIRTH),
                              .phone = cell(in, c, COL_PHONE),
                              .address = cell(in, c, COL_ADDRESS)};
    struct span id = cell(in, c, COL_ID), label = cell(in, c, COL_LABEL);
    struct compound list[COMPOUNDS_MAX];
    struct people_token tokens[COMPOUNDS_MAX];
    struct birth birth;
    size_t n;

    if (in->cell_n != c->n)
        return fail(s, INVALID, "列が %zu 個あります（%zu 個のはず）", "%zu cells where %zu are expected", in->cell_n, c->n);
    if (id.n > MATCH_ID_MAX)
        return fail(s, INVALID, "id は %d バイトまでです", "an id has at most %d bytes", MATCH_ID_MAX);
    f.name = whole(s, in, c, COL_NAME, COL_FAMILY, COL_GIVEN);
    f.kana = whole(s, in, c, COL_KANA, COL_FAMILY_KANA, COL_GIVEN_KANA);
    TRY(people_compounds(s, &f, list, &n));
    TRY(make_room(s, m));
    people_tokens(key, list, n, tokens);
    enum status st = people_book_add(m->book, tokens, n);
    if (st == TOO_LARGE)
        return fail(s, UNSUPPORTED, "行が多すぎます（%d 行まで）", "too many rows (at most %d)", BOOK_RECORDS_MAX);
    TRY(st);
    put_id(m, id, in->line);
    struct match_row *row = &m->row[m->row_n++];
    row->is_labelled = label.n > 0;
    blind_index(key, "label", label, row->label);
    m->has_labels |= row->is_labelled;
    m->unfindable += n == 0;
    m->unreadable_dates += f.birth_date.n && people_fold_birth(f.birth_date, &birth) != OK;
    return OK;
}

/* A line that is left out: its number and why, never what stands in it. */
static void name_bad(struct match *m, size_t line, enum status st, const struct why *why)
{
    const struct status_trait *trait = status_trait(st);

    if (m->bad++ < BAD_SHOWN)
        fprintf(stderr, "%zu 行目: %s / line %zu: %s\n", line, why->ja[0] ? why->ja : trait->title_ja, line,
                why->en[0] ? why->en : trait->title_en);
    else if (m->bad == BAD_SHOWN + 1)
        fputs("ほかにもあります / and more\n", stderr);
}

static enum status read_rows(struct scope *s, struct match *m, struct rows *in, const struct secret *key)
{
    AUTO(scope) row = scope_new(ROW_CAP, s->entropy);
    struct columns c;
    enum status st;

    if (!row)
        return fail(s, UNAVAILABLE, "メモリが足りません", "out of memory");
    st = rows_next(in);
    if (st != OK)
        return fail(s, INVALID, "1行目（列の名前）を読めません", "the first line, the columns' names, cannot be read");
    TRY(read_header(s, in, &c));
    while ((st = rows_next(in)) != NOT_FOUND) {
        if (st == UNAVAILABLE)
            return fail(s, UNAVAILABLE, "ファイルを読めません", "the file cannot be read");
        if (st == OK)
            st = add_row(row, m, in, &c, key);
        if (st == UNAVAILABLE || st == UNSUPPORTED) {
            s->why = row->why;
            return st == UNSUPPORTED ? TOO_LARGE : st;
        }
        if (st != OK)
            name_bad(m, in->line, st, &row->why);
        scope_reset(row);
    }
    return OK;
}

enum status match_read(struct scope *s, struct match *m, FILE *from, const struct secret *key)
{
    struct rows *in = SCOPE_NEW(s, struct rows);

    if (!in)
        return fail(s, TOO_LARGE, "メモリが足りません", "out of memory");
    rows_open(in, from);
    return read_rows(s, m, in, key);
}
