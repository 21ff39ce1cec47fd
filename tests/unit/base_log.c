/* Log lines, read back from a pipe put in the place of stderr: one JSON object a line whatever the words hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"

/* Stderr while a test writes: a pipe whose other end is read, and the real one to put back. */
struct capture {
    int real, from;
    char text[PIPE_BUF + 1];
};

static void capture_open(struct capture *c)
{
    int ends[2];

    assert_int_equal(pipe(ends), 0);
    c->real = dup(STDERR_FILENO);
    assert_int_equal(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
    close(ends[1]);
    c->from = ends[0];
}

/* everything written meanwhile; a pipe hands over each write whole */
static const char *capture_close(struct capture *c)
{
    size_t n = 0;
    ssize_t got;

    assert_int_equal(dup2(c->real, STDERR_FILENO), STDERR_FILENO);
    close(c->real);
    while (n < sizeof c->text - 1 && (got = read(c->from, c->text + n, sizeof c->text - 1 - n)) > 0)
        n += (size_t)got;
    close(c->from);
    c->text[n] = '\0';
    return c->text;
}

/* The line after its time stamp, which must be a time. */
static const char *after_time(const char *line)
{
    static const char HEAD[] = "{\"at\":\"";
    int64_t us;

    assert_memory_equal(line, HEAD, sizeof HEAD - 1);
    const char *at = line + sizeof HEAD - 1;
    const char *end = strchr(at, '"');
    assert_non_null(end);
    assert_int_equal(time_parse(span_of(at, (size_t)(end - at)), &us), OK);
    return end + 1;
}

#define TO_199 "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"           \
               "012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678"

static const struct {
    const char *word, *printed;
} WORDS[] = {
    {"offered", "offered"},
    {"", ""},
    {"架空の市", "架空の市"},
    {"a\"b\\c", "a\\\"b\\\\c"},
    {"a\nb\tc\r\x01\x1f\x7f", "a\\u000ab\\u0009c\\u000d\\u0001\\u001f\\u007f"},
    {"a\xff" "b\xe6\x9e", "a\\ufffdb\\ufffd\\ufffd"},
    {"\xed\xa0\x80", "\\ufffd\\ufffd\\ufffd"},
    {TO_199 "xy", TO_199 "x"},
    {TO_199 "架", TO_199},
    {TO_199 "\xff\xff", TO_199 "\\ufffd"},
    {TO_199 "\n\n", TO_199 "\\u000a"},
};

static void words_are_escaped_and_cut(void **state)
{
    (void)state;
    log_open("intake", 3, LOG_DEBUG);
    for (size_t i = 0; i < COUNT(WORDS); i++) {
        struct capture c;
        char want[2048];
        capture_open(&c);
        LOG(LOG_INFO, "case_opened", LOG_WORD("state", WORDS[i].word), LOG_NUM("n", -5));
        const char *line = capture_close(&c);
        snprintf(want, sizeof want,
                 ",\"level\":\"info\",\"svc\":\"intake\",\"worker\":3,\"event\":\"case_opened\","
                 "\"state\":\"%s\",\"n\":-5}\n",
                 WORDS[i].printed);
        assert_string_equal(after_time(line), want);
    }
}

static const struct {
    enum log_level least, level;
    const char *word; /* NULL: nothing is written */
} LEVELS[] = {
    {LOG_DEBUG, LOG_DEBUG, "debug"},   {LOG_INFO, LOG_DEBUG, NULL},     {LOG_INFO, LOG_INFO, "info"},
    {LOG_NOTICE, LOG_INFO, NULL},      {LOG_NOTICE, LOG_NOTICE, "notice"}, {LOG_NOTICE, LOG_WARN, "warn"},
    {LOG_ERROR, LOG_WARN, NULL},       {LOG_ERROR, LOG_ERROR, "error"},
};

static void the_least_level_is_kept(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(LEVELS); i++) {
        struct capture c;
        char want[200] = "";
        log_open("relay", 0, LEVELS[i].least);
        capture_open(&c);
        LOG(LEVELS[i].level, "ready");
        const char *line = capture_close(&c);
        if (LEVELS[i].word)
            snprintf(want, sizeof want,
                     ",\"level\":\"%s\",\"svc\":\"relay\",\"worker\":0,\"event\":\"ready\"}\n",
                     LEVELS[i].word);
        assert_string_equal(LEVELS[i].word ? after_time(line) : line, want);
    }
}

static void numbers_reach_both_ends(void **state)
{
    struct capture c;

    (void)state;
    log_open("audit", 1, LOG_INFO);
    capture_open(&c);
    LOG(LOG_INFO, "x", LOG_NUM("a", INT64_MAX), LOG_NUM("b", INT64_MIN));
    assert_string_equal(strstr(capture_close(&c), ",\"a\""),
                        ",\"a\":9223372036854775807,\"b\":-9223372036854775808}\n");
}

/* what does not fit in one atomic write is left out by whole fields, and the line says so */
static void a_long_line_stays_one_object(void **state)
{
    struct log_field fields[60];
    struct capture c;
    size_t kept = 0;

    (void)state;
    for (size_t i = 0; i < COUNT(fields); i++)
        fields[i] = LOG_WORD("w", TO_199);
    log_open("meeting", 2, LOG_INFO);
    capture_open(&c);
    log_event(LOG_INFO, "many", fields, (int)COUNT(fields));
    const char *line = capture_close(&c);
    size_t n = strlen(line);
    assert_true(n <= PIPE_BUF && n > PIPE_BUF - 300);
    assert_string_equal(line + n - strlen(",\"cut\":true}\n"), ",\"cut\":true}\n");
    for (const char *p = line; (p = strstr(p, ",\"w\":\"" TO_199 "\"")) != NULL; p++)
        kept++;
    assert_int_equal(kept, 19);
}

/* a log that cannot be written stops nobody, and the caller's errno is still the caller's */
static void a_closed_stderr_is_borne(void **state)
{
    int real = dup(STDERR_FILENO);

    (void)state;
    log_open("keys", 1, LOG_INFO);
    close(STDERR_FILENO);
    errno = ENOENT;
    LOG(LOG_INFO, "ready");
    int after = errno;
    assert_int_equal(dup2(real, STDERR_FILENO), STDERR_FILENO);
    close(real);
    assert_int_equal(after, ENOENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_escaped_and_cut),
        cmocka_unit_test(the_least_level_is_kept),
        cmocka_unit_test(numbers_reach_both_ends),
        cmocka_unit_test(a_long_line_stays_one_object),
        cmocka_unit_test(a_closed_stderr_is_borne),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
