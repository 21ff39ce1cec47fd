#ifndef KM_CTL_DOCTOR_H
#define KM_CTL_DOCTOR_H

#include "ctl.h"
#include "line.h"
#include "shapes.h"

/* What the doctor looks at; each examination adds lines. */

enum finding { FOUND_GOOD, FOUND_CARE, FOUND_BAD };
enum { FINDINGS_MAX = 64 };

struct doctor {
    struct ctl *c;
    struct check_line line[FINDINGS_MAX];
    size_t n;
    bool is_bad;
};

/* found: one line of the report. */
void found(struct doctor *d, enum finding what, const char *name, const char *detail, ...) __attribute__((format(printf, 4, 5)));

/* The examinations: the machine, the files, the databases, the running services, the published log. */
void examine_machine(struct doctor *d);
void examine_files(struct doctor *d);
void examine_databases(struct doctor *d);
void examine_services(struct doctor *d);
void examine_log(struct doctor *d);

/* examine_ledger (lag.c): is the history in the log, and the log signed. */
void examine_ledger(struct doctor *d);

/* examine_signer (audit.c): does it answer, and does it remember what it signed. */
void examine_signer(struct doctor *d, struct line *l);

#endif
