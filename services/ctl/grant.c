/* Every request carries a ticket that account gave: for the session that was opened with a password, or, to whoever may run this program
 * on the server, for the person named. account decides which of them it gives; nothing is decided here. */
#include "grant.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "file.h"
#include "request.h"
#include "wire/message.h"

enum { TOKEN_FILE_MAX = 256, RENEW_US = 60 * US_PER_S };

/* The agency that runs the service: an operator's, where none is named. */
static const struct agency_id HOME = {"A001"};

const char *token_path(struct scope *s)
{
    static const struct {
        const char *variable, *below;
    } PLACES[] = {{"KASHIMARU_SESSION", ""}, {"XDG_RUNTIME_DIR", "/kashimaru-session"}, {"HOME", "/.local/state/kashimaru-session"}};

    for (size_t i = 0; i < COUNT(PLACES); i++) {
        const char *value = getenv(PLACES[i].variable);
        if (value && *value)
            return scope_print(s, "%s%s", value, PLACES[i].below);
    }
    return NULL;
}

enum status token_keep(struct ctl *c, struct span token)
{
    const char *path = token_path(c->s), *end = path ? strrchr(path, '/') : NULL;

    if (!path)
        return fail(c->s, UNAVAILABLE, "セッションを置く場所がありません（KASHIMARU_SESSION）", "there is no place to keep the session (KASHIMARU_SESSION)");
    if (end && end > path)
        TRY(folder_make(c->s, scope_print(c->s, "%.*s", (int)(end - path), path)));
    return file_put(c->s, path, 0600, span_str(scope_print(c->s, "%.*s\n", (int)token.n, (const char *)token.p)));
}

enum status token_forget(struct ctl *c)
{
    const char *path = token_path(c->s);

    if (path && unlink(path) != 0 && errno != ENOENT)
        return fail(c->s, UNAVAILABLE, "%s を消せません（%s）", "cannot remove %s (%s)", path, strerrorname_np(errno));
    return OK;
}

/* ret: token is empty when none is kept. */
static enum status token_read(struct ctl *c, struct span *ret_token)
{
    const char *path = token_path(c->s);
    char text[TOKEN_FILE_MAX];
    struct stat at;

    *ret_token = (struct span){0};
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY) : -1;
    if (fd < 0)
        return OK;
    bool is_mine = fstat(fd, &at) == 0 && S_ISREG(at.st_mode) && at.st_uid == geteuid() && !(at.st_mode & 077);
    ssize_t n = is_mine ? read(fd, text, sizeof text) : 0;
    close(fd);
    if (!is_mine)
        return fail(c->s, DENIED, "%s がほかの人に読めます", "others may read %s", path);
    while (n > 0 && text[n - 1] == '\n')
        n--;
    enum status st = scope_copy(c->s, span_of(text, n > 0 ? (size_t)n : 0), ret_token);
    explicit_bzero(text, sizeof text);
    return st;
}

enum status grant_choose(struct ctl *c, enum ask ask)
{
    /* what an operator does is not done as the worker whose name happens to be in the environment */
    const char *as = c->args.as || ask == ASK_OPERATOR ? c->args.as : getenv("KASHIMARU_AS");
    struct asker *a = &c->asker;

    *a = (struct asker){0};
    c->s->actor = (struct actor){.role = ROLE_SERVICE};
    if (c->args.host && (ask != ASK_SOMEBODY || c->args.as))
        return fail(c->s, INVALID, "--host では機関システムとしての要求だけができます", "with --host only requests of the agency's own system are made");
    if (ask == ASK_NOBODY || c->args.host)
        return OK;
    if (as && *as)
        TRY(args_actor(c->s, as, &a->as));
    else if (ask == ASK_OPERATOR)
        a->as = (struct actor){.user = "ctl", .role = ROLE_ADMINISTRATOR};
    if (a->as.user[0]) {
        if (!a->as.agency.code[0])
            a->as.agency = HOME;
        return OK;
    }
    TRY(token_read(c, &a->token));
    if (!a->token.n)
        return fail(c->s, INVALID, "サインインしていません。kashimaru sign-in でサインインしてください（サーバーの操作者は --as 利用者@機関:役割）",
                    "not signed in: use kashimaru sign-in (an operator of the server: --as user@agency:role)");
    return OK;
}

static enum status ask_account(struct ctl *c, struct line *l, const struct ticket_grant **ret_grant)
{
    const struct asker *a = &c->asker;
    const void *msg;
    struct wish w;

    c->s->actor = (struct actor){.role = ROLE_SERVICE};
    if (c->args.host) {
        const struct peer *me = keyring_self(c->ring);
        c->s->actor = (struct actor){.agency = me->agency, .role = ROLE_AGENCY_HOST};
        memcpy(c->s->actor.user, me->name, sizeof me->name);
        TRY(request_tell(c, l, shape_host_ticket(), &(struct host_ticket){}, NULL, shape_ticket_grant(), &w, &msg));
    } else if (a->as.user[0])
        TRY(request_tell(c, l, shape_ticket_open(),
                         &(struct ticket_open){.user = span_str(a->as.user), .agency = a->as.agency, .role = a->as.role}, NULL,
                         shape_ticket_grant(), &w, &msg));
    else
        TRY(request_tell(c, l, shape_session_use(), &(struct session_use){0}, &(struct token_private){.token = a->token},
                         shape_ticket_grant(), &w, &msg));
    *ret_grant = msg;
    return OK;
}

enum status grant_get(struct ctl *c, struct line *l)
{
    const struct ticket_grant *g;
    struct actor is = {0};

    c->asker.ticket = (struct span){0};
    enum status st = ask_account(c, l, &g);
    if (st == DENIED && !c->asker.as.user[0] && !c->args.host)
        return fail(c->s, DENIED, "セッションが終わっています。kashimaru sign-in でサインインし直してください",
                    "the session is over: sign in again with kashimaru sign-in");
    if (st != OK)
        return st;
    if (!g->has_sealed || g->user.n >= sizeof is.user)
        return fail(c->s, CORRUPT, "account の応答が正しくありません", "the answer of account is not valid");
    memcpy(is.user, g->user.p, g->user.n);
    is.agency = g->agency;
    is.role = (int)g->role;
    c->s->actor = is;
    c->asker.ticket = g->sealed.ticket;
    c->asker.until_us = g->expires;
    return OK;
}

enum status grant_renew(struct ctl *c, struct line *l)
{
    return c->asker.until_us - clock_now_us() > RENEW_US ? OK : grant_get(c, l);
}
