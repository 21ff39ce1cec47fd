#ifndef KM_KEYS_WANTS_H
#define KM_KEYS_WANTS_H

#include "keys.h"
#include "wire/message.h"

/* One key_release being worked on: every want goes its own way to a key or a refusal; private to release.c and reads.c. */

enum { WANTS_MAX = 64 };

struct readers;

struct want {
    const struct key_want *in;
    int64_t nr;
    struct ticket who;
    bool is_open;   /* neither refused nor answered so far */
    bool is_made;   /* its case was opened in this message, by it */
    bool is_glass;  /* in an emergency */
    bool is_again;  /* this user had this case within the hour */
    struct span hex; /* the new key of a case that is opened */
    const struct wrapped *wraps; /* newest first */
    size_t wrap_n;
};

struct asked {
    struct want *v;
    size_t n;
    struct span service; /* which asks */
    struct key_refusal *refused;
    struct case_key *given;
    struct wrapped *wraps; /* of all wants */
    size_t refused_n, given_n, wrap_n;
    struct readers *readers; /* of reads.c */
};

/* want_refuse: refuses one want in the words of the scope's why, which is then empty again. */
enum status want_refuse(struct turn *t, struct asked *a, struct want *w, enum status why) MUST_CHECK;

/* reads_check: which wants are for a case their user had within the hour, and how many the user and the agency had; refuses what goes
 * over a hard limit. reads_store: the READ records of what is given, the counts, and the message about a user who has many. */
enum status reads_check(struct turn *t, struct asked *a) MUST_CHECK;
enum status reads_store(struct turn *t, struct asked *a) MUST_CHECK;

#endif
