#ifndef KM_TEST_SEAL_HOST_HELP_H
#define KM_TEST_SEAL_HOST_HELP_H

#include "seal_help.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "seal/digest.h"
#include "seal/envelope.h"
#include "seal/host.h"

#define DAY_US (86400 * (int64_t)US_PER_S)

static const char *const NAMES[] = {"relay", "account", "referral", "meeting", "intake", "ctl"};
static const struct agency_id A059 = {"A059"}, A056 = {"A056"};

/* A city's keys folder and an agency's folder. */
struct place {
    char city[200], agency[220], second[220];
    struct scope *s;
};

static inline int place_make(void **state)
{
    struct place *p = calloc(1, sizeof *p);
    assert_non_null(p);
    const char *base = getenv("TMPDIR");
    snprintf(p->city, sizeof p->city, "%.100s/seal-hosts-XXXXXX", base ? base : "/tmp");
    assert_non_null(mkdtemp(p->city));
    snprintf(p->agency, sizeof p->agency, "%s/agency", p->city);
    snprintf(p->second, sizeof p->second, "%s/second", p->city);
    p->s = test_scope();
    p->s->now_us = clock_now_us();
    assert_int_equal(keyring_create(p->s, p->city, NAMES, COUNT(NAMES)), OK);
    *state = p;
    return 0;
}

static inline void folder_remove(const char *path)
{
    DIR *d = opendir(path);
    for (struct dirent *e = d ? readdir(d) : NULL; e; e = readdir(d))
        if (e->d_type != DT_DIR)
            unlinkat(dirfd(d), e->d_name, 0);
    if (d)
        closedir(d);
    rmdir(path);
}

static inline int place_remove(void **state)
{
    struct place *p = *state;
    folder_remove(p->agency);
    folder_remove(p->second);
    folder_remove(p->city);
    scope_free(p->s);
    free(p);
    return 0;
}

static inline struct span file_text(struct place *p, const char *dir, const char *name)
{
    enum { MOST = 64 << 10 };
    FILE *f = fopen(scope_print(p->s, "%s/%s", dir, name), "rb");
    uint8_t *to = scope_alloc(p->s, MOST);
    assert_non_null(f);
    assert_non_null(to);
    size_t n = fread(to, 1, MOST - 1, f);
    fclose(f);
    return span_of(to, n);
}

static inline void file_put_text(struct place *p, const char *dir, const char *name, struct span text)
{
    FILE *f = fopen(scope_print(p->s, "%s/%s", dir, name), "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(text.p, 1, text.n, f), text.n);
    assert_int_equal(fclose(f), 0);
}

static inline struct enrolment made(struct place *p, const char *dir, struct agency_id agency)
{
    struct enrolment e;
    assert_int_equal(host_new(p->s, dir, agency, &e), OK);
    return e;
}

static inline void wrong(const char *name, size_t row, enum status st)
{
    print_error("%s, row %zu: %s\n", name, row, status_trait(st)->word);
    assert_true(false);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, place_make, place_remove)

#endif
