/* What somebody is typing is kept for them alone: sealed under this service's own key and bound to writer and name, so that a row put
 * under another name opens for nobody. It goes when its form is sent, when its writer says so, and after thirty days. */
#include "base/clock.h"
#include "intake.h"
#include "q_draft.h"
#include "seal/digest.h"
#include "seal/seal.h"
#include "wire/message.h"

enum { DRAFTS_MOST = 50, DRAFT_DAYS = 30, DRAFT_EPOCH = 1, DRAFT_VERSION = 1 };

static enum status check_name(struct turn *t, struct span name)
{
    bool is_good = name.n > 0;

    for (size_t i = 0; is_good && i < name.n; i++)
        is_good = memchr("abcdefghijklmnopqrstuvwxyz0123456789_-:", name.p[i], 39) != NULL;
    return is_good ? OK : fail(t->s, INVALID, "下書きの名前は半角の小文字・数字・_-: です", "a draft's name has a-z, 0-9 and _-: only");
}

static const struct intake_own *own_of(const struct turn *t)
{
    return t->own;
}

/* Whose, and which. */
static struct record_id_fields record_of(struct turn *t, struct span name)
{
    struct record_id_fields id = {.type = RECORD_DRAFT, .epoch = DRAFT_EPOCH, .version = DRAFT_VERSION};
    const struct span parts[] = {SPAN_LIT("draft"), span_str(t->s->actor.agency.code), SPAN_LIT("\n"), span_str(t->s->actor.user),
                                 SPAN_LIT("\n"), name};

    digest16(parts, COUNT(parts), id.record_id.b);
    return id;
}

HANDLER(draft_put, t, in)
{
    struct record_id_fields id = record_of(t, in->name);
    struct q_draft_count_row now;
    struct span sealed;

    TRY(check_name(t, in->name));
    TRY(q_draft_count(t->tx, &(struct q_draft_count){.agency = t->s->actor.agency, .user = span_str(t->s->actor.user), .name = in->name}, &now));
    TRY(tx_flush(t->tx));
    if (now.others >= DRAFTS_MOST)
        return fail(t->s, TOO_LARGE, "下書きは%d件までです。不要なものを消してください", "there are %d drafts already: drop some", DRAFTS_MOST);
    TRY(seal_record(t->s, own_of(t)->key, &id, in->sealed.text, &sealed));
    TRY(q_draft_put(t->tx, &(struct q_draft_put){.agency = t->s->actor.agency, .user = span_str(t->s->actor.user), .name = in->name,
                                                 .sealed = sealed, .at = t->s->now_us}));
    return ANSWER(t, done);
}

HANDLER(draft_show, t, in)
{
    struct record_id_fields id = record_of(t, in->name);
    struct draft_is out = {.name = in->name};
    struct q_draft_of_rows rows;

    TRY(check_name(t, in->name));
    TRY(q_draft_of(t->tx, &(struct q_draft_of){.agency = t->s->actor.agency, .user = span_str(t->s->actor.user), .name = in->name}, &rows));
    TRY(tx_flush(t->tx));
    if (rows.n) {
        TRY(unseal_record(t->s, own_of(t)->key, &id, rows.v[0].sealed, &out.sealed.text));
        out.has_sealed = out.has_at = true;
        out.at = rows.v[0].at;
    }
    return turn_answer(t, shape_draft_is(), &out);
}

HANDLER(draft_drop, t, in)
{
    TRY(check_name(t, in->name));
    TRY(q_draft_drop(t->tx, &(struct q_draft_drop){.agency = t->s->actor.agency, .user = span_str(t->s->actor.user), .name = in->name}));
    return ANSWER(t, done);
}

HANDLER(draft_list, t, in)
{
    struct q_drafts_of_rows rows;
    struct draft_lines out = {0};

    (void)in;
    TRY(q_drafts_of(t->tx, &(struct q_drafts_of){.agency = t->s->actor.agency, .user = span_str(t->s->actor.user)}, &rows));
    TRY(tx_flush(t->tx));
    struct draft_line *lines = scope_alloc(t->s, (rows.n + 1) * sizeof *lines);
    if (!lines)
        return fail(t->s, TOO_LARGE, "処理領域が不足しました", "the message needs too much memory");
    for (size_t i = 0; i < rows.n; i++)
        lines[i] = (struct draft_line){.name = rows.v[i].name, .at = rows.v[i].at};
    out.drafts.v = lines;
    out.drafts.n = rows.n;
    return turn_answer(t, shape_draft_lines(), &out);
}

enum status forget_drafts(struct turn *t, bool *ret_more)
{
    struct q_drafts_forget_row gone;

    TRY(q_drafts_forget(t->tx, &(struct q_drafts_forget){.before = t->s->now_us - DRAFT_DAYS * 86400 * (int64_t)US_PER_S}, &gone));
    TRY(tx_flush(t->tx));
    *ret_more = gone.n == 200;
    return OK;
}
