#ifndef KM_LEDGER_POLICY_PARTS_H
#define KM_LEDGER_POLICY_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ledger/policy.h"

/* A policy as it was read: its names in their order, so that every group stands after its members. */
struct policy_node {
    char name[NOTE_NAME_MAX];
    bool is_group, is_all, is_member; /* is_member: of a group */
    struct note_key key;              /* witness */
    char body[NOTE_NAME_MAX];         /* witness: who runs it, "" = nobody else's */
    char url[POLICY_URL_MAX];         /* witness: where it is asked, "" = nowhere */
    size_t k, member_n;               /* group */
    uint8_t member[POLICY_NODES_MOST];
};

struct policy {
    struct note_key log[POLICY_LOGS_MOST];
    size_t log_n;
    int quorum; /* -1: none is needed */
    size_t n;
    struct policy_node node[POLICY_NODES_MOST];
};

/* policy_voices: how many of the group's members that are met count, those of one body once.   pure yes */
size_t policy_voices(const struct policy *p, const struct policy_node *group, const bool is_met[POLICY_NODES_MOST]);

#endif
