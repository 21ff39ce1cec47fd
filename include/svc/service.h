#ifndef KM_SVC_SERVICE_H
#define KM_SVC_SERVICE_H

#include "seal/keyring.h"
#include "svc/settings.h"
#include "svc/turn.h"

/* What a program declares; svc_main does the rest. */

/* The schema versions this build was made for; a database of another version is refused. Equal to the newest migration. */
enum { SCHEMA_VERSION = 29, KEYS_SCHEMA_VERSION = 7 };

enum route_kind { ROUTE_QUERY, ROUTE_CHANGE, ROUTE_STREAM };
enum key_need { KEY_NONE, KEY_OF_CASE, KEY_NEW };

/* One message a service takes. Who may send it, and for requests which roles may ask: the route table is the permission map. */
struct route {
    const struct shape *(*shape)(void);
    enum status (*handler)(struct turn *t, const void *in);
    /* Stream messages that stand next to one another in a batch, handled as one; rows come into the first one's scope. Whatever it fails
     * with, all are played again one by one through handler. NULL = always one by one. */
    enum status (*many)(struct turn *const *turns, const void *const *in, size_t n);
    enum route_kind kind;
    unsigned roles; /* bit per enum role; requests only */
    enum key_need key; /* the case's data key is fetched before the handler runs: field case_id of the message, or header key */
    const char *from;  /* comma-separated services that may send it; "host" = agencies' own systems */
    bool is_slow; /* its handler takes long (a password's hash): it runs alone, and after all that is ready */
    bool needs_no_ticket; /* may be asked before anybody signed in; else a request of a person carries its ticket */
    /* Which case the message is about, where it does not say so itself; reads in a transaction of its own before the key is asked for. */
    enum status (*find_case)(struct turn *t, const void *in, struct uuid *ret_case);
};

/* Work a service does by the clock, inside a transaction of its own. ret_more: call again at once. */
struct job {
    const char *name;
    int64_t every_ms;
    enum status (*run)(struct turn *t, bool *ret_more);
};

struct service {
    const char *name;
    const char *db_role;       /* NULL = no database */
    bool uses_keys_database;
    const struct route *routes;
    size_t route_n;
    const struct query *const *queries, *const *more_queries[2]; /* NULL-terminated; the further ones may be NULL */
    const struct job *jobs;
    size_t job_n;
    /* Runs once before READY with the settings; ret_own reaches handlers as turn->own. NULL = nothing. */
    enum status (*start)(struct scope *s, const struct settings *cfg, const struct keyring *ring, void **ret_own);
};

#define ROUTE(kind_, msg, roles_, key_, from_)                                                    \
    {.shape = shape_##msg, .handler = handle_##msg, .kind = (kind_), .roles = (roles_), .key = (key_), .from = (from_)}

/* What is asked before there is a ticket (signing in, enrolling): the handler itself judges who asks. */
#define ROUTE_OPEN(kind_, msg, roles_, key_, from_)                                               \
    {.shape = shape_##msg, .handler = handle_##msg, .kind = (kind_), .roles = (roles_), .key = (key_), .from = (from_),           \
     .needs_no_ticket = true}
#define ROUTE_SLOW(kind_, msg, roles_, key_, from_, is_open_)                                     \
    {.shape = shape_##msg, .handler = handle_##msg, .kind = (kind_), .roles = (roles_), .key = (key_), .from = (from_),           \
     .needs_no_ticket = (is_open_), .is_slow = true}

/* Sets of roles for route tables. */
#define ROLE_BIT(r) (1u << (r))
#define ROLES_CASEWORK (ROLE_BIT(ROLE_WORKER) | ROLE_BIT(ROLE_TEAM_LEAD) | ROLE_BIT(ROLE_COORDINATOR))
#define ROLES_ANY 0xffu

/* svc_main: the life of every service: settings, signals, confinement, keys, database, bus, READY, loop until SIGTERM, drain, exit.
 *   ret    the process's exit code: 0 stopped cleanly; 78 configuration; 69 something it needs is not there; 70 a defect */
int svc_main(int argc, char **argv, const struct service *svc);

#endif
