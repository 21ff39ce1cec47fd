/* The schema as it was landed, line by line, in tests/lint/frozen.txt: what stands there must still hold, so a running peer or a
 * stored message never meets another meaning. New lines are legal and must be put into the file; `wire_frozen print` writes
 * the whole list. A required field in a message that is already frozen is never legal. */
#include "base/scope.h"
#include "wire/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

enum { LINES_MAX = 4000, FILE_BYTES_MAX = 1 << 20 };

struct lines {
    const char *v[LINES_MAX];
    size_t n;
};

static void add(struct lines *l, const char *line)
{
    assert_true(l->n < LINES_MAX && line[0]);
    l->v[l->n++] = line;
}

static const char *field_line(struct scope *s, const struct shape *shape, const struct field *f)
{
    const char *of = f->words ? f->words()->name : f->shape ? f->shape()->name : "";
    const char *kind = scope_print(s, "%s%s%s", kind_word(f->kind), of[0] ? ":" : "", of);
    const char *bound = f->limit ? scope_print(s, " max %lld", (long long)f->limit) : "";
    const char *most = f->is_list ? scope_print(s, " list %zu", f->most) : "";

    return scope_print(s, "field %s.%s %s%s%s%s %s", shape->name, f->name, kind, bound, most, f->is_sealed ? " sealed" : "",
                       f->is_optional ? "optional" : "required");
}

static void add_shape(struct scope *s, struct lines *l, const char *what, const struct shape *shape)
{
    add(l, scope_print(s, "%s %s", what, shape->name));
    for (size_t i = 0; i < shape->n; i++)
        add(l, field_line(s, shape, &shape->field[i]));
}

static void list_now(struct scope *s, struct lines *l)
{
    size_t n;
    const struct words *(*const *all)(void) = words_all(&n);

    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < all[i]()->n; k++)
            add(l, scope_print(s, "word %s %zu %s", all[i]()->name, k, all[i]()->v[k].word));
    for (size_t i = 0; record_at(i); i++)
        add_shape(s, l, "record", record_at(i));
    for (size_t i = 0; message_at(i); i++)
        add_shape(s, l, "message", message_at(i));
}

static bool has(const struct lines *l, const char *line)
{
    for (size_t i = 0; i < l->n; i++)
        if (strcmp(l->v[i], line) == 0)
            return true;
    return false;
}

/* The file, cut at its line ends. */
static void list_frozen(struct scope *s, struct lines *l)
{
    const char *path = KM_SOURCE_DIR "/tests/lint/frozen.txt";
    char *text = scope_alloc(s, FILE_BYTES_MAX);
    FILE *f = fopen(path, "r");

    assert_non_null(f);
    size_t n = fread(text, 1, FILE_BYTES_MAX - 1, f);
    assert_true(feof(f));
    fclose(f);
    for (char *line = text, *end; line < text + n; line = end + 1) {
        end = strchrnul(line, '\n');
        *end = '\0';
        if (line[0] != '\0' && line[0] != '#')
            add(l, line);
    }
}

/* A field line that may not be added: required, in a record or message that was there before. */
static bool breaks_peers(struct scope *s, const struct lines *frozen, const char *line)
{
    size_t n = strlen(line), required = strlen(" required");
    const char *dot = strchr(line, '.');

    if (strncmp(line, "field ", 6) != 0 || !dot || n < required || strcmp(line + n - required, " required") != 0)
        return false;
    int len = (int)(dot - line) - 6;
    return has(frozen, scope_print(s, "record %.*s", len, line + 6)) ||
           has(frozen, scope_print(s, "message %.*s", len, line + 6));
}

static void what_was_landed_still_holds(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    struct lines *now = SCOPE_NEW(s, struct lines), *frozen = SCOPE_NEW(s, struct lines);
    size_t wrong = 0;

    (void)state;
    list_now(s, now);
    list_frozen(s, frozen);
    for (size_t i = 0; i < frozen->n; i++)
        if (!has(now, frozen->v[i])) {
            print_error("no longer true:  %s\n", frozen->v[i]);
            wrong++;
        }
    for (size_t i = 0; i < now->n; i++)
        if (!has(frozen, now->v[i])) {
            print_error("%s  %s\n", breaks_peers(s, frozen, now->v[i]) ? "needs a new message, not a new required field:" : "add:",
                        now->v[i]);
            wrong++;
        }
    assert_int_equal(wrong, 0);
}

static void each_line_is_there_once(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    struct lines *frozen = SCOPE_NEW(s, struct lines);

    (void)state;
    list_frozen(s, frozen);
    assert_true(frozen->n > 0);
    for (size_t i = 0; i < frozen->n; i++) {
        struct lines before = {.n = 0};
        memcpy(before.v, frozen->v, i * sizeof before.v[0]);
        before.n = i;
        assert_false(has(&before, frozen->v[i]));
    }
}

static int print_now(void)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    struct lines *now = SCOPE_NEW(s, struct lines);

    list_now(s, now);
    puts("# The landed schema: names, kinds, bounds, needs and the order of code lists. Lines are added, never changed or removed.");
    for (size_t i = 0; i < now->n; i++)
        puts(now->v[i]);
    return 0;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_landed_still_holds),
        cmocka_unit_test(each_line_is_there_once),
    };
    if (argc == 2 && strcmp(argv[1], "print") == 0)
        return print_now();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
