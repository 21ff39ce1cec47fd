#ifndef KM_CTL_SHAPES_H
#define KM_CTL_SHAPES_H

#include "base/shape.h"

/* What the command line alone reads and writes as JSON, in the same manner as messages: files of its own, and its own reports. */

/* One process of run/supervisor.json. */
struct child_line {
    bool has_program;
    struct span program;
    bool has_instance;
    int64_t instance;
    bool has_pid;
    int64_t pid; /* 0 = not running now */
    bool has_restarts;
    int64_t restarts;
    bool has_since;
    int64_t since; /* of its last start or end */
    bool has_state;
    struct span state;
};

/* run/supervisor.json: who runs, as of the last change. */
struct supervisor_state {
    bool has_pid;
    int64_t pid;
    bool has_since;
    int64_t since;
    bool has_state;
    struct span state;
    bool has_children;
    struct {
        const struct child_line *v;
        size_t n;
    } children;
};

/* One line of the doctor. */
struct check_line {
    bool has_result;
    struct span result;
    bool has_name;
    struct span name;
    bool has_detail;
    struct span detail;
};

struct check_list {
    bool has_checks;
    struct {
        const struct check_line *v;
        size_t n;
    } checks;
};

/* A line of indicators.jsonl as far as it is read here: the rest of it is kept as printed. */
struct indicator_line {
    bool has_id;
    struct span id;
};

/* vocab.json: lists of codes; which lists there are is part of the catalogue's form. */
struct vocab_entry {
    bool has_code;
    struct span code;
    bool has_label;
    struct span label;
};

struct vocab_list {
    const struct vocab_entry *v;
    size_t n;
};

struct vocab {
    bool has_targets, has_program_kinds, has_referral_modes, has_agency_kinds, has_areas, has_indicator_types, has_seeds;
    struct vocab_list targets, program_kinds, referral_modes, agency_kinds, areas, indicator_types, seeds;
};

const struct shape *shape_child_line(void);
const struct shape *shape_supervisor_state(void);
const struct shape *shape_check_line(void);
const struct shape *shape_check_list(void);
const struct shape *shape_indicator_line(void);
const struct shape *shape_vocab_entry(void);
const struct shape *shape_vocab(void);

#endif
