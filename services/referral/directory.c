/* The directory in memory. Two hundred agencies are read once and kept until their version in the database moves; what changes
 * with every referral (load, answer times) is read with each question. A reader never sees half of a change: rows and version
 * come from one transaction. */
#include "directory.h"

#include <stdlib.h>
#include <string.h>

#include "q_directory.h"

enum { DIRECTORY_BYTES = 4 << 20, FIELDS_MOST = 64 };

struct directory {
    struct scope *s; /* owns everything below; reset when the version moves */
    int64_t version;
    struct routing_directory dir;
    struct routing_agency *agency;
    struct basis *basis;
    size_t basis_n;
};

/* Answers of one reading, all of one transaction. */
struct rows {
    struct q_directory_agencies_rows agencies;
    struct q_directory_needs_rows needs;
    struct q_directory_duties_rows duties;
    struct q_directory_programmes_rows programmes;
    struct q_directory_bases_rows bases;
};

enum status directory_start(struct scope *s, const struct settings *cfg, const struct keyring *ring, void **ret_own)
{
    struct directory *d = SCOPE_NEW(s, struct directory);

    (void)cfg;
    (void)ring;
    if (d)
        d->s = scope_new(DIRECTORY_BYTES, s->entropy);
    if (!d || !d->s)
        return fail(s, UNAVAILABLE, "メモリがありません", "no memory");
    *ret_own = d;
    return OK;
}

static uint64_t bits(const int64_t *v, size_t n)
{
    uint64_t set = 0;

    for (size_t i = 0; i < n; i++)
        set |= UINT64_C(1) << v[i];
    return set;
}

static struct span keep(struct directory *d, struct span from)
{
    struct span to = {0};

    return scope_copy(d->s, from, &to) == OK ? to : (struct span){0};
}

/* The target sets of the programmes an agency runs that take people. */
static void set_programmes(struct directory *d, const struct rows *rows, const struct q_directory_agencies_row *row,
                           struct routing_agency *a)
{
    uint64_t *sets = scope_alloc(d->s, (row->programs.n + 1) * sizeof *sets);

    for (size_t i = 0; sets && i < row->programs.n; i++)
        for (size_t k = 0; k < rows->programmes.n; k++)
            if (span_eq(rows->programmes.v[k].code, row->programs.v[i]))
                sets[a->program_n++] = bits(rows->programmes.v[k].targets.v, rows->programmes.v[k].targets.n);
    a->programs = sets;
}

static void set_agency(struct directory *d, const struct rows *rows, const struct q_directory_agencies_row *row,
                       struct routing_agency *a)
{
    const struct routing_kind_trait *kind = routing_kind_trait((int)row->kind_no);

    *a = (struct routing_agency){
        .id = row->code, .name = keep(d, row->name), .kind = (int)row->kind_no,
        .regime = row->has_regime ? (int)row->regime : kind->regime, .is_active = true, .accepts = row->accepts,
        .is_named_receiver = row->is_named, .from_us = row->since, .until_us = row->has_until ? row->until : 0,
        .areas = (unsigned)bits(row->areas.v, row->areas.n), .ages = (unsigned)bits(row->ages.v, row->ages.n),
        .targets = bits(row->targets.v, row->targets.n), .needs = bits(row->specialises.v, row->specialises.n),
        .is_emergency_capable = row->emergency, .opens_min = (int)row->opens, .closes_min = (int)row->closes,
        .capacity = row->capacity, .median_answer_min = -1};
    if (agency_parse(row->parent, &a->parent) != OK)
        a->parent = (struct agency_id){""};
    for (size_t i = 0; i < row->weekdays.n; i++)
        a->weekdays |= 1u << (row->weekdays.v[i] - 1);
    set_programmes(d, rows, row, a);
}

/* An agency without programmes of its own is known by its parent's. */
static void inherit_programmes(struct directory *d, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (d->agency[i].program_n || !d->agency[i].parent.code[0])
            continue;
        for (size_t k = 0; k < n; k++) {
            if (!agency_eq(d->agency[k].id, d->agency[i].parent))
                continue;
            d->agency[i].programs = d->agency[k].programs;
            d->agency[i].program_n = d->agency[k].program_n;
        }
    }
}

/* Fields of need are words in the data and small numbers in a decision. */
static int field_no(struct span *fields, int *n, struct span field)
{
    for (int i = 0; i < *n; i++)
        if (span_eq(fields[i], field))
            return i;
    if (*n == FIELDS_MOST)
        return FIELDS_MOST - 1;
    fields[*n] = field;
    return (*n)++;
}

static void set_need(struct directory *d, const struct rows *rows, const struct q_directory_needs_row *row, int field,
                     struct routing_need *need)
{
    struct routing_duty *duty = scope_alloc(d->s, (rows->duties.n + 1) * sizeof *duty);

    *need = (struct routing_need){.code = span_str(words_at(words_need(), row->code)), .label = keep(d, row->label),
                                  .targets = bits(row->targets.v, row->targets.n), .field = field, .duty = duty,
                                  .first_target = row->targets.n ? (int)row->targets.v[0] : 0};
    for (size_t i = 0; duty && i < rows->duties.n; i++) {
        const struct q_directory_duties_row *r = &rows->duties.v[i];
        if (r->need == row->code)
            duty[need->duty_n++] = (struct routing_duty){.agency = r->agency, .ages = (unsigned)bits(r->ages.v, r->ages.n),
                                                         .law = keep(d, r->law)};
    }
}

static enum status set_bases(struct turn *t, struct directory *d, const struct rows *rows)
{
    d->basis = scope_alloc(d->s, (rows->bases.n + 1) * sizeof *d->basis);
    if (!d->basis)
        return fail(t->s, TOO_LARGE, "処理領域が不足しました", "the directory needs too much memory");
    for (size_t i = 0; i < rows->bases.n; i++) {
        const struct q_directory_bases_row *r = &rows->bases.v[i];
        d->basis[i] = (struct basis){.code = (enum legal_basis)r->code, .law = keep(d, r->law), .needs_consent = r->needs_consent,
                                     .is_meeting = r->is_meeting, .receivers = (unsigned)bits(r->receivers.v, r->receivers.n),
                                     .items = (unsigned)bits(r->items.v, r->items.n), .from_us = r->since,
                                     .until_us = r->has_until ? r->until : 0};
    }
    d->basis_n = rows->bases.n;
    return OK;
}

static enum status build(struct turn *t, struct directory *d, const struct rows *rows)
{
    struct routing_need *need;
    struct span fields[FIELDS_MOST];
    int field_n = 0;

    scope_reset(d->s);
    d->agency = scope_alloc(d->s, (rows->agencies.n + 1) * sizeof *d->agency);
    need = scope_alloc(d->s, need_N_ * sizeof *need);
    if (!d->agency || !need || rows->needs.n != need_N_)
        return fail(t->s, UNAVAILABLE, "名簿が読み込まれていません（kashimaru directory load）",
                    "the directory has not been loaded (kashimaru directory load)");
    for (size_t i = 0; i < rows->agencies.n; i++)
        set_agency(d, rows, &rows->agencies.v[i], &d->agency[i]);
    inherit_programmes(d, rows->agencies.n);
    for (size_t i = 0; i < rows->needs.n; i++)
        set_need(d, rows, &rows->needs.v[i], field_no(fields, &field_n, rows->needs.v[i].field), &need[rows->needs.v[i].code]);
    d->dir = (struct routing_directory){.agency = d->agency, .agency_n = rows->agencies.n, .need = need, .need_n = need_N_};
    return set_bases(t, d, rows);
}

static enum status reload(struct turn *t, struct directory *d, int64_t version)
{
    struct rows rows = {0};

    d->version = 0;
    TRY(q_directory_agencies(t->tx, &rows.agencies));
    TRY(q_directory_needs(t->tx, &rows.needs));
    TRY(q_directory_duties(t->tx, &rows.duties));
    TRY(q_directory_programmes(t->tx, &rows.programmes));
    TRY(q_directory_bases(t->tx, &rows.bases));
    TRY(tx_flush(t->tx));
    TRY(build(t, d, &rows));
    d->version = version;
    return OK;
}

enum status directory_load(struct turn *t, const struct routing_directory **ret_dir)
{
    struct directory *d = t->own;
    struct q_directory_version_row now;

    TRY(q_directory_version(t->tx, &now));
    TRY(tx_flush(t->tx));
    if (d->version != now.version)
        TRY(reload(t, d, now.version));
    *ret_dir = &d->dir;
    return OK;
}

enum status directory_weigh(struct turn *t)
{
    struct directory *d = t->own;
    struct q_directory_loads_rows loads;

    TRY(q_directory_loads(t->tx, &loads));
    TRY(tx_flush(t->tx));
    for (size_t i = 0; i < d->dir.agency_n; i++) {
        d->agency[i].load = 0;
        d->agency[i].median_answer_min = -1;
    }
    for (size_t i = 0; i < loads.n; i++)
        for (size_t k = 0; k < d->dir.agency_n; k++)
            if (agency_eq(d->agency[k].id, loads.v[i].agency)) {
                d->agency[k].load = loads.v[i].load;
                d->agency[k].median_answer_min = loads.v[i].median_min;
            }
    return OK;
}

const struct routing_agency *directory_agency(const struct routing_directory *dir, struct agency_id id, int64_t at_us)
{
    for (size_t i = 0; i < dir->agency_n; i++) {
        const struct routing_agency *a = &dir->agency[i];
        if (agency_eq(a->id, id) && a->from_us <= at_us && (!a->until_us || at_us < a->until_us))
            return a;
    }
    return NULL;
}

const struct basis *directory_basis(const struct turn *t, enum legal_basis code)
{
    const struct directory *d = t->own;

    return basis_on(d->basis, d->basis_n, code, t->s->now_us);
}
