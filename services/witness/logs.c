/* Which logs are cosigned is a list that people may read and edit; a line that cannot be understood is refused, never passed over. */
#include "inside.h"

#include <stdio.h>

#include "base/disk.h"

static const char FILE_NAME[] = "logs";

enum { LOGS_FILE_MAX = 64 << 10 };

enum status log_line_read(struct scope *s, struct span line, struct note_key *ret_key)
{
    struct span word = span_word(&line);
    struct note_key key;

    if (span_is(word, "log")) {
        word = span_word(&line);
        span_word(&line); /* its address: a witness goes nowhere */
    }
    if (span_word(&line).n > 0)
        return fail(s, INVALID, "余分な語があります", "a word too many");
    TRY(vkey_read(s, word, &key));
    if (key.algorithm != NOTE_ED25519)
        return fail(s, INVALID, "記録の鍵ではありません", "not a log's key");
    *ret_key = key;
    return OK;
}

static bool is_prose(struct span line)
{
    struct span word = span_word(&line);

    return word.n == 0 || word.p[0] == '#';
}

static enum status file_read(struct scope *s, const struct memory *m, struct span *ret_text)
{
    enum status st = disk_read(s, m->fd, FILE_NAME, LOGS_FILE_MAX, ret_text);

    if (st == NOT_FOUND)
        *ret_text = (struct span){0};
    return st == NOT_FOUND ? OK : st;
}

/* The next line, and what follows it; the last one may lack its newline. */
static struct span next_line(struct span *rest)
{
    const uint8_t *end = memchr(rest->p, '\n', rest->n);
    struct span line = span_of(rest->p, end ? (size_t)(end - rest->p) : rest->n);
    size_t used = line.n + (end != NULL);

    *rest = span_of(rest->p + used, rest->n - used);
    return line;
}

static enum status line_take(struct scope *s, struct memory *m, size_t number, struct span line)
{
    struct note_key key;

    if (log_line_read(s, line, &key) != OK)
        return fail(s, INVALID, "logs の %zu 行目が検証鍵ではありません", "line %zu of file logs is no log's verifier key", number);
    if (memory_find(m, span_str(key.name)))
        return fail(s, INVALID, "logs の %zu 行目の記録がすでにあります", "the log in line %zu of file logs stands there already", number);
    if (m->n == LOGS_MOST)
        return fail(s, TOO_LARGE, "記録は %d 件までです", "at most %d logs", (int)LOGS_MOST);
    m->v[m->n++] = (struct watched){.key = key};
    return OK;
}

enum status logs_load(struct scope *s, struct memory *m)
{
    struct span rest;

    TRY(file_read(s, m, &rest));
    for (size_t number = 1; rest.n > 0; number++) {
        struct span line = next_line(&rest);
        if (!is_prose(line))
            TRY(line_take(s, m, number, line));
    }
    return OK;
}

enum status logs_add(struct scope *s, const struct memory *m, const struct note_key *log)
{
    char vkey[VKEY_MAX];
    struct span text;

    TRY(file_read(s, m, &text));
    vkey_write(log, vkey);
    const char *more = scope_print(s, "%.*s%s%s\n", (int)text.n, (const char *)text.p, text.n && text.p[text.n - 1] != '\n' ? "\n" : "", vkey);
    if (strlen(more) <= text.n || strlen(more) > LOGS_FILE_MAX)
        return fail(s, TOO_LARGE, "logs が大きすぎます", "file logs is too large");
    return disk_put(s, m->fd, FILE_NAME, span_str(more));
}

enum status logs_remove(struct scope *s, const struct memory *m, struct span name)
{
    struct span text, rest;

    TRY(file_read(s, m, &text));
    uint8_t *to = scope_alloc(s, text.n + 1);
    size_t n = 0;
    if (!to)
        return fail(s, TOO_LARGE, "作業領域が足りません", "no room in the scope");
    for (rest = text; rest.n > 0;) {
        const uint8_t *from = rest.p;
        struct span line = next_line(&rest);
        struct note_key key;
        if (!is_prose(line) && log_line_read(s, line, &key) == OK && span_is(name, key.name))
            continue;
        memcpy(to + n, from, (size_t)(rest.p - from));
        n += (size_t)(rest.p - from);
    }
    return disk_put(s, m->fd, FILE_NAME, span_of(to, n));
}
