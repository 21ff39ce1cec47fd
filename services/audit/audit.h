#ifndef KM_AUDIT_AUDIT_H
#define KM_AUDIT_AUDIT_H

#include "svc/service.h"

/* The history of cases, for those who hold them and for auditors; it holds no case bodies. */
extern const struct service AUDIT;

enum status handle_history_show(struct turn *t, const void *in);

#endif
