#ifndef KM_TEST_SEAL_HOST_HELP_H
#define KM_TEST_SEAL_HOST_HELP_H

#include "seal_files.h"

#include "base/clock.h"
#include "seal/digest.h"
#include "seal/envelope.h"
#include "seal/host.h"

#define DAY_US (86400 * (int64_t)US_PER_S)

static const char *const NAMES[] = {"relay", "account", "referral", "meeting", "intake", "ctl"};
static const struct agency_id A059 = {"A059"}, A056 = {"A056"};

/* A city's keys folder and an agency's folder. */
struct place {
    char city[FOLDER_MAX], agency[FOLDER_MAX + 20], second[FOLDER_MAX + 20];
    struct scope *s;
};

static inline int place_make(void **state)
{
    struct place *p = calloc(1, sizeof *p);
    assert_non_null(p);
    folder_new(p->city);
    snprintf(p->agency, sizeof p->agency, "%s/agency", p->city);
    snprintf(p->second, sizeof p->second, "%s/second", p->city);
    p->s = test_scope();
    p->s->now_us = clock_now_us();
    assert_int_equal(keyring_create(p->s, p->city, NAMES, COUNT(NAMES)), OK);
    *state = p;
    return 0;
}

static inline int place_remove(void **state)
{
    struct place *p = *state;
    folder_remove(p->city);
    scope_free(p->s);
    free(p);
    return 0;
}

static inline struct span file_text(struct place *p, const char *dir, const char *name)
{
    return file_bytes(p->s, scope_print(p->s, "%s/%s", dir, name));
}

/* As it was closed before, or open to all. */
static inline void file_put_text(struct place *p, const char *dir, const char *name, struct span text)
{
    const char *path = scope_print(p->s, "%s/%s", dir, name);
    struct stat was;
    file_store(path, text, stat(path, &was) == 0 ? was.st_mode & 07777u : 0644);
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
