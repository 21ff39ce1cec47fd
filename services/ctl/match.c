/* kashimaru match: which rows of a file are the same person, found as the services find it: by equal blind indexes under a key
 * that exists only for this run. Of the rows themselves nothing is printed but their ids. */
#include "match.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "ctl.h"

static const char *decision_ja(enum people_decision d)
{
    return d == PEOPLE_SAME_LIKELY ? "同じ人とみられる" : "同じ人かもしれない";
}

static void put_quoted(FILE *to, const char *text)
{
    fputc('"', to);
    for (; *text; text++) {
        if (*text == '"')
            fputc('"', to);
        fputc(*text, to);
    }
    fputc('"', to);
}

static void put_csv(FILE *to, const char *a, const char *b, const struct people_score *score)
{
    put_quoted(to, a);
    fputc(',', to);
    put_quoted(to, b);
    fprintf(to, ",%s,%.1f,\"", people_decision_word(score->decision), score->points / 10.0);
    for (size_t i = 0; i < score->reason_n; i++)
        fprintf(to, "%s%s (%+.1f)", i ? "; " : "", score->reason[i].ja, score->reason[i].points / 10.0);
    fputs("\",\"", to);
    for (size_t i = 0; i < score->reason_n; i++)
        fprintf(to, "%s%s (%+.1f)", i ? "; " : "", score->reason[i].en, score->reason[i].points / 10.0);
    fputs("\"\r\n", to);
}

static void put_text(FILE *to, const char *a, const char *b, const struct people_score *score)
{
    fprintf(to, "%s  %s  %s / %s  %.1f\n", a, b, decision_ja(score->decision), people_decision_word(score->decision),
            score->points / 10.0);
    for (size_t i = 0; i < score->reason_n; i++)
        fprintf(to, "    %+6.1f  %s / %s\n", score->reason[i].points / 10.0, score->reason[i].ja, score->reason[i].en);
}

void match_pair(void *ctx, size_t a, size_t b, const struct people_score *score)
{
    struct match *m = ctx;
    const struct match_row *x = &m->row[a], *y = &m->row[b];
    bool is_same = x->is_labelled && y->is_labelled && memcmp(x->label, y->label, BLIND_LEN) == 0;

    for (size_t level = score->decision == PEOPLE_SAME_LIKELY ? 0 : 1; level < MATCH_LEVELS; level++) {
        if (is_same)
            m->right[level]++;
        else
            m->wrong[level]++;
    }
    (m->as_csv ? put_csv : put_text)(m->to, m->ids + x->id_at, m->ids + y->id_at, score);
}

static int by_label(const void *a, const void *b)
{
    const struct match_row *x = a, *y = b;

    return x->is_labelled != y->is_labelled ? y->is_labelled - x->is_labelled : memcmp(x->label, y->label, BLIND_LEN);
}

/* Pairs of rows with the same label. Puts the rows in another order: only once all pairs are printed. */
static size_t true_pairs(const struct match *m)
{
    size_t sum = 0;

    qsort(m->row, m->row_n, sizeof *m->row, by_label);
    for (size_t i = 0, end; i < m->row_n && m->row[i].is_labelled; i = end) {
        for (end = i + 1; end < m->row_n && by_label(&m->row[i], &m->row[end]) == 0;)
            end++;
        sum += (end - i) * (end - i - 1) / 2;
    }
    return sum;
}

static double share(size_t part, size_t whole)
{
    return whole ? (double)part / (double)whole : 0;
}

void match_summary(const struct match *m)
{
    static const char *const LEVEL[MATCH_LEVELS] = {"同じ人とみられる / same_likely", "かもしれないを含む / possible or better"};
    size_t truth = m->has_labels && m->row_n ? true_pairs(m) : 0;

    printf("行 / rows %zu  組 / pairs %zu（%s %zu）\n", m->row_n, m->right[1] + m->wrong[1], decision_ja(PEOPLE_SAME_LIKELY),
           m->right[0] + m->wrong[0]);
    if (m->bad)
        printf("読めない行 / bad lines %zu\n", m->bad);
    if (m->unreadable_dates)
        printf("読めない生年月日 / unreadable birth dates %zu\n", m->unreadable_dates);
    if (m->unfindable)
        printf("比べる項目が足りない行 / rows with too little to compare %zu\n", m->unfindable);
    if (m->crowded)
        printf("%d 行を超えて同じ値なので使わなかった索引 / indexes shared by more than %d rows and left out %zu\n",
               BOOK_SAME_INDEX_MAX, BOOK_SAME_INDEX_MAX, m->crowded);
    if (!m->has_labels)
        return;
    printf("正解の組 / pairs by label %zu\n", truth);
    for (size_t i = 0; i < MATCH_LEVELS; i++) {
        double precision = share(m->right[i], m->right[i] + m->wrong[i]), recall = share(m->right[i], truth);
        double both = precision + recall;
        printf("%s\n  適合率 / precision %.4f  再現率 / recall %.4f  F1 %.4f（正 %zu 誤 %zu / right %zu wrong %zu）\n", LEVEL[i],
               precision, recall, both > 0 ? 2 * precision * recall / both : 0.0, m->right[i], m->wrong[i], m->right[i],
               m->wrong[i]);
    }
}

/* Opens what is read and written; what is written is closed to others. */
static enum status open_files(struct ctl *c, struct match *m, FILE **ret_from)
{
    const char *out = c->args.out;

    if (strcmp(c->args.word[1], "-") != 0 && !(*ret_from = fopen(c->args.word[1], "re")))
        return fail(c->s, errno == ENOENT ? NOT_FOUND : UNAVAILABLE, "%s を読めません（%s）", "cannot read %s (%s)",
                    c->args.word[1], strerrorname_np(errno));
    if (!out)
        return OK;
    int fd = open(out, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    m->as_csv = true;
    m->to = fd < 0 ? NULL : fdopen(fd, "w");
    if (!m->to) {
        int error = errno;
        if (fd >= 0)
            close(fd);
        return fail(c->s, UNAVAILABLE, "%s に書けません（%s）", "cannot write %s (%s)", out, strerrorname_np(error));
    }
    fputs("a,b,decision,bits,reasons_ja,reasons_en\r\n", m->to);
    return OK;
}

static enum status match(struct ctl *c, struct match *m, FILE **from)
{
    struct rlimit none = {0, 0};
    enum status st;

    /* names pass through here: no core file, no debugger of the same user */
    if (setrlimit(RLIMIT_CORE, &none) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 || seal_init() != OK)
        return fail(c->s, UNAVAILABLE, "プロセスを保護できません（ulimit -l）", "the process cannot be protected (ulimit -l)");
    AUTO(secret) key = secret_random(KEY_LEN);
    m->book = people_book_new();
    if (!key || !m->book)
        return fail(c->s, UNAVAILABLE, "メモリが足りません", "out of memory");
    TRY(open_files(c, m, from));
    TRY(match_read(c->s, m, *from, key));
    st = people_book_pairs(m->book, match_pair, m, &m->crowded);
    if (st != OK)
        return fail(c->s, st, "組が多すぎます", "too many pairs");
    if (fflush(m->to) != 0 || ferror(m->to))
        return fail(c->s, UNAVAILABLE, "結果を書けません", "the result cannot be written");
    match_summary(m);
    return fflush(stdout) == 0 && !ferror(stdout) ? OK
                                                  : fail(c->s, UNAVAILABLE, "結果を書けません", "the result cannot be written");
}

int run_match(struct ctl *c)
{
    struct match m = {.to = stdout};
    FILE *from = stdin;

    if (!c->args.is_csv || c->args.word_n != 2) {
        (void)fail(c->s, INVALID, "match には --csv FILE だけが要ります", "match takes --csv FILE");
        return ctl_misuse(c);
    }
    enum status st = match(c, &m, &from);
    if (from && from != stdin)
        fclose(from);
    if (m.to && m.to != stdout)
        fclose(m.to);
    people_book_free(m.book);
    free(m.row);
    free(m.ids);
    return st != OK ? ctl_say(c, st) : m.bad ? EXIT_REJECTED : EXIT_GOOD;
}
