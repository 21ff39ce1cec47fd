/* Checking, as an outsider does it: a whole log of many leaves, and one proof of one event, each as the program and as the call behind it.
 * The log is made here, every leaf an event's commitment; what is checked of it are files alone. */
#include <errno.h>
#include <inttypes.h>
#include <spawn.h>
#include <stdlib.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ledger/log_proof.h"
#include "ledger/verify.h"
#include "log.h"
#include "seal/secret.h"

enum { LEVELS = 40, PROGRAM_RUNS = 101, LOG_RUNS = 3, CALLS = 2000, PATH_MOST = 512, ROOM = 64 << 20 };

static const char ORIGIN[] = "bench.example/kashimaru/2026", CODE[] = "A056";

struct million {
    struct scope *s;
    const char *verifier, *folder;
    uint64_t leaves, proven;
    struct frontier f;
    struct tree_hash *kept[LEVELS];
    uint8_t *leaf;
    uint8_t event[EVENT_LEN], public_key[SIGN_PUBLIC_LEN];
    struct note_key key;
    struct secret *log_secret, *agency_secret;
    struct span note, proof;
    char vkey[VKEY_MAX + 8];
};

static void must(enum status st, struct scope *s, const char *what)
{
    if (st != OK)
        stop(what, s->why.en);
}

/* A folder of what is to be written, made where it is missing. */
static void file_write(const char *folder, const char *name, struct span bytes)
{
    char path[PATH_MOST];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    for (char *at = path + strlen(folder) + 1; *at; at++)
        if (*at == '/') {
            *at = '\0';
            if (mkdir(path, 0755) != 0 && errno != EEXIST)
                stop(path, "cannot be made");
            *at = '/';
        }
    FILE *f = fopen(path, "we");
    if (!f || fwrite(bytes.p, 1, bytes.n, f) != bytes.n || fclose(f) != 0)
        stop(path, "cannot be written");
}

static void salt_of(uint64_t i, uint8_t to[SALT_LEN])
{
    memset(to, 0, SALT_LEN);
    memcpy(to, &i, sizeof i);
}

static enum status keep(void *own, unsigned level, uint64_t index, const struct tree_hash *hash)
{
    struct million *m = own;

    m->kept[level][index] = *hash;
    return OK;
}

static enum status recall(void *own, unsigned level, uint64_t index, struct tree_hash *ret_hash)
{
    const struct million *m = own;

    *ret_hash = m->kept[level][index];
    return OK;
}

static enum status store(void *own, const struct tile *t)
{
    struct million *m = own;
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    char path[TILE_PATH_MAX];
    uint64_t from = t->index * TILE_WIDTH;
    struct span leaves[TILE_WIDTH], bytes;

    if (!s)
        stop("million", "no memory");
    for (unsigned i = 0; t->is_entries && i < t->width; i++)
        leaves[i] = span_of(m->leaf + (from + i) * LEAF_LEN, LEAF_LEN);
    if (t->is_entries)
        TRY(entries_write(s, leaves, t->width, &bytes));
    else
        bytes = span_of(m->kept[t->level * TILE_HEIGHT][from].b, (size_t)t->width * TREE_HASH_LEN);
    tile_path(t, path);
    file_write(m->folder, path, bytes);
    return OK;
}

static void make_event(struct million *m)
{
    struct agency_id by;
    struct event e = {.type = EVENT_ACCEPT, .at_ms = clock_now_us() / US_PER_MS, .id = scope_uuid(m->s), .case_id = scope_uuid(m->s), .seq = 7};

    must(agency_parse(span_str(CODE), &by), m->s, "agency");
    e.agency = agency_number(by);
    must(sign_keypair(m->s, &m->agency_secret, m->public_key), m->s, "key");
    must(event_sign(m->s, m->agency_secret, &e), m->s, "event");
    event_write(&e, m->event);
}

static void make_log(struct million *m)
{
    uint8_t public_key[SIGN_PUBLIC_LEN], salt[SALT_LEN];
    struct checkpoint c = {.origin = span_str(ORIGIN), .size = m->leaves};
    struct tree_hash hash;
    struct span text, line;

    for (unsigned level = 0; level < LEVELS; level++)
        m->kept[level] = calloc((m->leaves >> level) + 1, sizeof **m->kept);
    m->leaf = calloc(m->leaves, LEAF_LEN);
    for (uint64_t i = 0; i < m->leaves; i++) {
        salt_of(i, salt);
        leaf_make(salt, m->event, m->leaf + i * LEAF_LEN);
        tree_leaf(span_of(m->leaf + i * LEAF_LEN, LEAF_LEN), &hash);
        must(frontier_append(m->s, &m->f, &hash, keep, m), m->s, "leaf");
    }
    must(tiles_new(0, m->leaves, store, m), m->s, "tiles");
    frontier_root(&m->f, &c.root);
    must(sign_keypair(m->s, &m->log_secret, public_key), m->s, "key");
    must(note_key_make(m->s, ORIGIN, NOTE_ED25519, public_key, &m->key), m->s, "key");
    must(checkpoint_write(m->s, &c, &text), m->s, "checkpoint");
    must(note_sign(m->s, &m->key, m->log_secret, text, 0, &line), m->s, "checkpoint");
    must(note_join(m->s, text, &line, 1, &m->note), m->s, "checkpoint");
    file_write(m->folder, "checkpoint", m->note);
    char vkey[VKEY_MAX];
    vkey_write(&m->key, vkey);
    snprintf(m->vkey, sizeof m->vkey, "--key=%s", vkey);
}

static void make_proof(struct million *m)
{
    uint8_t *extra = scope_alloc(m->s, EVENT_LEN + SALT_LEN);
    struct log_proof p = {.index = m->proven, .checkpoint = m->note, .extra = span_of(extra, EVENT_LEN + SALT_LEN)};

    if (!extra)
        stop("million", "no memory");
    memcpy(extra, m->event, EVENT_LEN);
    salt_of(m->proven, extra + EVENT_LEN);
    must(inclusion_proof(m->s, recall, m, m->proven, m->leaves, &p.path), m->s, "proof");
    must(log_proof_write(m->s, &p, &m->proof), m->s, "proof");
    file_write(m->folder, "proof", m->proof);
}

/* How long the program takes, from before it is started until it has ended well. */
static int64_t run_program(struct million *m, char *const argv[])
{
    char *const none[] = {NULL};
    posix_spawn_file_actions_t quiet;
    pid_t pid;
    int status;

    if (posix_spawn_file_actions_init(&quiet) != 0 || posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", O_WRONLY, 0) != 0)
        stop("million", "no memory");
    int64_t start = clock_mono_us();
    if (posix_spawn(&pid, m->verifier, &quiet, NULL, argv, none) != 0 || waitpid(pid, &status, 0) != pid)
        stop(m->verifier, "cannot be run");
    int64_t took = clock_mono_us() - start;
    posix_spawn_file_actions_destroy(&quiet);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        stop(m->verifier, "does not say that it is good");
    return took;
}

static void programs(struct million *m)
{
    char proof[PATH_MOST], folder[PATH_MOST], program[] = "kashimaru-verify", log_word[] = "log", proof_word[] = "proof",
         version[] = "--version";
    char *const of_nothing[] = {program, version, NULL};
    char *const of_log[] = {program, log_word, folder, m->vkey, NULL};
    char *const of_proof[] = {program, proof_word, proof, m->vkey, NULL};
    int64_t log_us[LOG_RUNS], proof_us[PROGRAM_RUNS], start_us[PROGRAM_RUNS];

    snprintf(folder, sizeof folder, "%s", m->folder);
    snprintf(proof, sizeof proof, "%s/proof", m->folder);
    for (int i = 0; i < LOG_RUNS; i++)
        log_us[i] = run_program(m, of_log);
    for (int i = 0; i < PROGRAM_RUNS; i++) {
        start_us[i] = run_program(m, of_nothing);
        proof_us[i] = run_program(m, of_proof);
    }
    percentiles("verify", scope_print(m->s, "verify log, %" PRIu64 " leaves", m->leaves), log_us, LOG_RUNS);
    percentiles("verify", "verify proof, the program", proof_us, PROGRAM_RUNS);
    percentiles("verify", "the program by itself (--version)", start_us, PROGRAM_RUNS);
}

static void calls(struct million *m)
{
    AUTO(scope) s = scope_new(ROOM, entropy_system());
    const struct trusted_log log = {&m->key, NULL};
    const struct verify_trust trust = {&log, 1};
    struct agency_signer signer = {.from_us = 0, .until_us = INT64_MAX};
    const struct agency_signers signers = {&signer, 1};
    struct verified_proof p;
    int64_t us[CALLS];

    if (!s)
        stop("million", "no memory");
    struct agency_id by;
    must(agency_parse(span_str(CODE), &by), m->s, "agency");
    signer.agency = agency_number(by);
    memcpy(signer.public_key, m->public_key, sizeof signer.public_key);
    sign_key_id(m->public_key, signer.key_id);
    for (int i = 0; i < CALLS; i++) {
        int64_t start = clock_mono_us();
        scope_reset(s);
        must(verify_proof(s, &trust, &signers, m->proof, &p), s, "verify_proof");
        us[i] = clock_mono_us() - start;
    }
    percentiles("verify", "verify proof, the call, agency's key too", us, CALLS);
}

int million_report(const char *verifier, const char *folder, uint64_t leaves)
{
    struct million m = {.s = scope_new(ROOM, entropy_system()), .verifier = verifier, .folder = folder, .leaves = leaves};

    if (!m.s || seal_init() != OK || leaves < 1 || leaves >> (LEVELS - 1))
        stop("million", "no memory, or no such number of leaves");
    m.proven = leaves / 3;
    make_event(&m);
    make_log(&m);
    make_proof(&m);
    programs(&m);
    calls(&m);
    for (unsigned level = 0; level < LEVELS; level++)
        free(m.kept[level]);
    free(m.leaf);
    secret_free(m.log_secret);
    secret_free(m.agency_secret);
    scope_free(m.s);
    return 0;
}
