/* The published contract, printed from the tables the gateway itself walks: a row of the request table that is not here cannot be
 * asked for, and the other way round. Text from the tables is escaped; everything else is literal. */
#include "openapi.h"

#include "bearer.h"
#include "health.h"
#include "idem.h"
#include "outward.h"
#include "path.h"
#include "problem.h"
#include "text.h"
#include "wire/codec.h"
#include "wire/message.h"

enum { SHAPES_MAX = 256 };

/* Every shape the document refers to, each once. */
struct reached {
    const struct shape *v[SHAPES_MAX];
    size_t n;
};

bool api_creates(const struct api *api)
{
    const struct shape *shape = api->request();

    for (size_t i = 0; i < shape->n; i++) {
        const struct field *f = &shape->field[i];
        size_t n = strlen(f->name);
        if (f->kind == K_UUID && f->is_optional && !f->is_list && n > 3 && strcmp(f->name + n - 3, "_id") == 0)
            return strcmp(api->method, "POST") == 0;
    }
    return false;
}

static void reach(struct text *t, struct reached *r, const struct shape *inward)
{
    const struct shape *shape = outward_shape(t->s, inward);

    for (size_t i = 0; shape && i < r->n; i++)
        if (strcmp(r->v[i]->name, shape->name) == 0)
            return;
    if (!shape || r->n == SHAPES_MAX) {
        t->has_failed = true;
        return;
    }
    r->v[r->n++] = shape;
    for (size_t i = 0; i < shape->n; i++)
        if (shape->field[i].kind == K_RECORD)
            reach(t, r, shape->field[i].shape());
}

static void schema(struct text *t, const struct shape *shape)
{
    struct span json = {0};

    if (codec_schema(t->s, shape, &json) != OK)
        t->has_failed = true;
    text_span(t, json);
}

static bool is_var(const char *const *vars, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(vars[i], name) == 0)
            return true;
    return false;
}

/* A parameter's schema is the field's own, by reference into the message. */
static void parameter(struct text *t, const char *in, const struct shape *shape, const struct field *f)
{
    bool is_path = strcmp(in, "path") == 0;

    text_put(t, ",{\"name\":\"%s\",\"in\":\"%s\",\"required\":%s,", f->name, in, is_path || !f->is_optional ? "true" : "false");
    if (f->is_list)
        text_put(t, "\"style\":\"form\",\"explode\":false,");
    text_put(t, "\"description\":");
    text_json(t, f->prose);
    text_put(t, ",\"schema\":{\"$ref\":\"#/components/schemas/%s/properties/%s\"}}", shape->name, f->name);
}

static void service_parameter(struct text *t)
{
    text_put(t, ",{\"name\":\"service\",\"in\":\"path\",\"required\":true,\"description\":\"service whose queue is meant\","
                "\"schema\":{\"type\":\"string\",\"enum\":[");
    for (size_t i = 0; i < SERVICE_N; i++)
        text_put(t, "%s\"%s\"", i ? "," : "", service_name(i));
    text_put(t, "]}}");
}

static void parameters(struct text *t, const struct api *api, const char *const *vars, size_t var_n)
{
    const struct shape *shape = api->request();
    bool is_get = strcmp(api->method, "GET") == 0;

    text_put(t, "\"parameters\":[{\"$ref\":\"#/components/parameters/traceparent\"}");
    if (api->kind == API_CHANGE && !(api->roles & API_ANYBODY))
        text_put(t, ",{\"$ref\":\"#/components/parameters/Idempotency-Key\"}");
    if (idem_is_told(api))
        text_put(t, ",{\"$ref\":\"#/components/parameters/Idempotency-Key-attempt\"}");
    if (!is_get && !(api->roles & API_ANYBODY))
        text_put(t, ",{\"$ref\":\"#/components/parameters/X-CSRF-Token\"}");
    if (api->answer() == shape_session_grant())
        text_put(t, ",{\"$ref\":\"#/components/parameters/X-Kashimaru-Token\"}");
    for (size_t i = 0; i < var_n; i++) {
        const struct field *f = shape_field(shape, span_str(vars[i]));
        if (f)
            parameter(t, "path", shape, f);
        else
            service_parameter(t);
    }
    for (size_t i = 0; is_get && i < shape->n; i++)
        if (!is_var(vars, var_n, shape->field[i].name))
            parameter(t, "query", shape, &shape->field[i]);
    text_put(t, "],");
}

/* The body is the message less what the path already says. */
static void body(struct text *t, const struct api *api, const char *const *vars, size_t var_n)
{
    const struct shape *shape = api->request();
    struct shape rest = *shape;
    struct field *fields = scope_alloc(t->s, (shape->n + 1) * sizeof *fields);
    bool is_required = false;

    if (!fields) {
        t->has_failed = true;
        return;
    }
    rest.n = 0;
    for (size_t i = 0; i < shape->n; i++) {
        if (is_var(vars, var_n, shape->field[i].name))
            continue;
        is_required = is_required || !shape->field[i].is_optional;
        fields[rest.n++] = shape->field[i];
    }
    rest.field = fields;
    text_put(t, "\"requestBody\":{\"required\":%s,\"content\":{\"application/json\":{\"schema\":",
             is_required ? "true" : "false");
    if (rest.n == shape->n)
        text_put(t, "{\"$ref\":\"#/components/schemas/%s\"}", shape->name);
    else
        schema(t, &rest);
    text_put(t, "}}},");
}

/* What the gateway itself may say to it, beside the answer. */
static void refusals(struct text *t, const struct api *api)
{
    const bool is_anybodys = api->roles & API_ANYBODY;

    text_put(t, is_anybodys ? ",\"429\":{\"$ref\":\"#/components/responses/limited\"}"
                            : ",\"401\":{\"$ref\":\"#/components/responses/unknown\"}");
    text_put(t, ",\"403\":{\"$ref\":\"#/components/responses/denied\"},"
                "\"default\":{\"$ref\":\"#/components/responses/problem\"}}}");
}

static void operation(struct text *t, const struct api *api)
{
    const char *vars[VARS_MAX];
    size_t var_n = path_vars(t->s, api->path, vars);
    const struct words *roles = words_role();
    bool is_first = true;

    text_put(t, "\"%s\":{\"operationId\":\"%s_%s\",\"tags\":[\"%s\"],\"summary\":",
             strcmp(api->method, "GET") == 0 ? "get" : strcmp(api->method, "PUT") == 0 ? "put" : "post", api->noun, api->verb,
             api->noun);
    text_json(t, api->ja);
    text_put(t, ",\"description\":");
    text_json(t, api->en);
    text_put(t, ",\"x-roles\":[");
    for (size_t i = 0; i < roles->n; i++) {
        if (!(api->roles >> i & 1))
            continue;
        text_put(t, "%s\"%s\"", is_first ? "" : ",", roles->v[i].word);
        is_first = false;
    }
    text_put(t, api->roles & API_ANYBODY ? "],\"security\":[]," : "],");
    parameters(t, api, vars, var_n);
    if (strcmp(api->method, "GET") != 0)
        body(t, api, vars, var_n);
    text_put(t, "\"responses\":{\"%d\":{\"description\":", api_creates(api) ? 201 : 200);
    text_json(t, api->answer()->prose);
    text_put(t, ",\"content\":{\"application/json\":{\"schema\":{\"$ref\":\"#/components/schemas/%s\"}}}}", api->answer()->name);
    refusals(t, api);
}

static bool is_seen_before(size_t row)
{
    for (size_t i = 0; i < row; i++)
        if (strcmp(api_at(i)->path, api_at(row)->path) == 0)
            return true;
    return false;
}

/* The one answer that is no message: it does not end. */
static void feed(struct text *t)
{
    text_put(t, ",\"/feed\":{\"get\":{\"operationId\":\"feed\",\"tags\":[\"feed\"],\"summary\":\"変化の知らせを受け続ける\",\"description\":"
                "\"Hints as they come (server-sent events). event hint: what changed, words parted by blanks (referral, referral:ID, case, case:ID, "
                "meeting, meeting:ID, notice, recall, duplicate), never what it says; ask for it anew. event missed: something was left out, ask for "
                "everything anew. Last-Event-ID takes up where a connection broke. It ends with the session and does not count as use of it.\","
                "\"x-roles\":[");
    for (size_t i = 0, n = 0; i < words_role()->n; i++)
        if (i != ROLE_SERVICE)
            text_put(t, "%s\"%s\"", n++ ? "," : "", words_role()->v[i].word);
    text_put(t, "],\"parameters\":[{\"$ref\":\"#/components/parameters/traceparent\"},{\"name\":\"Last-Event-ID\",\"in\":\"header\","
                "\"required\":false,\"description\":\"id of the last event that came\",\"schema\":{\"type\":\"string\",\"pattern\":\"^[0-9]{1,18}$\"}}],"
                "\"responses\":{\"200\":{\"description\":\"events, until the session ends\",\"content\":{\"text/event-stream\":{\"schema\":"
                "{\"type\":\"string\"}}}},\"401\":{\"$ref\":\"#/components/responses/unknown\"},"
                "\"default\":{\"$ref\":\"#/components/responses/problem\"}}}}");
}

static void paths(struct text *t)
{
    bool is_first = true;

    text_put(t, "\"paths\":{");
    for (size_t i = 0; api_at(i); i++) {
        if (is_seen_before(i))
            continue;
        text_put(t, "%s\"%s\":{", is_first ? "" : ",", api_at(i)->path);
        is_first = false;
        operation(t, api_at(i));
        for (size_t k = i + 1; api_at(k); k++)
            if (strcmp(api_at(k)->path, api_at(i)->path) == 0) {
                text_put(t, ",");
                operation(t, api_at(k));
            }
        text_put(t, "}");
    }
    feed(t);
    text_put(t, "},");
}

static void tags(struct text *t)
{
    const char *last = "";

    text_put(t, "\"tags\":[");
    for (size_t i = 0; api_at(i); i++) {
        size_t k = 0;
        while (k < i && strcmp(api_at(k)->noun, api_at(i)->noun) != 0)
            k++;
        if (k < i)
            continue;
        text_put(t, "%s{\"name\":\"%s\"}", last, api_at(i)->noun);
        last = ",";
    }
    text_put(t, "%s{\"name\":\"feed\"}],", last);
}

static void schemes(struct text *t)
{
    static const struct {
        const char *name, *ja, *en, *header;
    } RESPONSES[] = {
        {"problem", "受け付けられなかった理由", "why it was refused", NULL},
        {"unknown", "有効なトークンがない", "no valid token came along", "WWW-Authenticate"},
        {"denied", "許されていない。クッキーでの変更では X-CSRF-Token か Origin が正しくないときも",
         "not permitted; of a change made with the cookie also a wrong X-CSRF-Token or Origin", NULL},
        {"limited", "試みが多すぎる", "too many attempts", "Retry-After"},
    };

    text_put(t, "\"securitySchemes\":{\"bearer\":{\"type\":\"http\",\"scheme\":\"bearer\"},"
                "\"cookie\":{\"type\":\"apiKey\",\"in\":\"cookie\",\"name\":\"" SESSION_COOKIE "\"}},\"responses\":{");
    for (size_t i = 0; i < COUNT(RESPONSES); i++) {
        text_put(t, "%s\"%s\":{\"description\":\"%s / %s\",", i ? "," : "", RESPONSES[i].name, RESPONSES[i].ja, RESPONSES[i].en);
        if (RESPONSES[i].header)
            text_put(t, "\"headers\":{\"%s\":{\"schema\":{\"type\":\"string\"}}},", RESPONSES[i].header);
        text_put(t, "\"content\":{\"application/problem+json\":{\"schema\":{\"$ref\":\"#/components/schemas/problem\"}}}}");
    }
    text_put(t, "},");
}

static void components(struct text *t)
{
    struct reached *r = SCOPE_NEW(t->s, struct reached);

    if (!r) {
        t->has_failed = true;
        return;
    }
    reach(t, r, shape_problem());
    for (size_t i = 0; api_at(i); i++) {
        reach(t, r, api_at(i)->request());
        reach(t, r, api_at(i)->answer());
    }
    text_put(t, "\"components\":{");
    schemes(t);
    text_put(t, "\"parameters\":{\"Idempotency-Key\":{\"name\":\"Idempotency-Key\",\"in\":\"header\",\"required\":false,"
                "\"description\":\"同じ鍵の再送には最初の答えを返す / the same key again within 24 h gives the first answer\","
                "\"schema\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":200,\"pattern\":\"^[!-~]+$\"}},"
                "\"Idempotency-Key-attempt\":{\"name\":\"Idempotency-Key\",\"in\":\"header\",\"required\":false,"
                "\"description\":\"試みごとに新しい乱数の鍵。答えが届かないとき、2分以内に同じ鍵と内容で送り直すと同じ結果になる（失敗は一度だけ数える） / "
                "random, new for each attempt: when no answer comes, the same key and content again within two minutes ends as it did; "
                "a failure counts once\","
                "\"schema\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":200,\"pattern\":\"^[!-~]+$\"}},"
                "\"X-CSRF-Token\":{\"name\":\"X-CSRF-Token\",\"in\":\"header\",\"required\":false,"
                "\"description\":\"クッキーでの変更に要る。サインインの答えの csrf / needed with the cookie: csrf of the sign-in's answer\","
                "\"schema\":{\"type\":\"string\",\"maxLength\":64}},"
                "\"X-Kashimaru-Token\":{\"name\":\"X-Kashimaru-Token\",\"in\":\"header\",\"required\":false,"
                "\"description\":\"body: トークンを本文でも返す / the token in the body, too\","
                "\"schema\":{\"type\":\"string\",\"enum\":[\"body\"]}},"
                "\"traceparent\":{\"name\":\"traceparent\",\"in\":\"header\",\"required\":false,"
                "\"description\":\"W3C Trace Context\",\"schema\":{\"type\":\"string\","
                "\"pattern\":\"^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$\"}}},\"schemas\":{");
    for (size_t i = 0; i < r->n; i++) {
        text_put(t, "%s\"%s\":", i ? "," : "", r->v[i]->name);
        schema(t, r->v[i]);
    }
    text_put(t, "}}");
}

enum status openapi_print(struct scope *s, struct span *ret_json)
{
    struct text t = {.s = s};

    text_put(&t, "{\"openapi\":\"3.1.0\",\"info\":{\"title\":\"かしまる\",\"version\":\"%s\",\"summary\":"
                 "\"支援機関のあいだでケースをつなぎ、会議を調える / hands cases from agency to agency and arranges their meetings\","
                 "\"license\":{\"name\":\"Apache-2.0\",\"identifier\":\"Apache-2.0\"}},"
                 "\"servers\":[{\"url\":\"/api/v1\"}],\"security\":[{\"bearer\":[]},{\"cookie\":[]}],",
             KM_VERSION);
    tags(&t);
    paths(&t);
    components(&t);
    text_put(&t, "}");
    return text_done(&t, ret_json);
}
