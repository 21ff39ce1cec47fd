#ifndef KM_TEST_CTL_VERIFY_WAYS_H
#define KM_TEST_CTL_VERIFY_WAYS_H

/* The table of ctl_verify.c: what is done to the files, what is run, and what must come of it. */

struct way {
    const char *name;
    void (*tamper)(struct place *);
    int (*run)(struct ctl *);
    bool is_full, has_keys;
    int want;
    const char *en;
};

static const struct way WAYS[] = {
    {"a clean log", leave, run_verify_log, false, false, VERIFY_GOOD, ""},
    {"a clean log with what earlier heads left", leave, run_verify_log, true, false, VERIFY_GOOD, ""},
    {"a leaf is edited", edit_entry, run_verify_log, false, false, VERIFY_BAD, "leaf 263 in tile/entries/001"},
    {"a tile is edited", edit_tile, run_verify_log, false, false, VERIFY_BAD, "leaf 265 in tile/entries/001 is not the one whose hash is in tile/0/001"},
    {"a tile above is edited", edit_high_tile, run_verify_log, false, false, VERIFY_BAD, "tile/1/000.p/2: hash 1"},
    {"a partial tile is edited", edit_partial, run_verify_log, false, false, VERIFY_BAD, "leaf 512 in tile/entries/002.p/188"},
    {"a leaf and its hash are edited", edit_entry_and_hashes, run_verify_log, false, false, VERIFY_BAD, "tile/1/000.p/2: hash 1"},
    {"a leaf and all hashes are edited", edit_all_to_the_root, run_verify_log, false, false, VERIFY_BAD, "root that follows from all leaves"},
    {"a leaf is deleted", delete_leaf, run_verify_log, false, false, VERIFY_BAD, "tile/entries/001 holds 255 entries instead of 256"},
    {"a leaf is inserted", insert_leaf, run_verify_log, false, false, VERIFY_BAD, "tile/entries/002.p/188 has 42 bytes too many"},
    {"two leaves change places", reorder_leaves, run_verify_log, false, false, VERIFY_BAD, "leaf 5 in tile/entries/000"},
    {"a leaf that is none of ours", no_event_leaf, run_verify_log, false, false, VERIFY_BAD, "tile/entries/000: leaf 2 is no leaf"},
    {"a leaf is cut", cut_entries, run_verify_log, false, false, VERIFY_BAD, "tile/entries/002.p/188 is cut short in leaf 699"},
    {"a tile is cut", cut_tile, run_verify_log, false, false, VERIFY_BAD, "tile/0/000 has 8000 bytes instead of 8192"},
    {"a tile is swollen", swell_tile, run_verify_log, false, false, VERIFY_BAD, "tile/0/000 is too large"},
    {"the tail is cut off", cut_tail, run_verify_log, false, false, VERIFY_INCOMPLETE, "tile/entries/002.p/188 is missing"},
    {"a tile is lost", lose_tile, run_verify_log, false, false, VERIFY_INCOMPLETE, "tile/1/000.p/2 is missing"},
    {"the head is lost", lose_head, run_verify_log, false, false, VERIFY_INCOMPLETE, "/checkpoint (ENOENT)"},
    {"the head is edited", edit_head, run_verify_log, false, false, VERIFY_BAD, "signature on the checkpoint"},
    {"the head of a fork", fork_now, run_verify_log, false, false, VERIFY_BAD, "root that follows from all leaves"},
    {"an old head alone is a good head", old_head_of_all, run_verify_log, false, false, VERIFY_GOOD, ""},
    {"an earlier partial tile tells of a fork", edit_older, run_verify_log, true, false, VERIFY_BAD, "tile/0/001.p/44 is not the beginning"},
    {"the key of another log", other_key, run_verify_log, false, false, VERIFY_INCOMPLETE, "no key of log test.example/log/2026"},
    {"no key", no_trust, run_verify_log, false, false, CODE_USAGE, "one of --policy and --key"},
    {"a key that is none", bad_key, run_verify_log, false, false, CODE_USAGE, ""},
    {"two heads of one log", leave, run_verify_heads, false, false, VERIFY_GOOD, ""},
    {"an old head is replayed as the new one", roll_back, run_verify_heads, false, false, VERIFY_BAD, "rolled back"},
    {"the old head is of a fork", fork_old, run_verify_heads, false, false, VERIFY_BAD, "the checkpoint of 300 leaves is not the beginning"},
    {"the new head is of a fork", fork_now, run_verify_heads, false, false, VERIFY_BAD, "not of the tree of the newer"},
    {"two heads of one size", fork_same_size, run_verify_heads, false, false, VERIFY_BAD, "two different checkpoints of 700"},
    {"a tile between two heads is edited", edit_proving_tile, run_verify_heads, false, false, VERIFY_BAD, "not of the tree of the newer"},
    {"a tile between two heads is lost", lose_tile, run_verify_heads, false, false, VERIFY_INCOMPLETE, "tile/1/000.p/2 is missing"},
    {"a tile between two heads is cut", cut_proving_tile, run_verify_heads, false, false, VERIFY_BAD, "tile/1/000.p/2 has 63 bytes"},
    {"a proof", leave, run_verify_proof, false, false, VERIFY_GOOD, ""},
    {"a proof and the agency's key", leave, run_verify_proof, false, true, VERIFY_GOOD, ""},
    {"a proof of an edited event", proof_of_edited, run_verify_proof, false, false, VERIFY_BAD, "is not leaf 300"},
    {"a proof of an edited event, by its signature", proof_of_edited, run_verify_proof, false, true, VERIFY_BAD, "signature of A003 is false"},
    {"a proof that another agency signed", proof_signed_by_another, run_verify_proof, false, true, VERIFY_BAD, "key that signs is of A002"},
    {"a proof of another leaf", proof_of_another_leaf, run_verify_proof, false, false, VERIFY_BAD, "is not leaf 301"},
    {"a proof by a path of another tree", proof_by_another_path, run_verify_proof, false, false, VERIFY_BAD, "is not leaf 300"},
    {"a proof of a leaf beyond the head", proof_beyond_the_head, run_verify_proof, false, false, VERIFY_BAD, "leaf 900 is not in a log of 700"},
    {"the agency's key is missing", few_keys, run_verify_proof, false, true, VERIFY_INCOMPLETE, "key that A003 signed with"},
    {"the proof is missing", no_proof, run_verify_proof, false, false, VERIFY_INCOMPLETE, "/proof (ENOENT)"},
    {"a case", leave, run_verify_case, false, false, VERIFY_GOOD, ""},
    {"a case and the agencies' keys", leave, run_verify_case, false, true, VERIFY_GOOD, ""},
    {"a payload of a case is edited", edit_bundle, run_verify_case, false, false, VERIFY_BAD, "event 6 (leaf 296, DECLINE): the payload"},
    {"a bundle is cut", cut_bundle, run_verify_case, false, false, VERIFY_INCOMPLETE, "of 16 events it holds"},
    {"a case without the agencies' keys", few_keys, run_verify_case, false, true, VERIFY_INCOMPLETE, "event 0 (leaf 290, OPEN): the key that A001"},
};

#endif
