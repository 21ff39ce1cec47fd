/* What a person could be found by is opened here only to be made unreadable: of each compound eight keyed bytes are kept. Two records
 * that may be one person are told to intake, for the coordinator; no agency learns that there was another. */
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "people/score.h"
#include "q_keys.h"
#include "rules.h"
#include "seal/seal.h"
#include "wire/codec.h"
#include "wire/message.h"
#include "wraps.h"

static enum status open_case(struct turn *t, const struct person_known *in, const struct q_wrap_of_rows *of)
{
    if (!of->n)
        return fail(t->s, NOT_FOUND, "該当するケースの鍵はありません", "no such key of a case");
    struct wrapped w = {.epoch = in->epoch, .agency = of->v[0].agency, .key_id = of->v[0].key_id, .wrap = of->v[0].wrap};
    TRY(holder_ready(t, &w, 1));
    return holder_open(t, in->case_id, &w);
}

/* A compound under a rule this release does not know is left out. */
static enum status read_compounds(struct turn *t, const struct person_known *in, const struct q_wrap_of_rows *of,
                                  struct compound *list, size_t *ret_n)
{
    struct record_id_fields want = {.type = RECORD_INDEX, .case_id = in->case_id, .record_id = in->person_id,
                                    .epoch = (uint32_t)in->epoch, .version = (uint32_t)in->version};
    struct compounds_private private;
    struct span sealed, plain;
    size_t n = 0;

    TRY(hex_parse(t->s, in->record, &sealed));
    TRY(open_case(t, in, of));
    enum status st = unseal_record(t->s, keys_of(t)->scratch, &want, sealed, &plain);
    secret_wipe(keys_of(t)->scratch);
    TRY(st);
    TRY(codec_decode(t->s, shape_compounds_private(), plain, t->frame->header.minor, &private));
    for (size_t i = 0; i < private.compounds.n && n < COMPOUNDS_MAX; i++) {
        const struct compound_private *c = &private.compounds.v[i];
        int rule = people_rule_find(scope_print(t->s, "%.*s", (int)c->rule.n, (const char *)c->rule.p));
        if (rule >= 0)
            list[n++] = (struct compound){.rule = people_rule_row((size_t)rule)->name, .text = c->text};
    }
    *ret_n = n;
    return OK;
}

/* In the order people_compare needs. */
static int by_rule(const void *a, const void *b)
{
    const struct people_token *x = a, *y = b;

    return x->rule != y->rule ? (int)x->rule - (int)y->rule : memcmp(x->index, y->index, BLIND_LEN);
}

static enum status tell(struct turn *t, const struct person_known *in, const struct q_blind_alike_row *other,
                        struct people_evidence found, const struct people_score *score)
{
    struct span rules[PEOPLE_RULE_N];
    size_t n = 0;

    for (size_t r = 0; r < PEOPLE_RULE_N; r++)
        if (found.equal & (1u << r))
            rules[n++] = span_str(people_rule_row(r)->name);
    return EMIT(t, "intake", in->case_id, duplicate_found, .case_id = in->case_id, .person_id = in->person_id,
                .other_case = other->case_id, .other_person = other->person_id, .score = people_score_per_mille(score->points),
                .rules = {rules, n}, .at = t->s->now_us);
}

/* One stretch of rows is one other person. */
static enum status compare(struct turn *t, const struct person_known *in, const struct people_token *mine, size_t mine_n,
                           const struct q_blind_alike_row *rows, size_t n)
{
    struct people_token theirs[COMPOUNDS_MAX];
    size_t their_n = 0;

    for (size_t i = 0; i < n && their_n < COMPOUNDS_MAX; i++) {
        int rule = people_rule_find((const char *)rows[i].rule.p);
        if (rule < 0 || rows[i].blind.n != BLIND_LEN)
            continue;
        theirs[their_n].rule = (uint8_t)rule;
        memcpy(theirs[their_n++].index, rows[i].blind.p, BLIND_LEN);
    }
    qsort(theirs, their_n, sizeof theirs[0], by_rule);
    struct people_evidence found = people_compare(mine, mine_n, theirs, their_n);
    struct people_score score = people_score(found);
    return score.decision == PEOPLE_NO ? OK : tell(t, in, &rows[0], found, &score);
}

static enum status store(struct turn *t, const struct person_known *in, const struct people_token *mine, size_t n,
                         struct q_blind_alike_rows *ret_alike)
{
    struct span rules[COMPOUNDS_MAX], blinds[COMPOUNDS_MAX];

    for (size_t i = 0; i < n; i++) {
        rules[i] = span_str(people_rule_row(mine[i].rule)->name);
        blinds[i] = span_of(mine[i].index, BLIND_LEN);
    }
    TRY(q_blind_clear(t->tx, &(struct q_blind_clear){.id = in->case_id, .person = in->person_id}));
    TRY(q_blind_add(t->tx, &(struct q_blind_add){.id = in->case_id, .person = in->person_id, .rules = {rules, n},
                                                   .blinds = {blinds, n}, .version = in->version}));
    TRY(q_blind_alike(t->tx, &(struct q_blind_alike){.id = in->case_id, .rules = {rules, n}, .blinds = {blinds, n}}, ret_alike));
    return tx_flush(t->tx);
}

HANDLER(person_known, t, in)
{
    struct compound *list = scope_alloc(t->s, COMPOUNDS_MAX * sizeof *list);
    struct people_token *mine = scope_alloc(t->s, COMPOUNDS_MAX * sizeof *mine);
    struct q_blind_version_rows was;
    struct q_blind_alike_rows alike;
    struct q_wrap_of_rows of;
    size_t n, end;

    if (!list || !mine)
        return keys_no_room(t);
    TRY(keys_lock(t, &in->case_id, 1)); /* or what is destroyed just now would be found again */
    TRY(q_wrap_of(t->tx, &(struct q_wrap_of){.id = in->case_id, .epoch = in->epoch}, &of));
    TRY(q_blind_version(t->tx, &(struct q_blind_version){.id = in->case_id, .person = in->person_id}, &was));
    TRY(tx_flush(t->tx));
    if (was.n && was.v[0].version > in->version)
        return OK;
    TRY(read_compounds(t, in, &of, list, &n));
    people_tokens(keys_of(t)->blind, list, n, mine);
    TRY(store(t, in, mine, n, &alike));
    for (size_t i = 0; i < alike.n; i = end) {
        for (end = i; end < alike.n && uuid_eq(alike.v[end].case_id, alike.v[i].case_id) &&
                      uuid_eq(alike.v[end].person_id, alike.v[i].person_id);)
            end++;
        TRY(compare(t, in, mine, n, &alike.v[i], end - i));
    }
    return OK;
}
