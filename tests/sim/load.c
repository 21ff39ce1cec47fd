/* The directory every seed routes by: the catalogue as it stands, sent line by line as requests to REFERRAL on a calm network,
 * in the order in which one file leans on another. */
#include "run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire/codec.h"

enum { FILE_MAX = 4 << 20, TURNS_MAX = 2000 };

static const struct part {
    const char *file;
    const struct shape *(*shape)(void);
} PARTS[] = {
    {"agencies.jsonl", shape_agency_put}, {"programs.jsonl", shape_programme_put}, {"needs.jsonl", shape_need_put},
    {"routing.jsonl", shape_routing_put},   {"bases.jsonl", shape_basis_put},
};

static const char VOCAB[] =
    "select string_agg(json_build_object('list', l.key, 'code', e ->> 'code', 'label', e ->> 'label')::text, E'\\n')"
    "  from jsonb_each($1::jsonb) as l, jsonb_array_elements(l.value) as e";

static char *file_text(struct scope *s, const char *name)
{
    FILE *f = fopen(scope_print(s, "%s/sql/seed/%s", KM_SOURCE_DIR, name), "r");
    char *text = scope_alloc(s, FILE_MAX);
    size_t n = f && text ? fread(text, 1, FILE_MAX - 1, f) : 0;

    if (f)
        fclose(f);
    if (text)
        text[n] = 0;
    return n ? text : NULL;
}

/* All lines of a text as requests; then turns until they are answered. */
static bool send_lines(struct world *w, struct driver *d, const struct shape *shape, const char *text)
{
    struct actor by = {.user = "u-load", .role = ROLE_ADMINISTRATOR};

    driver_begin(d);
    for (const char *at = text; at && *at;) {
        size_t n = strcspn(at, "\n");
        struct span line;
        if (n && (scope_copy(d->s, span_of(at, n), &line) != OK || !driver_raw(d, "referral", shape, line, &by)))
            return false;
        at += n + (at[n] == '\n');
    }
    for (int i = 0; i < TURNS_MAX && d->open_n; i++) {
        driver_send(d);
        if (world_turn(w, d) != OK)
            return false;
    }
    for (int i = 0; i < d->op_n; i++)
        if (!d->op[i].is_answered)
            return false;
    return true;
}

bool load_directory(struct world *w, struct driver *d)
{
    struct weather calm = {.seed = 1};
    AUTO(scope) s = scope_new(16 << 20, entropy_system());
    const char *params[1] = {s ? file_text(s, "vocab.json") : NULL};
    struct span codes;
    bool is_good = params[0] && world_begin(w, &calm) == OK && conn_text(s, w->admin, VOCAB, params, 1, &codes) == OK;

    if (is_good) {
        world_calm(w);
        is_good = send_lines(w, d, shape_code_put(), (const char *)codes.p);
    }
    for (size_t i = 0; i < COUNT(PARTS) && is_good; i++) {
        scope_reset(s);
        is_good = send_lines(w, d, PARTS[i].shape(), file_text(s, PARTS[i].file));
    }
    if (!is_good)
        fprintf(stderr, "sim: the directory was not loaded\n");
    world_end(w);
    return is_good;
}
