/* The baton of one case: referrals offered, answered, withdrawn and expired at the same time by several agencies.
 *
 * What it keeps true: the case has exactly one lead at every moment; the lead changes only where the transaction that accepts
 * a transfer commits, from its sender to its receiver, once; of a broadcast exactly one acceptance wins; what was accepted
 * does not expire; and an agency is told "done" exactly when its request took effect, however often it had to ask.
 *
 * Every request runs as the service runs it: begin, read what the decision needs, decide, then commit everything at once
 * if the rows still have the versions that were read, else nothing. A crash may come before and after the commit; after it,
 * the answer is lost and the same request is asked again under the same id. Two workers run such requests side by side.
 * N agencies; two referrals of one case with every request, or three (REFS=3) with acceptance and expiry only; every choice
 * of kind, sender and receiver that the rules permit; referrals 0 and 1 may be one broadcast. A decision that refuses writes
 * only its stored answer; as that changes nothing here, it is not kept, and the next try stands for a new request. */
#define N 3
#ifndef REFS
#define REFS 3
#endif
#define BIT(a) (1 << (a))

/* referral states */
#define NONE      0
#define OFFERED   1
#define ACCEPTED  2
#define DECLINED  3
#define WITHDRAWN 4
#define EXPIRED   5
#define RETRACTED 6                             /* entered_in_error, or a late decline: the membership ends */
/* requests */
#define ACCEPT    0
#define DECLINE   1
#define WITHDRAW  2
#define DUE       3
#define RETRACT   4
#define OPS       5
/* answers */
#define OPEN      false
#define DONE      true

#define P_ALL     0
#define P_ONE     1                             /* exactly one lead */
#define P_MOVE    2                             /* the lead changes only by an accepted transfer, from its sender to its receiver */
#define P_TWICE   3                             /* one referral moves the baton at most once */
#define P_WINNER  4                             /* a broadcast has at most one winner */
#define P_CAST    8                             /* ... and leaves no other offer open */
#define P_STAND   5                             /* what was accepted stays accepted until it is retracted */
#define P_TOLD    6                             /* the answer says what happened */
#define P_MEMBER  7                             /* the lead and every accepted supporter may see the case */
#define P_NONE    9
#ifndef ONLY
#define ONLY P_ALL
#endif
#define CHECK(p, claim) assert(ONLY != P_ALL && ONLY != p || (claim))

#ifdef REACH
#define SEEN(w, when) assert(REACH != w || !(when))
#else
#define SEEN(w, when) skip
#endif
#define W_BACK     1                            /* the baton came back to the first agency */
#define W_CONFLICT 2                            /* a commit was refused because a row had moved on */
#define W_REPLAY   3                            /* a lost answer was given again from the store */
#define W_CAST     4                            /* a broadcast was won */
#define W_SUPPORT  5                            /* a supporter joined while the baton stayed */
#define W_STALE    6                            /* an offer outlived its sender's lead, and its acceptance was refused */

/* ---- database ---- */
byte leads = BIT(0);                            /* the agencies with a lead row: a set, so that none and two can be told */
byte ver;                                       /* version of the baton row */
byte support[N];                                /* per agency: the referrals it is a member by */
byte state[REFS], rver[REFS];
bool transfer[REFS];
byte from[REFS], to[REFS];
bool cast;                                      /* 0 and 1 are one broadcast */
bool stored[REFS * OPS];                        /* idempotency ids: the answer kept with the effect */
/* ---- observer ---- */
byte lead_was = BIT(0);
byte effects[REFS * OPS];
bool moved[REFS], won[REFS];
bool was_accept;
byte now;

#define SIBLING(r) (cast && r < 2)
#define OTHER(r) (1 - r)
#define MEMBER(a) ((leads & BIT(a)) || support[a])

/* What must hold after every single commit, whoever made it. `now` is the referral it was about. */
inline audit()
{
    CHECK(P_ONE, leads == BIT(0) || leads == BIT(1) || leads == BIT(2));
    if
    :: leads != lead_was ->
        CHECK(P_MOVE, was_accept && transfer[now] && lead_was == BIT(from[now]) && leads == BIT(to[now]));
        CHECK(P_TWICE, !moved[now]);
        moved[now] = true;
        SEEN(W_BACK, leads == BIT(0));
        lead_was = leads
    :: else
    fi;
    now = 0;
    CHECK(P_WINNER, !cast || !(won[0] && won[1]));
    CHECK(P_CAST, !cast || !(won[0] && state[1] == OFFERED) && !(won[1] && state[0] == OFFERED));
    CHECK(P_STAND, !won[0] || state[0] == ACCEPTED || state[0] == RETRACTED);
    CHECK(P_STAND, !won[1] || state[1] == ACCEPTED || state[1] == RETRACTED);
#if REFS > 2
    CHECK(P_STAND, !won[2] || state[2] == ACCEPTED || state[2] == RETRACTED);
#endif
    CHECK(P_MEMBER, state[0] != ACCEPTED || transfer[0] || MEMBER(to[0]));
    CHECK(P_MEMBER, state[1] != ACCEPTED || transfer[1] || MEMBER(to[1]));
#if REFS > 2
    CHECK(P_MEMBER, state[2] != ACCEPTED || transfer[2] || MEMBER(to[2]));
#endif
    was_accept = false
}

/* ---- offers: the lead of the moment writes to any other agency; to two at once, it is a broadcast ---- */
#define OFFER_AS(r, a, b, kind) \
    :: atomic { state[r] == NONE && leads == BIT(a) -> \
           transfer[r] = kind; from[r] = a; to[r] = b; rver[r] = 1; state[r] = OFFERED }
#define OFFER(r, a, b) OFFER_AS(r, a, b, true) OFFER_AS(r, a, b, false)
#define OFFER_ANY(r) OFFER(r, 0, 1) OFFER(r, 0, 2) OFFER(r, 1, 0) OFFER(r, 1, 2) OFFER(r, 2, 0) OFFER(r, 2, 1)
#define BROADCAST(a, b, c, kind) \
    :: atomic { state[0] == NONE && state[1] == NONE && leads == BIT(a) -> cast = true; \
           transfer[0] = kind; from[0] = a; to[0] = b; rver[0] = 1; state[0] = OFFERED; \
           transfer[1] = kind; from[1] = a; to[1] = c; rver[1] = 1; state[1] = OFFERED }

active proctype Sender()
{
end:
    do
    OFFER_ANY(0)
#if REFS > 2
    OFFER_ANY(2)
#endif
    :: atomic { state[0] != NONE -> if OFFER_ANY(1) fi }
    BROADCAST(0, 1, 2, true) BROADCAST(0, 1, 2, false)
    od
}

/* ---- workers ---- */
#define ASK(r, o) :: state[r] != NONE -> ref = r; op = o
#if REFS > 2
#define ASK_ANY(r) ASK(r, ACCEPT) ASK(r, DUE)
#else
#define ASK_ANY(r) ASK(r, ACCEPT) ASK(r, DECLINE) ASK(r, WITHDRAW) ASK(r, DUE) ASK(r, RETRACT)
#endif
#define ID (ref * OPS + op)
#define CRASH if :: true :: goto again fi

#ifdef BUG_NO_VERSION_CHECK
#define UNCHANGED true
#else
#define UNCHANGED (rver[ref] == seen_r && (op != ACCEPT || !transfer[ref] || ver == seen_v))
#endif
#ifdef BUG_EXPIRE_AFTER_ACCEPT
#define STILL (op == DUE || UNCHANGED)
#else
#define STILL UNCHANGED
#endif
#ifdef BUG_NO_IDEMPOTENCY
#define KEPT false
#else
#define KEPT (stored[ID] != OPEN)
#endif
#ifdef BUG_STALE_SENDER
#define MAY_ACCEPT (state[ref] == OFFERED)
#else
#define MAY_ACCEPT (state[ref] == OFFERED && (!transfer[ref] || leads == BIT(from[ref])))
#endif

#define SET(s) state[ref] = s; rver[ref] = rver[ref] + 1

/* Taking up the offer: the state, the baton or the membership, and the end of the sibling offers, all at once. */
inline accept()
{
    SEEN(W_CAST, SIBLING(ref));
    SEEN(W_SUPPORT, !transfer[ref]);
    SET(ACCEPTED);
    won[ref] = true;
    was_accept = true;
    if
    :: transfer[ref] ->
#ifdef BUG_TWO_STEP_MOVE
        leads = leads & ~BIT(from[ref]);
#else
        leads = (leads & ~BIT(from[ref])) | BIT(to[ref]);
#endif
        ver = ver + 1
    :: else -> support[to[ref]] = support[to[ref]] | BIT(ref)
    fi;
#ifndef BUG_BROADCAST_RACE
    if
    :: SIBLING(ref) && state[OTHER(ref)] == OFFERED -> state[OTHER(ref)] = WITHDRAWN; rver[OTHER(ref)] = rver[OTHER(ref)] + 1
    :: else
    fi
#endif
}

inline retract()
{
#ifdef BUG_ONE_MEMBERSHIP
    support[to[ref]] = 0;
#else
    support[to[ref]] = support[to[ref]] & ~BIT(ref);
#endif
#ifdef BUG_RETRACT_MOVES
    if :: transfer[ref] -> leads = BIT(from[ref]) :: else fi;
#endif
    SET(RETRACTED)
}

proctype Worker()
{
    byte ref, op, seen_r, seen_v;
    bool ok;
again: skip;
    d_step { ref = 0; op = 0; seen_r = 0; seen_v = 0; ok = false }
end:
    do
    ::  atomic {
            /* first flush: has it been answered, what is there now, may it be done */
            if
            ASK_ANY(0) ASK_ANY(1)
#if REFS > 2
            ASK_ANY(2)
#endif
            fi;
            if
            :: KEPT -> SEEN(W_REPLAY, true); CHECK(P_TOLD, effects[ID] == 1); goto again
            :: else
            fi;
            seen_r = rver[ref]; seen_v = ver;
            SEEN(W_STALE, op == ACCEPT && state[ref] == OFFERED && transfer[ref] && leads != BIT(from[ref]));
            if
            :: op == ACCEPT -> ok = MAY_ACCEPT
            :: op == RETRACT -> ok = (state[ref] == ACCEPTED && (!transfer[ref] || leads != BIT(to[ref])))
            :: else -> ok = (state[ref] == OFFERED)
            fi;
            if
            :: ok
            :: else -> CHECK(P_TOLD, effects[ID] == 0); goto again
            fi
        }
        CRASH;
        atomic {
            /* second flush: everything or nothing */
            if
            :: KEPT -> goto again               /* the same id committed meanwhile: its unique key refuses this one */
            :: !KEPT && !STILL -> SEEN(W_CONFLICT, true); goto again
            :: !KEPT && STILL
            fi;
            if
            :: op == ACCEPT -> accept()
            :: op == DECLINE -> SET(DECLINED)
            :: op == WITHDRAW -> SET(WITHDRAWN)
            :: op == DUE -> SET(EXPIRED)
            :: op == RETRACT -> retract()
            fi;
            effects[ID] = effects[ID] + 1;
            stored[ID] = DONE;
            CHECK(P_TOLD, effects[ID] == 1);
            now = ref;
            audit()
            /* whether the answer arrives makes no difference to the database: an asker may always ask again */
        }
#ifdef BUG_TWO_STEP_MOVE
        CRASH;
        atomic {
            if :: op == ACCEPT && transfer[ref] -> leads = leads | BIT(to[ref]) :: else fi;
            now = ref; was_accept = true; audit()
        }
#endif
#ifdef BUG_BROADCAST_RACE
        CRASH;
        atomic {
            if
            :: op == ACCEPT && SIBLING(ref) && state[OTHER(ref)] == OFFERED -> state[OTHER(ref)] = WITHDRAWN
            :: else
            fi
        }
#endif
        goto again
    od
}

init {
    atomic {
        run Worker();
        run Worker()
    }
}
