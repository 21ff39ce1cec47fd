/* What is asked: a consultation of an ordinary size by one desk, offered to and accepted by another. People and text are fictional. */
#include "bench.h"
#include "wire/codec.h"

static const struct agency_id AGENCIES[AS_N] = {[AS_DESK] = {"A056"}, [AS_RECEIVER] = {"A059"}};
static const int64_t NEEDS[] = {NEED_POVERTY, NEED_HOUSING_UNSTABLE};
static const int64_t ITEMS[] = {ITEM_IDENTITY, ITEM_NARRATIVE};
static const char NARRATIVE[] = "架空の相談です。家賃を三か月滞納しており、先月仕事を辞めた。貯金はほとんどなく、食事を一日一回にしている。"
                                "親族とは十年連絡を取っていない。窓口に来るのに二週間かかったと話す。まず住まいを失わないことを望んでいる。";

struct agency_id ask_agency(enum who who)
{
    return AGENCIES[who];
}

static void by(struct call *c, enum who who)
{
    scope_reset(c->s);
    c->who = who;
    c->s->actor.agency = AGENCIES[who];
    c->s->actor.role = ROLE_WORKER;
    memcpy(c->s->actor.user, "bench", sizeof "bench");
}

static void fill(struct call *c, const char *service, const struct shape *shape, const void *msg)
{
    c->ask = (struct asking){.id = scope_uuid(c->s), .service = service, .type = shape->name, .has_key = true,
                             .ticket = span_str(c->as[c->who].ticket)};
    if (codec_encode(c->s, shape, msg, &c->ask.payload) != OK)
        stop(shape->name, c->s->why.en);
}

void ask_open(struct call *c)
{
    struct case_private told = {.narrative = SPAN_LIT(NARRATIVE), .has_name = true, .name = SPAN_LIT("架空 太郎"),
                                .has_kana = true, .kana = SPAN_LIT("かくう たろう")};

    by(c, AS_DESK);
    c->case_id = scope_uuid(c->s);
    c->stage = STAGE_OPEN;
    fill(c, "intake", shape_case_open(), &(struct case_open){
        .has_case_id = true, .case_id = c->case_id, .channel = CHANNEL_VISIT_SELF, .area = AREA_CENTRAL, .age_band = AGE_ADULT,
        .needs = {NEEDS, 2}, .urgency = URGENCY_ROUTINE, .consent = CONSENT_GIVEN});
    c->ask.key = c->case_id;
    if (codec_encode(c->s, shape_case_private(), &told, &c->ask.sealed) != OK)
        stop("case_private", c->s->why.en);
}

/* The referral's id ends as the case's does, so that the relay hands both to one worker. */
void ask_offer(struct call *c)
{
    by(c, AS_DESK);
    c->ref_id = scope_uuid(c->s);
    memcpy(c->ref_id.b + 12, c->case_id.b + 12, 4);
    c->stage = STAGE_OFFER;
    fill(c, "referral", shape_referral_draft(), &(struct referral_draft){
        .has_ref_id = true, .ref_id = c->ref_id, .case_id = c->case_id, .kind = KIND_TRANSFER, .to = {&AGENCIES[AS_RECEIVER], 1},
        .needs = {NEEDS, 1}, .items = {ITEMS, 2}, .basis = BASIS_CONSENT, .send = true});
    c->ask.key = c->case_id;
}

void ask_accept(struct call *c)
{
    by(c, AS_RECEIVER);
    c->stage = STAGE_ACCEPT;
    fill(c, "referral", shape_referral_act(), &(struct referral_act){.ref_id = c->ref_id, .event = EV_ACCEPT});
    c->ask.key = c->ref_id;
}

struct span ask_open_json(struct scope *s)
{
    return span_str(scope_print(s,
        "{\"channel\":\"visit_self\",\"area\":\"central\",\"age_band\":\"adult\",\"needs\":[\"%s\",\"%s\"],\"urgency\":\"routine\","
        "\"consent\":\"given\",\"sealed\":{\"narrative\":\"%s\",\"name\":\"架空 太郎\",\"kana\":\"かくう たろう\"}}",
        words_at(words_need(), NEEDS[0]), words_at(words_need(), NEEDS[1]), NARRATIVE));
}
