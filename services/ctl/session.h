#ifndef KM_CTL_SESSION_H
#define KM_CTL_SESSION_H

#include "ctl.h"
#include "line.h"

/* What signing in and enrolling share. */

/* session_ask: an option's value, or what is typed at the terminal. session_password: from --password-file, or typed, unseen.
 *   fails  as terminal_ask, file_read */
enum status session_ask(struct ctl *c, const char *given, const char *ja, const char *en, bool is_secret, struct span *ret_text) MUST_CHECK;
enum status session_password(struct ctl *c, const char *ja, const char *en, struct span *ret_password) MUST_CHECK;

/* session_say_json: a whole answer, its sealed part included, for programs.
 *   fails  as out */
enum status session_say_json(struct ctl *c, const struct wish *w) MUST_CHECK;

#endif
