/* What the operator does by hand; whatever changes the folder has it alone, so a witness that serves is stopped first. */
#include "commands.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/clock.h"
#include "base/daemon.h"
#include "base/log.h"
#include "witness.h"

enum { EXIT_GO_ON = -1, EXIT_USAGE = 64 };

static void print_key(const char *what, const struct note_key *key)
{
    char vkey[VKEY_MAX];

    vkey_write(key, vkey);
    printf("%s%s\n", what, vkey);
}

static enum status init(struct scope *s, const struct command *c)
{
    struct note_key key;

    TRY(memory_make(s, c->state, c->name, &key));
    print_key("", &key);
    return OK;
}

static enum status trust(struct scope *s, const struct command *c)
{
    AUTO(memory) m = NULL;
    struct note_key log;

    TRY(log_line_read(s, span_str(c->argument), &log));
    TRY(memory_open(s, c->state, true, &m));
    return memory_trust(s, m, &log);
}

/* By its key, or by its name. */
static enum status untrust(struct scope *s, const struct command *c)
{
    AUTO(memory) m = NULL;
    struct note_key log;
    struct span name = span_str(c->argument);

    if (log_line_read(s, name, &log) == OK)
        name = span_str(log.name);
    TRY(memory_open(s, c->state, true, &m));
    return memory_untrust(s, m, name);
}

static void show_log(const struct watched *w)
{
    char root[BASE64_LEN(TREE_HASH_LEN) + 1] = "", at[TIME_TEXT_MAX];

    printf("\n記録 / log: %s\n", w->key.name);
    print_key("検証鍵 / vkey: ", &w->key);
    if (w->is_lost) {
        printf("状態 / state: 連署しません / nothing is cosigned: %s / %s\n", w->why.ja, w->why.en);
        return;
    }
    if (!w->is_cosigned) {
        printf("状態 / state: まだ連署していません / nothing was cosigned yet\n");
        return;
    }
    base64_put(span_of(w->root.b, TREE_HASH_LEN), root);
    printf("件数 / size: %llu\n根 / root: %s\n連署 / cosigned: %s\n", (unsigned long long)w->size, root, time_print(w->at_s * US_PER_S, at));
}

static enum status show(struct scope *s, const struct command *c)
{
    AUTO(memory) m = NULL;

    TRY(memory_open(s, c->state, false, &m));
    printf("名前 / name: %s\n", m->key.name);
    print_key("検証鍵 / vkey: ", &m->key);
    for (size_t i = 0; i < m->n; i++)
        show_log(&m->v[i]);
    return OK;
}

static enum status serve(struct scope *s, const struct command *c)
{
    AUTO(memory) m = NULL;
    AUTO(witness) w = NULL;
    unsigned port;

    int stop_fd = daemon_stop_fd();
    if (stop_fd < 0)
        return fail(s, UNAVAILABLE, "signalfd がありません（%s）", "no signalfd (%s)", strerrorname_np(errno));
    enum status st = memory_open(s, c->state, true, &m);
    if (st == OK)
        st = witness_open(s, m, c->listen, &w, &port);
    if (st == OK) {
        LOG(LOG_NOTICE, "ready", LOG_WORD("name", m->key.name), LOG_NUM("logs", m->n), LOG_NUM("port", port));
        daemon_notify("READY=1");
        witness_serve(w, stop_fd);
    }
    close(stop_fd);
    return st;
}

static const struct {
    const char *word; /* "" = none */
    bool takes_name, takes_listen, takes_argument;
    enum status (*run)(struct scope *s, const struct command *c);
} COMMANDS[] = {
    {"", false, true, false, serve},       {"init", true, false, false, init}, {"trust", false, false, true, trust},
    {"untrust", false, false, true, untrust}, {"show", false, false, false, show},
};

int command_run(struct scope *s, const struct command *c)
{
    for (size_t i = 0; i < COUNT(COMMANDS); i++) {
        if (strcmp(c->word ? c->word : "", COMMANDS[i].word) != 0)
            continue;
        if (!c->state || !c->name == COMMANDS[i].takes_name || !c->listen == COMMANDS[i].takes_listen ||
            !c->argument == COMMANDS[i].takes_argument)
            return EXIT_USAGE;
        enum status st = COMMANDS[i].run(s, c);
        if (st != OK)
            fprintf(stderr, "kashimaru-witness: %s / %s\n", s->why.ja, s->why.en);
        return status_trait(st)->exit_code;
    }
    return EXIT_USAGE;
}
