/* What the console knows of requests and code lists, as TypeScript: printed from the tables that the gateway itself walks, so
 * that a page which asks for something that is not there does not build.   tsgen >api.ts */
#include <ctype.h>
#include <stdio.h>

#include "base/scope.h"
#include "outward.h"
#include "wire/api.h"
#include "wire/message.h"
#include "wire/words.h"

enum { SHAPES_MAX = 400 };

struct reached {
    struct scope *s;
    const struct shape *v[SHAPES_MAX];
    size_t n;
};

static void reach(struct reached *r, const struct shape *inward)
{
    const struct shape *shape = outward_shape(r->s, inward);

    for (size_t i = 0; shape && i < r->n; i++)
        if (strcmp(r->v[i]->name, shape->name) == 0)
            return;
    if (!shape || r->n == SHAPES_MAX)
        return;
    r->v[r->n++] = shape;
    for (size_t i = 0; i < shape->n; i++)
        if (shape->field[i].kind == K_RECORD)
            reach(r, shape->field[i].shape());
}

/* case_open → CaseOpen */
static void put_name(const char *name)
{
    bool is_up = true;

    for (; *name; name++) {
        if (*name == '_') {
            is_up = true;
            continue;
        }
        putchar(is_up ? toupper((unsigned char)*name) : *name);
        is_up = false;
    }
}

static void put_type(const struct field *f)
{
    switch (f->kind) {
    case K_UUID: printf("Uuid"); break;
    case K_AGENCY: printf("Agency"); break;
    case K_TIME: printf("Time"); break;
    case K_I64: printf("number"); break;
    case K_BOOL: printf("boolean"); break;
    case K_ENUM: put_name(f->words()->name); break;
    case K_RECORD: put_name(f->shape()->name); break;
    case K_TEXT:
    case K_BYTES:
    case KIND_N:
    default: printf("string");
    }
    printf("%s", f->is_list ? "[]" : "");
}

static void put_shape(const struct shape *shape)
{
    printf("export interface ");
    put_name(shape->name);
    printf(" {\n");
    for (size_t i = 0; i < shape->n; i++) {
        printf("  %s%s: ", shape->field[i].name, shape->field[i].is_optional ? "?" : "");
        put_type(&shape->field[i]);
        printf(";\n");
    }
    printf("}\n");
}

static void put_words(void)
{
    size_t n;
    const struct words *(*const *all)(void) = words_all(&n);

    for (size_t i = 0; i < n; i++) {
        const struct words *w = all[i]();
        printf("export type ");
        put_name(w->name);
        printf(" =");
        for (size_t k = 0; k < w->n; k++)
            printf(" %s'%s'", k ? "| " : "", w->v[k].word);
        printf(";\n");
    }
    printf("\n/** Code lists in their order: word → what people read. */\nexport const WORDS = {\n");
    for (size_t i = 0; i < n; i++) {
        const struct words *w = all[i]();
        printf("  %s: {", w->name);
        for (size_t k = 0; k < w->n; k++)
            printf("%s%s: '%s'", k ? ", " : " ", w->v[k].word, w->v[k].label_ja);
        printf(" },\n");
    }
    printf("} as const;\n\n");
}

/* What the path names and the message does not have. */
static void put_path_fields(const struct api *a)
{
    for (const char *at = strchr(a->path, '{'); at; at = strchr(at + 1, '{')) {
        size_t n = strcspn(at + 1, "}");
        if (!shape_field(a->request(), span_of(at + 1, n)))
            printf(" & { %.*s: string }", (int)n, at + 1);
    }
}

static void put_calls(void)
{
    printf("/** What can be asked: request, answer. */\nexport interface Calls {\n");
    for (size_t i = 0; api_at(i); i++) {
        printf("  %s: [", api_at(i)->request()->name);
        put_name(api_at(i)->request()->name);
        put_path_fields(api_at(i));
        printf(", ");
        put_name(api_at(i)->answer()->name);
        printf("];\n");
    }
    printf("}\n\n/** Method, path, and who may: a bit for each role in the order of WORDS.role; 0 = anybody. */\n"
           "export const CALLS: { readonly [K in keyof Calls]: readonly [string, string, number] } = {\n");
    for (size_t i = 0; api_at(i); i++) {
        const struct api *a = api_at(i);
        printf("  %s: ['%s', '%s', %u],\n", a->request()->name, a->method, a->path, a->roles & API_ANYBODY ? 0 : a->roles);
    }
    printf("};\n");
}

int main(void)
{
    AUTO(scope) s = scope_new(4 << 20, NULL);
    struct reached r = {.s = s};

    if (!s)
        return 1;
    for (size_t i = 0; api_at(i); i++) {
        reach(&r, api_at(i)->request());
        reach(&r, api_at(i)->answer());
    }
    printf("// Made by gen/tsgen.c from the tables of messages.\n\nexport type Uuid = string;\nexport type Agency = string;\n"
           "/** RFC 3339 */\nexport type Time = string;\n\n");
    put_words();
    for (size_t i = 0; i < r.n; i++)
        put_shape(r.v[i]);
    printf("\n");
    put_calls();
    return ferror(stdout) || fflush(stdout) ? 1 : r.n == SHAPES_MAX;
}
