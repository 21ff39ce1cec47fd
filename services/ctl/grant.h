#ifndef KM_CTL_GRANT_H
#define KM_CTL_GRANT_H

#include "ctl.h"
#include "line.h"

/* Who asks, and account's ticket for it. */

/* NOBODY: what may be asked before signing in. SOMEBODY: --as, else $KASHIMARU_AS, else the kept session. OPERATOR: --as, else the
 * server's operator as administrator, whoever happens to be signed in. */
enum ask { ASK_NOBODY, ASK_SOMEBODY, ASK_OPERATOR };

/* grant_choose: who it is to be, without asking anybody.
 *   fails  INVALID nobody is named, or malformed · DENIED others may read the file of the session */
enum status grant_choose(struct ctl *c, enum ask ask) MUST_CHECK;

/* grant_get: the ticket for whom grant_choose chose; c->s->actor is who it says. grant_renew: the same again once it is nearly over.
 *   fails  DENIED account refuses, or the session is over · UNAVAILABLE, CORRUPT as line_ask */
enum status grant_get(struct ctl *c, struct line *l) MUST_CHECK;
enum status grant_renew(struct ctl *c, struct line *l) MUST_CHECK;

/* token_path: $KASHIMARU_SESSION, else in $XDG_RUNTIME_DIR, else in ~/.local/state; NULL = there is no such place.
 * token_keep: keeps a session's token there, closed to others. token_forget: whether there was one or not.
 *   fails  UNAVAILABLE */
const char *token_path(struct scope *s);
enum status token_keep(struct ctl *c, struct span token) MUST_CHECK;
enum status token_forget(struct ctl *c) MUST_CHECK;

#endif
