#ifndef KM_TEST_WITNESS_PLACE_H
#define KM_TEST_WITNESS_PLACE_H

#include <errno.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "witness_world.h"

#include "witness/answer.h"

#include "lib/folder.h"

/* A witness's folder in a temporary one, and a log that it trusts. */

struct place {
    struct scope *s;
    char dir[FOLDER_MAX];
    const char *state; /* <dir>/w */
    struct log log;
    struct note_key key; /* the witness's */
};

static inline int end_of(pid_t pid)
{
    int how = 0;

    while (waitpid(pid, &how, 0) < 0)
        assert_int_equal(errno, EINTR);
    return WIFEXITED(how) ? WEXITSTATUS(how) : -1;
}

/* In the folder; HEAD is set to the name of the log's file. */
static inline void shell(const struct place *p, const char *what)
{
    struct watched w = {.key = p->log.key};
    struct span name = {0};
    uint8_t digest[DIGEST32_LEN];
    char head[40 + DIGEST_HEX_MAX] = "HEAD=head-", hex[DIGEST_HEX_MAX];

    sha256_of(span_str(w.key.name), digest);
    name = span_str(digest_hex(span_of(digest, ORIGIN_ID_LEN), hex));
    memcpy(head + strlen(head), name.p, name.n + 1);
    char *const all[] = {head, NULL};
    pid_t pid = fork();
    if (pid == 0) {
        if (chdir(p->dir) == 0)
            execle("/bin/sh", "sh", "-ec", what, (char *)NULL, all);
        _exit(127);
    }
    assert_int_equal(end_of(pid), 0);
}

static inline void trust(struct place *p, const struct note_key *log, enum status want)
{
    AUTO(memory) m = NULL;

    assert_int_equal(memory_open(p->s, p->state, true, &m), OK);
    must_be_status(memory_trust(p->s, m, log), want, "trust");
}

static inline void found(struct place *p)
{
    assert_int_equal(memory_make(p->s, p->state, WITNESS_NAME, &p->key), OK);
    trust(p, &p->log.key, OK);
}

static inline int open_place(void **state)
{
    struct place *p = calloc(1, sizeof *p);

    assert_non_null(p);
    assert_int_equal(seal_init(), OK);
    p->s = scope_new(SCOPE_CAP, entropy_system());
    assert_non_null(p->s);
    folder_new(p->dir);
    p->state = scope_print(p->s, "%s/w", p->dir);
    p->log = log_new(p->s, LOG_NAME);
    found(p);
    *state = p;
    return 0;
}

static inline int close_place(void **state)
{
    struct place *p = *state;

    folder_remove(p->dir);
    secret_free(p->log.secret);
    scope_free(p->s);
    free(p);
    return 0;
}

#endif
