/* The command line's own files as tables, so that the readers and writers of messages serve them too. */
#include "shapes.h"

#include <stddef.h>

enum { CHILDREN_MOST = 400, CHECKS_MOST = 100, VOCAB_MOST = 200 };

/* A row about field f of struct T. */
#define ROW(T, f, k, ...) {.name = #f, .kind = (k), .offset = offsetof(struct T, f), .has_offset = offsetof(struct T, has_##f), __VA_ARGS__}
#define SHAPE(T, what)                                                                            \
    static const struct shape shape = {.name = #T, .prose = what, .size = sizeof(struct T), .field = FIELDS, .n = COUNT(FIELDS)}; \
    return &shape

const struct shape *shape_child_line(void)
{
    static const struct field FIELDS[] = {
        ROW(child_line, program, K_TEXT, .limit = 32),
        ROW(child_line, instance, K_I64, .limit = 1000),
        ROW(child_line, pid, K_I64, .limit = INT64_MAX),
        ROW(child_line, restarts, K_I64, .limit = INT64_MAX),
        ROW(child_line, since, K_TIME),
        ROW(child_line, state, K_TEXT, .limit = 32),
    };
    SHAPE(child_line, "one process under the supervisor");
}

const struct shape *shape_supervisor_state(void)
{
    static const struct field FIELDS[] = {
        ROW(supervisor_state, pid, K_I64, .limit = INT64_MAX),
        ROW(supervisor_state, since, K_TIME),
        ROW(supervisor_state, state, K_TEXT, .limit = 32),
        ROW(supervisor_state, children, K_RECORD, .is_list = true, .most = CHILDREN_MOST, .shape = shape_child_line),
    };
    SHAPE(supervisor_state, "run/supervisor.json");
}

const struct shape *shape_check_line(void)
{
    static const struct field FIELDS[] = {
        ROW(check_line, result, K_TEXT, .limit = 16),
        ROW(check_line, name, K_TEXT, .limit = 200),
        ROW(check_line, detail, K_TEXT, .limit = 1000),
    };
    SHAPE(check_line, "one line of the doctor");
}

const struct shape *shape_check_list(void)
{
    static const struct field FIELDS[] = {
        ROW(check_list, checks, K_RECORD, .is_list = true, .most = CHECKS_MOST, .shape = shape_check_line),
    };
    SHAPE(check_list, "what the doctor found");
}

const struct shape *shape_indicator_line(void)
{
    static const struct field FIELDS[] = {
        ROW(indicator_line, id, K_TEXT, .limit = 7),
    };
    SHAPE(indicator_line, "a line of indicators.jsonl");
}

const struct shape *shape_vocab_entry(void)
{
    static const struct field FIELDS[] = {
        ROW(vocab_entry, code, K_TEXT, .limit = 60),
        ROW(vocab_entry, label, K_TEXT, .limit = 300),
    };
    SHAPE(vocab_entry, "a code and its label");
}

#define LIST(f) ROW(vocab, f, K_RECORD, .is_optional = true, .is_list = true, .most = VOCAB_MOST, .shape = shape_vocab_entry)

const struct shape *shape_vocab(void)
{
    static const struct field FIELDS[] = {
        LIST(targets), LIST(program_kinds), LIST(referral_modes), LIST(agency_kinds), LIST(areas), LIST(indicator_types), LIST(seeds),
    };
    SHAPE(vocab, "vocab.json");
}
