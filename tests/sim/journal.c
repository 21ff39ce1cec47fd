/* What happened lately in a seed, at virtual times, in a ring of lines: a failure is shown with the steps that led to it, and
 * a run that goes well pays only for the printing into memory. */
#include <stdio.h>

#include "sim.h"

void journal_note(struct journal *j, const char *fmt, ...)
{
    char *line = j->line[j->n++ % LINES_MAX];
    int at = snprintf(line, LINE_MAX, "%9.3f s ", (double)(*j->now_us % (INT64_C(86400) * US_PER_S)) / (double)US_PER_S);
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(line + at, (size_t)(LINE_MAX - at), fmt, ap);
    va_end(ap);
    if (j->is_loud)
        fprintf(stderr, "%s\n", line);
}

void journal_show(const struct journal *j)
{
    size_t from = j->n > LINES_MAX ? j->n - LINES_MAX : 0;

    if (!j->is_loud)
        for (size_t i = from; i < j->n; i++)
            fprintf(stderr, "  %s\n", j->line[i % LINES_MAX]);
}
