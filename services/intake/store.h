#ifndef KM_INTAKE_STORE_H
#define KM_INTAKE_STORE_H

#include "intake.h"

/* reach_load: how far the turn's agency may read a case.
 *   fails  NOT_FOUND it may not read it at all: the same answer as for a case that does not exist */
enum status reach_load(struct turn *t, struct uuid case_id, struct reach *ret_reach) MUST_CHECK;

#endif
