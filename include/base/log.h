#ifndef KM_BASE_LOG_H
#define KM_BASE_LOG_H

#include <stddef.h>
#include <stdint.h>

/* JSON lines on stderr: fixed event names and typed fields. There is no call that takes free text from input, so a narrative
 * cannot reach a log by accident; ids, codes, counts and status words can. */

enum log_level { LOG_DEBUG, LOG_INFO, LOG_NOTICE, LOG_WARN, LOG_ERROR };

struct log_field {
    const char *name;
    const char *word; /* NULL = the number is meant */
    int64_t number;
};

#define LOG_WORD(n, w) ((struct log_field){.name = (n), .word = (w)})
#define LOG_NUM(n, v) ((struct log_field){.name = (n), .number = (int64_t)(v)})

/* log_open: names the process ("intake", worker 1) and the least level written; call once, before anything else logs. */
void log_open(const char *service, int worker, enum log_level least);

/* log_event: one line {"at","level","svc","worker","event",fields…}; written with one write(2). Words are escaped and cut
 * at 200 bytes; fields that do not fit one atomic write are left out and "cut":true is added.
 *   in     event   a literal in snake_case: what happened */
void log_event(enum log_level level, const char *event, const struct log_field *fields, int n);

/* The first element is skipped; it is there so that an event without fields is no empty array, which ISO C does not have. */
#define LOG_LIST(...) ((const struct log_field[]){{.name = NULL}, __VA_ARGS__})
#define LOG(level, event, ...)                                                                    \
    log_event((level), (event), LOG_LIST(__VA_ARGS__) + 1,                                        \
              (int)(sizeof(LOG_LIST(__VA_ARGS__)) / sizeof(struct log_field)) - 1)

#endif
