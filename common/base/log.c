/* A log line is one JSON object, one line and one write(2) of at most PIPE_BUF bytes, so lines of several workers on one pipe
 * never mix. Whatever a word holds, the line stays valid JSON: bytes that are no UTF-8 become U+FFFD, and a field that does
 * not fit is left out and the line says so. */
#include "base/log.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"

enum { WORD_MAX = 200, SERVICE_MAX = 32 };

/* The one mutable object of this floor: who is writing is a fact of the whole process, set once by log_open before anything
 * else runs, and handing it through every function that might log would put it into each signature of the system. */
static struct {
    char service[SERVICE_MAX];
    int worker;
    enum log_level least;
} self;

/* A line under construction; `n` never passes `cap`, and an append that would leaves it as it was. */
struct line {
    char text[PIPE_BUF];
    size_t n;
    size_t cap;
    bool is_short;
};

static const char CUT[] = ",\"cut\":true";

static void put(struct line *l, const void *p, size_t n)
{
    if (l->is_short || n > l->cap - l->n) {
        l->is_short = true;
        return;
    }
    memcpy(l->text + l->n, p, n);
    l->n += n;
}

static void put_str(struct line *l, const char *s)
{
    put(l, s, strlen(s));
}

static void put_number(struct line *l, int64_t v)
{
    char digits[24];

    snprintf(digits, sizeof digits, "%lld", (long long)v);
    put_str(l, digits);
}

static void put_ascii(struct line *l, char c)
{
    char escape[8];

    if (c == '"' || c == '\\')
        snprintf(escape, sizeof escape, "\\%c", c);
    else if (c < 0x20 || c == 0x7f)
        snprintf(escape, sizeof escape, "\\u%04x", (unsigned)c & 0xffu);
    else
        snprintf(escape, sizeof escape, "%c", c);
    put_str(l, escape);
}

/* Length of the character at the front, 0 when those bytes are not UTF-8. */
static size_t char_len(const char *s, size_t n)
{
    for (size_t len = 1; len <= 4 && len <= n; len++)
        if (span_is_utf8(span_of(s, len)))
            return len;
    return 0;
}

static void put_word(struct line *l, const char *word)
{
    size_t n = strlen(word);
    size_t len;

    put_str(l, "\"");
    for (size_t i = 0; i < n; i += len ? len : 1) {
        len = char_len(word + i, n - i);
        if (i + (len ? len : 1) > WORD_MAX)
            break;
        if (len == 0)
            put_str(l, "\\ufffd");
        else if (len == 1)
            put_ascii(l, word[i]);
        else
            put(l, word + i, len);
    }
    put_str(l, "\"");
}

static void put_field(struct line *l, const struct log_field *f)
{
    size_t before = l->n;

    put_str(l, ",");
    put_word(l, f->name);
    put_str(l, ":");
    if (f->word)
        put_word(l, f->word);
    else
        put_number(l, f->number);
    if (l->is_short)
        l->n = before;
}

void log_open(const char *service, int worker, enum log_level least)
{
    snprintf(self.service, sizeof self.service, "%s", service);
    self.worker = worker;
    self.least = least;
}

void log_event(enum log_level level, const char *event, const struct log_field *fields, int n)
{
    static const char *const LEVEL[] = {"debug", "info", "notice", "warn", "error"};
    int saved_errno = errno; /* a caller may log first and look at errno after */
    struct line l = {.cap = sizeof l.text - sizeof CUT - sizeof "}\n"};
    char at[TIME_TEXT_MAX];

    if (level < self.least)
        return;
    put_str(&l, "{\"at\":");
    put_word(&l, time_print(clock_now_us(), at));
    put_str(&l, ",\"level\":");
    put_word(&l, (unsigned)level <= LOG_ERROR ? LEVEL[level] : "error");
    put_str(&l, ",\"svc\":");
    put_word(&l, self.service);
    put_str(&l, ",\"worker\":");
    put_number(&l, self.worker);
    put_str(&l, ",\"event\":");
    put_word(&l, event);
    for (int i = 0; i < n && !l.is_short; i++)
        put_field(&l, &fields[i]);

    bool was_cut = l.is_short;
    l.is_short = false;
    l.cap = sizeof l.text;
    if (was_cut)
        put_str(&l, CUT);
    put_str(&l, "}\n");
    while (write(STDERR_FILENO, l.text, l.n) < 0 && errno == EINTR)
        ;
    errno = saved_errno;
}
