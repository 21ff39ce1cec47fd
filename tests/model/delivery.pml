/* The delivery protocol between two services (outbox, numbered stream, inbox row), with everything that can go wrong around it.
 *
 * What it keeps true: every committed message takes effect at the receiver exactly once and in order, or is skipped there once
 * under a recorded reason; a row leaves the outbox only when the receiver's effect is durable; and the outbox drains.
 *
 * Two ways to run it:
 *   (default)  unlimited faults. The network is the set of all frames ever sent: any of them may arrive at any moment, any
 *              number of times, or never, which is loss, duplication and reordering at once. Workers crash at every step.
 *   -DLIVE     a bounded number of crashes, losses, duplicates and overtakings, after which progress is owed (ltl drains,
 *              with weak fairness).
 * K streams of M messages; a transaction of the sender emits one message on each. R receiver workers race for the same rows.
 * A commit is two steps, written here and confirmed by the synchronous standby: a session that dies between them leaves a
 * change that can be read and yet be lost when the standby takes over (once per side, with FAILOVER).
 * A batch is not modelled: one commit for several frames has fewer interleavings than one commit for each. */
#ifndef K
#define K 1
#endif
#ifndef M
#define M 3
#endif
#ifndef R
#define R 1
#endif

#define BIT(s)  (1 << (s))
#define UPTO(s) ((2 << (s)) - 2)                /* the set {1..s} */

/* Which property a run asserts: all of them, or the one that -DONLY=P_... names. */
#define P_ALL     0
#define P_ONCE    1                             /* no effect twice */
#define P_ORDER   2                             /* no effect before the one in front of it */
#define P_COMMIT  3                             /* no effect of what the sender has not durably committed */
#define P_REMOVE  4                             /* no row removed before its effect is durable */
#define P_REASON  5                             /* no skip at the receiver without the operator's reason on record */
#define P_NONE    6
#ifndef ONLY
#define ONLY P_ALL
#endif
#define CHECK(p, claim) assert(ONLY != P_ALL && ONLY != p || (claim))

/* Witnesses: situations the model must be able to get into, or the proofs above say nothing. */
#ifdef REACH
#define SEEN(w, when) assert(REACH != w || !(when))
#else
#define SEEN(w, when) skip
#endif
#define W_DRAINED 1
#define W_SKIPPED 2
#define W_REPLAY  3
#define W_GAP     4
#define W_LATE    5                             /* applied although its skip was already asked for: the receiver's word counts */
#define W_UNDONE  6                             /* a take-over threw away an effect that could already be read */

/* ---- the sender's database ---- */
byte ctr[K];                                    /* last number given on the stream */
byte ctr_safe[K];                               /* the same on the standby */
byte box[K];                                    /* outbox rows */
byte tomb[K];                                   /* rows an operator turned into tombstones, with the reason */
byte once[K];                                   /* rows refused once */
byte parked[K];                                 /* rows refused twice: the stream waits here for an operator */
/* ---- the sender worker's memory ---- */
byte acked[K];                                  /* highest acknowledgement seen since the last commit */
/* ---- the receiver's database ---- */
byte last[K];                                   /* inbox row: highest number settled */
byte last_safe[K];
bool locked[K];
byte applied[K], skipped[K];                    /* effects, written in the same transaction as `last` */
#define SETTLED(k) (applied[k] | skipped[k])
/* ---- the network ---- */
byte data[K], dead[K];                          /* messages and tombstones by number */
byte acks[K], nacks[K];                         /* "settled up to", "refused" */
byte want[K];                                   /* "send from"; a newer one may overtake and replace an older one */
/* ---- observer ---- */
byte rows[K];                                   /* every row ever committed */
byte poison;                                    /* LIVE: the message of stream 0 that is refused until repaired */

bool left_s, left_r;                            /* take-over already used, sender's and receiver's side */

#ifdef LIVE
#ifndef LOSSES
#define LOSSES 1
#endif
#ifndef DUPS
#define DUPS 1
#endif
byte crashes = 1, losses = LOSSES, dups = DUPS, swaps = 1, retries = 1;
#define MAY(budget)   budget > 0
#define SPEND(budget) budget--
#define CONSUME(set, s) if :: set = set & ~BIT(s) :: MAY(dups) -> SPEND(dups) fi
#define FIRST(k, s) ((data[k] | dead[k]) & UPTO(s - 1)) == 0
#define REFUSES(k, s) (k == 0 && s == poison)
#define ACCEPTS(k, s) !REFUSES(k, s)
#else
#define MAY(budget)   true
#define SPEND(budget) skip
#define CONSUME(set, s) skip
#define REFUSES(k, s) true
#define ACCEPTS(k, s) true
#endif

#if K > 1
#define EACH(f) f(0); f(1)
#else
#define EACH(f) f(0)
#endif

#define MAYBE_CRASH :: true :: atomic { MAY(crashes) -> SPEND(crashes) } goto restart
#define CRASH if MAYBE_CRASH fi

/* ---- sender ---- */
#define PUT(k, s) \
    if :: tomb[k] & BIT(s) -> dead[k] = dead[k] | BIT(s) :: else -> data[k] = data[k] | BIT(s) fi

#ifdef BUG_DELETE_ON_SEND
#define SENT(k, s) CHECK(P_REMOVE, SETTLED(k) & UPTO(last_safe[k]) & BIT(s)); box[k] = box[k] & ~BIT(s)
#else
#define SENT(k, s) skip
#endif

/* The rows of a stream from number `from`, in order, up to the one that is parked. */
#define RESEND_ONE(k, from, s) \
    if :: s >= from && (box[k] & BIT(s)) && !(parked[k] & UPTO(s)) -> PUT(k, s); SENT(k, s) :: else fi
#define RESEND(k, from) RESEND_ONE(k, from, 1); RESEND_ONE(k, from, 2); RESEND_ONE(k, from, 3)
#define RESEND_ALL(k) RESEND(k, 1)

#define CLOSE(k) \
    CHECK(P_REMOVE, (box[k] & UPTO(acked[k]) & ~(SETTLED(k) & UPTO(last_safe[k]))) == 0); \
    box[k] = box[k] & ~UPTO(acked[k]); once[k] = once[k] & box[k]; parked[k] = parked[k] & box[k]; \
    acked[k] = 0

#define NUMBER(k) ctr[k] = ctr[k] + 1
#define INSERT(k) box[k] = box[k] | BIT(ctr[k]); rows[k] = rows[k] | BIT(ctr[k])
#define EARLY(k)  data[k] = data[k] | BIT(ctr[k] + 1)
#define CONFIRM(k) ctr_safe[k] = ctr[k]
#define FORGET(k) acked[k] = 0
#define SEND_NEW(k) CRASH; d_step { PUT(k, ctr[k]); SENT(k, ctr[k]) }

/* The standby takes over: what it has not confirmed never was. Rows closed but not confirmed closed would come back and be
 * sent again, which the receiver's replay already covers. */
#define LOSE_S(k) \
    CHECK(P_COMMIT, (SETTLED(k) & ~UPTO(ctr_safe[k])) == 0); \
    ctr[k] = ctr_safe[k]; box[k] = box[k] & UPTO(ctr[k]); rows[k] = rows[k] & UPTO(ctr[k]); \
    once[k] = once[k] & box[k]; parked[k] = parked[k] & box[k]; tomb[k] = tomb[k] & UPTO(ctr[k])

#ifdef FAILOVER
#define CRASH_UNCONFIRMED_S \
    if MAYBE_CRASH \
       :: !left_s -> d_step { left_s = true; EACH(LOSE_S) } goto restart fi
#else
#define CRASH_UNCONFIRMED_S CRASH
#endif

#define ACK_ONE(k, s) \
    :: atomic { acks[k] & BIT(s) -> CONSUME(acks[k], s); if :: acked[k] < s -> acked[k] = s :: else fi }
#define NACK_ONE(k, s) \
    :: atomic { nacks[k] & BIT(s) -> CONSUME(nacks[k], s); \
           if :: !(box[k] & BIT(s)) || (tomb[k] & BIT(s)) \
              :: else -> if :: once[k] & BIT(s) -> parked[k] = parked[k] | BIT(s) \
                            :: else -> once[k] = once[k] | BIT(s) fi fi }
#ifdef LIVE
#define WANTED(k) want[k] = 0
#define HEARD(k) (acks[k] == 0 && nacks[k] == 0)    /* what came back is taken in before anything is sent again */
#define QUIET(k) (HEARD(k) && want[k] == 0)
#else
#define WANTED(k) skip
#define HEARD(k) true
#define QUIET(k) true
#endif
#ifdef BUG_SILENT_RESEND
#define ANSWER_WANT(k) RESEND(k, want[k])
#else
#define ANSWER_WANT(k) CONFIRM(k); RESEND(k, want[k])
#endif
#define SENDER_INPUT(k) \
    ACK_ONE(k, 1) ACK_ONE(k, 2) ACK_ONE(k, 3) NACK_ONE(k, 1) NACK_ONE(k, 2) NACK_ONE(k, 3) \
    :: atomic { want[k] != 0 && HEARD(k) -> ANSWER_WANT(k); WANTED(k) }

active proctype Sender()
{
restart: skip;
    d_step { EACH(FORGET) }
    do
    :: ctr[0] < M ->
        /* a change of state and its messages: one transaction, which also closes what was acknowledged */
#ifdef BUG_SEND_BEFORE_COMMIT
        d_step { EACH(EARLY) }
#endif
#ifdef BUG_SEQ_OUTSIDE_TX
        d_step { EACH(NUMBER); EACH(CONFIRM) }
        CRASH;
        d_step { EACH(INSERT); EACH(CLOSE) }
#else
        CRASH;
        d_step { EACH(NUMBER); EACH(INSERT); EACH(CLOSE) }
#endif
        CRASH_UNCONFIRMED_S;
        d_step { EACH(CONFIRM) }
        EACH(SEND_NEW)
    SENDER_INPUT(0)
#if K > 1
    SENDER_INPUT(1)
#endif
#ifndef BUG_NO_RESEND
    :: QUIET(0) && QUIET(K - 1) ->
        /* start or time-out. This transaction writes even when nothing is to be closed: a row read here may be one the
         * standby has not confirmed, and may be sent only after a commit that waited for it. */
#ifndef BUG_NO_IDLE_CLOSE
        d_step { EACH(CLOSE) }
#endif
#ifndef BUG_SILENT_RESEND
        CRASH_UNCONFIRMED_S;
        d_step { EACH(CONFIRM) }
#endif
        d_step { EACH(RESEND_ALL) }
#ifdef FAILOVER
    :: atomic { !left_s -> left_s = true; EACH(LOSE_S) } goto restart
#endif
#endif
    od
}

/* ---- operator ---- */
#ifdef BUG_SKIP_BY_DELETE
#define BURY(k, s) box[k] = box[k] & ~BIT(s)
#elif defined BUG_BURY_BEFORE_COMMIT
#define BURY(k, s) dead[k] = dead[k] | BIT(s)
#else
#define BURY(k, s) tomb[k] = tomb[k] | BIT(s)
#endif
#define OPERATE(k, s) \
    :: d_step { parked[k] & BIT(s) -> parked[k] = parked[k] & ~BIT(s); once[k] = once[k] & ~BIT(s); \
           BURY(k, s); CONFIRM(k) } \
    :: d_step { (parked[k] & BIT(s)) && MAY(retries) -> SPEND(retries); \
           parked[k] = parked[k] & ~BIT(s); once[k] = once[k] & ~BIT(s) } \
    :: d_step { parked[k] & BIT(s) -> parked[k] = parked[k] & ~BIT(s); once[k] = once[k] & ~BIT(s); poison = 0 }

#ifndef NO_OPERATOR
active proctype Operator()
{
    do
    OPERATE(0, 1) OPERATE(0, 2) OPERATE(0, 3)
#if K > 1
    OPERATE(1, 1) OPERATE(1, 2) OPERATE(1, 3)
#endif
    od
}
#endif

/* ---- receiver ---- */
#ifdef LIVE
#define TAKE_ONE(set, k, s, is_dead) \
    :: atomic { (set[k] & BIT(s)) && FIRST(k, s) -> CONSUME(set[k], s); kk = k; seq = s; t = is_dead; g = left_r } \
    :: atomic { (set[k] & BIT(s)) && !(FIRST(k, s)) && MAY(swaps) -> SPEND(swaps); CONSUME(set[k], s); \
           kk = k; seq = s; t = is_dead; g = left_r }
#else
#define TAKE_ONE(set, k, s, is_dead) \
    :: atomic { set[k] & BIT(s) -> kk = k; seq = s; t = is_dead; g = left_r }
#endif
#define TAKE(k) \
    TAKE_ONE(data, k, 1, false) TAKE_ONE(data, k, 2, false) TAKE_ONE(data, k, 3, false) \
    TAKE_ONE(dead, k, 1, true) TAKE_ONE(dead, k, 2, true) TAKE_ONE(dead, k, 3, true)

#define LOSE_R(k) \
    SEEN(W_UNDONE, last[k] != last_safe[k]); \
    last[k] = last_safe[k]; applied[k] = applied[k] & UPTO(last[k]); skipped[k] = skipped[k] & UPTO(last[k]); \
    locked[k] = false

#ifdef BUG_NO_LOCK
#define LOCK d_step { was = last[kk] }
#define HOLDS false
#else
#define LOCK \
    if :: atomic { !locked[kk] && g == left_r -> locked[kk] = true; was = last[kk]; held = true } \
       :: g != left_r -> goto restart fi
#define HOLDS held
#endif
#define UNLOCK if :: held -> locked[kk] = false; held = false :: else fi

#ifdef FAILOVER
#define CRASH_R \
    if MAYBE_CRASH \
       :: d_step { !left_r -> left_r = true; EACH(LOSE_R) } goto restart fi
#else
#define CRASH_R CRASH
#endif

#ifdef BUG_SKIP_GAP
#define IS_GAP false
#else
#define IS_GAP (seq > was + 1)
#endif
#ifdef BUG_NO_DEDUP
#define IS_OLD false
#else
#define IS_OLD (seq <= was)
#endif

proctype Receiver()
{
    byte kk, seq, was;
    bool t, held, g;
restart: skip;
    d_step {
        if :: held && g == left_r -> locked[kk] = false :: else fi
        held = false; kk = 0; seq = 0; was = 0; t = false; g = false
    }
    do
    ::  if
        TAKE(0)
#if K > 1
        TAKE(1)
#endif
        fi
        CRASH_R;
        LOCK;
        CRASH_R;
        if
        :: atomic { IS_GAP && g == left_r -> SEEN(W_GAP, true); want[kk] = was + 1; UNLOCK }
        :: atomic { !IS_GAP && IS_OLD && g == left_r ->
            /* already settled: acknowledge again, through a commit that waits like any other */
#ifndef BUG_SILENT_REPLAY
                last_safe[kk] = last[kk];
#endif
                SEEN(W_REPLAY, true); UNLOCK; acks[kk] = acks[kk] | BIT(was) }
        :: atomic { !IS_GAP && !IS_OLD && !t && REFUSES(kk, seq) && g == left_r ->
            /* rolled back: nothing is written, the sender counts */
                UNLOCK; nacks[kk] = nacks[kk] | BIT(seq) }
        :: atomic { !IS_GAP && !IS_OLD && (t || ACCEPTS(kk, seq)) && g == left_r ->
#ifdef BUG_ACK_BEFORE_COMMIT
                acks[kk] = acks[kk] | BIT(seq) }
            CRASH_R;
            atomic { g == left_r ->
#endif
                CHECK(P_ONCE, !(SETTLED(kk) & BIT(seq)));
                CHECK(P_ORDER, SETTLED(kk) == UPTO(seq - 1) || (SETTLED(kk) & BIT(seq)));
                CHECK(P_COMMIT, rows[kk] & BIT(seq));
                CHECK(P_REASON, !t || (tomb[kk] & BIT(seq)));
                SEEN(W_LATE, !t && (tomb[kk] & BIT(seq)));
                SEEN(W_SKIPPED, t);
                last[kk] = seq;
                if :: t -> skipped[kk] = skipped[kk] | BIT(seq) :: else -> applied[kk] = applied[kk] | BIT(seq) fi }
            CRASH_R;
            if
            :: d_step { g == left_r -> last_safe[kk] = last[kk]; UNLOCK }
            :: g != left_r -> goto restart
            fi
            SEEN(W_DRAINED, last[kk] == M);
            CRASH_R;
            acks[kk] = acks[kk] | BIT(seq)
        :: g != left_r -> goto restart
        fi
        d_step { kk = 0; seq = 0; was = 0; t = false; g = false }
    od
}

/* ---- network: only what the bounded run needs; otherwise every frame may simply never be taken ---- */
#define DROP(k) \
    :: d_step { MAY(losses) && data[k] -> SPEND(losses); data[k] = 0 } \
    :: d_step { MAY(losses) && dead[k] -> SPEND(losses); dead[k] = 0 } \
    :: d_step { MAY(losses) && acks[k] -> SPEND(losses); acks[k] = 0 } \
    :: d_step { MAY(losses) && nacks[k] -> SPEND(losses); nacks[k] = 0 } \
    :: d_step { MAY(losses) && want[k] -> SPEND(losses); want[k] = 0 }

init {
    atomic {
#ifdef LIVE
        if :: poison = 0 :: poison = 1 :: poison = 2 fi;
#endif
        run Receiver();
#if R > 1
        run Receiver();
#endif
    }
#ifdef LIVE
    do
    DROP(0)
#if K > 1
    DROP(1)
#endif
    :: break
    od
#endif
}

#ifdef LIVE
#define IDLE(k) (box[k] == 0 && SETTLED(k) == rows[k])
ltl drains { [] <> (IDLE(0) && IDLE(K - 1)) }
ltl others { [] <> IDLE(K - 1) }                /* with -DK=2 -DNO_OPERATOR: only the stream that is parked waits */
#endif
