/* A request is judged against its shape before it is sent, so a slip of the pen costs no round trip and no half-filled form reaches
 * a service. What comes back is judged the same way: an answer that is not what the table of requests promises is an error. */
#include "request.h"

#include "base/clock.h"
#include "base/log.h"
#include "sheet.h"
#include "print.h"
#include "wire/message.h"
#include "wire/words.h"

enum { ALL_PAIRS_MAX = PAIRS_MAX + 8 };

enum status request_open(struct ctl *c, struct line *ret_line, enum ask ask)
{
    log_open("ctl", 0, LOG_WARN);
    TRY(grant_choose(c, ask));
    TRY(ctl_keys(c));
    TRY(line_open(c->s, &c->cfg, c->ring, ret_line));
    enum status st = ask == ASK_NOBODY ? OK : grant_get(c, ret_line);
    if (st != OK)
        line_close(ret_line);
    return st;
}

/* The field a bare argument stands for: the first id that must be there, else the first text, else the word the request begins with. */
static const struct field *main_field(const struct shape *shape)
{
    const struct field *text = NULL;

    for (size_t i = 0; i < shape->n; i++) {
        const struct field *f = &shape->field[i];
        if (!f->is_list && !f->is_optional && (f->kind == K_UUID || f->kind == K_AGENCY))
            return f;
        if (!text && !f->is_list && f->kind == K_TEXT)
            text = f;
    }
    if (!text && shape->n && shape->field[0].kind == K_ENUM && !shape->field[0].is_optional && !shape->field[0].is_list)
        return &shape->field[0];
    return text;
}

/* A day stands for its beginning in Japan. */
static void widen_day(struct scope *s, const struct shape *shape, struct pair *p)
{
    const struct field *f = shape_field(shape, span_str(p->name));
    const char *text = scope_print(s, "%.*sT00:00:00+09:00", (int)p->value.n, (const char *)p->value.p);
    int64_t us;

    if (f && f->kind == K_TIME && p->value.n == strlen("2026-12-01") && time_parse(span_str(text), &us) == OK)
        p->value = span_str(text);
}

static enum status gather(struct ctl *c, const struct shape *shape, const struct pair *fixed, size_t fixed_n,
                          struct pair all[ALL_PAIRS_MAX], size_t *ret_n)
{
    const struct args *a = &c->args;
    size_t n = 0;

    for (size_t i = 0; i < fixed_n; i++)
        all[n++] = fixed[i];
    for (size_t i = 0; i < a->pair_n; i++)
        all[n++] = a->pair[i];
    if (a->word_n > 2) {
        const struct field *f = main_field(shape);
        if (!f || a->word_n > 3)
            return fail(c->s, INVALID, "余分な語があります: %s", "one word too many: %s", a->word[f ? 3 : 2]);
        all[n++] = (struct pair){.name = f->name, .value = span_str(a->word[2])};
    }
    for (size_t i = 0; i < n; i++)
        widen_day(c->s, shape, &all[i]);
    *ret_n = n;
    return OK;
}

/* record.part=value laid over the sealed part that came by file. */
static enum status lay_nested(struct ctl *c, const struct shape *shape, struct span *sealed)
{
    const struct field *f = shape_sealed(shape);
    struct span none;

    if (!c->args.nested_n)
        return OK;
    if (!f || strcmp(f->name, c->args.nested_of) != 0)
        return fail(c->s, INVALID, "%s に項目 %s.… はありません", "%s has no field %s.…", shape->name, c->args.nested_of);
    return codec_split(c->s, f->shape(), *sealed, c->args.nested, c->args.nested_n, sealed, &none);
}

/* As the service will judge it. */
static enum status check(struct scope *s, const struct shape *shape, struct span payload, struct span sealed)
{
    const struct field *f = shape_sealed(shape);
    uint8_t *msg = scope_alloc(s, shape->size + 1);

    if (!msg)
        return fail(s, TOO_LARGE, "メモリが足りません", "out of memory");
    TRY(codec_decode(s, shape, payload, SCHEMA_MINOR, msg));
    if (f && sealed.n)
        return codec_decode(s, f->shape(), sealed, SCHEMA_MINOR, field_mut(msg, f));
    if (f && !f->is_optional)
        return fail(s, INVALID, "項目 %s.… がありません（%s.項目=値 か --file で）", "field %s.… is missing (give %s.name=value or --file)",
                    f->name, f->name);
    return OK;
}

enum status request_fill(struct ctl *c, const struct api *row, const char *service, const struct pair *fixed, size_t fixed_n,
                         struct wish *w)
{
    const struct shape *shape = row->request();
    struct pair all[ALL_PAIRS_MAX];
    struct span body = {0}, payload, sealed;
    size_t n = 0;

    *w = (struct wish){.s = c->s};
    w->ask.service = service ? service : row->service;
    w->ask.type = shape->name;
    w->ask.id = scope_uuid(c->s);
    if (c->args.id && uuid_parse(span_str(c->args.id), &w->ask.id) != OK)
        return fail(c->s, INVALID, "--id は UUID です", "--id is a UUID");
    if (c->args.file)
        TRY(file_read(c->s, c->args.file, ARG_FILE_MAX, &body));
    TRY(gather(c, shape, fixed, fixed_n, all, &n));
    TRY(codec_split(c->s, shape, body, all, n, &payload, &sealed));
    TRY(lay_nested(c, shape, &sealed));
    TRY(check(c->s, shape, payload, sealed));
    w->ask.payload = payload;
    w->ask.sealed = sealed;
    w->ask.has_key = client_key(c->s, shape, payload, &w->ask.key);
    return OK;
}

/* The service's own words, word for word. */
static enum status refused(struct ctl *c, const struct wish *w)
{
    const struct refusal *no = &w->got.why;
    struct why *why = &c->s->why;
    const struct {
        struct span from;
        char *to;
        size_t cap;
    } texts[] = {
        {no->why_ja, why->ja, sizeof why->ja},
        {no->why_en, why->en, sizeof why->en},
        {no->has_state ? no->state : (struct span){0}, why->state, sizeof why->state},
        {no->has_accepts ? no->accepts : (struct span){0}, why->accepts, sizeof why->accepts},
    };

    for (size_t i = 0; i < COUNT(texts); i++) {
        struct page text = {.s = c->s};
        page_clean(&text, texts[i].from, -1);
        size_t n = text.n < texts[i].cap ? text.n : texts[i].cap - 1;
        if (n)
            memcpy(texts[i].to, text.p, n);
        texts[i].to[n] = '\0';
    }
    return w->got.refused;
}

enum status request_decode(struct ctl *c, const struct wish *w, const struct shape *shape, const void **ret_msg)
{
    const struct field *f = shape_sealed(shape);

    if (w->got.refused != OK)
        return refused(c, w);
    if (!span_is(w->got.type, shape->name))
        return fail(c->s, CORRUPT, "%s から思わぬ種類の応答が来ました", "%s answered with an unexpected kind of message", w->ask.service);
    uint8_t *msg = scope_alloc(c->s, shape->size + 1);
    if (!msg)
        return fail(c->s, TOO_LARGE, "メモリが足りません", "out of memory");
    TRY(codec_decode(c->s, shape, w->got.payload, w->minor, msg));
    if (f && w->got.sealed.n) {
        TRY(codec_decode(c->s, f->shape(), w->got.sealed, w->minor, field_mut(msg, f)));
        *(bool *)(msg + f->has_offset) = true;
    }
    *ret_msg = msg;
    return OK;
}

enum status request_show(struct ctl *c, const struct wish *w, const struct shape *shape)
{
    const struct field *f = shape_sealed(shape);
    const void *msg;
    struct span text;

    TRY(request_decode(c, w, shape, &msg));
    if (c->args.is_json) {
        TRY(codec_merge(c->s, w->got.payload, f ? f->name : "sealed", w->got.sealed, &text));
        text = span_str(scope_print(c->s, "%.*s\n", (int)text.n, (const char *)text.p));
    } else {
        TRY(print_shape(c->s, shape, msg, &text));
    }
    return out(c->s, text);
}

enum status request_tell(struct ctl *c, struct line *l, const struct shape *shape, const void *msg, const void *sealed,
                         const struct shape *answer, struct wish *w, const void **ret_msg)
{
    *w = (struct wish){.s = c->s, .ask = {.id = scope_uuid(c->s), .service = "account", .type = shape->name, .ticket = c->asker.ticket}};
    TRY(codec_encode(c->s, shape, msg, &w->ask.payload));
    if (sealed)
        TRY(codec_encode(c->s, shape_sealed(shape)->shape(), sealed, &w->ask.sealed));
    TRY(line_ask(l, w));
    return request_decode(c, w, answer, ret_msg);
}

static enum status ask(struct ctl *c, const struct api *row, struct wish *w)
{
    struct line l;

    if (c->args.host && !(row->roles & 1u << ROLE_AGENCY_HOST))
        return fail(c->s, DENIED, "機関システムにはできない要求です", "an agency's system may not ask for this");
    TRY(request_open(c, &l, row->roles & API_ANYBODY ? ASK_NOBODY : ASK_SOMEBODY));
    w->ask.ticket = c->asker.ticket;
    enum status st = line_ask(&l, w);
    if (st == OK)
        st = c->args.is_csv ? sheet_show(c, &l, row, w) : request_show(c, w, row->answer());
    line_close(&l);
    return st;
}

int referral_verb(const char *verb)
{
    return words_find(words_referral_event(), span_str(verb));
}

int run_request(struct ctl *c, const struct api *row, const struct pair *fixed, size_t fixed_n)
{
    struct wish w;

    if (c->args.is_help) {
        help_request(c, row, NULL);
        return EXIT_GOOD;
    }
    if (!row->service) {
        (void)fail(c->s, INVALID, "queue retry か queue skip を使ってください", "use queue retry or queue skip");
        return ctl_misuse(c);
    }
    enum status st = request_fill(c, row, NULL, fixed, fixed_n, &w);
    if (st == OK)
        st = ask(c, row, &w);
    return ctl_say(c, st);
}
