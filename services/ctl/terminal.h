#ifndef KM_CTL_TERMINAL_H
#define KM_CTL_TERMINAL_H

#include "base/scope.h"

/* terminal_ask: a line from whoever sits at the terminal, not echoed when it is a secret; owned by the scope, without its newline.
 *   in     ja, en  what is asked for
 *   fails  UNAVAILABLE there is no terminal · INVALID nothing was typed, too much, or an interrupt */
enum status terminal_ask(struct scope *s, const char *ja, const char *en, bool is_secret, struct span *ret_line) MUST_CHECK;

#endif
