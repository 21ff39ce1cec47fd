// The ledger's log, checked.
package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// What must have been checked at least, so that nothing passes by being absent.
const (
	leastHeads   = 6
	leastLeaves  = 1000
	leastSteps   = 5
	leastProofs  = 20
	leastRefused = 10000
	leastTiles   = 50
)

var count struct{ heads, leaves, steps, proofs, refused, tiles int }

// names of the files that a pattern finds
func names(dir, pattern string) []string {
	path, err := filepath.Glob(filepath.Join(dir, pattern))
	ok(err, pattern)
	var all []string
	for _, p := range path {
		all = append(all, filepath.Base(p))
	}
	sort.Strings(all)
	return all
}

// changes of one byte each; a checkpoint or proof file has none that may be accepted
func changes(data []byte, good func([]byte) bool, what string) {
	must(good(data), "%s is refused", what)
	for i := range data {
		other := append([]byte(nil), data...)
		other[i] ^= byte(1 << (i * 5 % 8))
		must(!good(other), "%s is accepted with byte %d changed", what, i)
		must(!good(append(append([]byte(nil), data[:i]...), data[i+1:]...)), "%s is accepted without byte %d", what, i)
		count.refused += 2
	}
}

func openFolder(dir string) *folder {
	f := &folder{dir: dir, files: make(map[string][]byte)}
	keys := strings.Split(string(f.read("keys")), "\n")
	must(len(keys) == 3, "two keys")
	var err error
	f.log, err = note.NewVerifier(keys[0])
	ok(err, keys[0])
	f.origin = f.log.Name()
	f.witness = parseWitness(keys[1])
	return f
}

// Some leaves of a tree, each through our tiles, with its proof made by tlog and checked by tlog.
func checkLeaves(f *folder, tree tlog.Tree, step int64) {
	hashes := tlog.TileHashReader(tree, f)
	for i := int64(0); i < tree.N; i += step {
		proof, err := tlog.ProveRecord(tree.N, i, hashes)
		ok(err, "ProveRecord")
		leaf := f.leaf(tree.N, i)
		ok(tlog.CheckRecord(proof, tree.N, tree.Hash, i, tlog.RecordHash(leaf)), "CheckRecord")
		other := append([]byte(nil), leaf...)
		other[i%int64(len(leaf))] ^= 1
		must(tlog.CheckRecord(proof, tree.N, tree.Hash, i, tlog.RecordHash(other)) != nil, "leaf %d may be changed", i)
		if tree.N > 1 {
			must(tlog.CheckRecord(proof, tree.N, tree.Hash, (i+1)%tree.N, tlog.RecordHash(leaf)) != nil, "leaf %d may stand elsewhere", i)
			count.refused++
		}
		count.leaves++
		count.refused++
	}
}

// From one tree to a later one: by the proof the ledger wrote, which is also the one that tlog makes of its tiles.
func checkStep(f *folder, old, tree tlog.Tree) {
	var wrote tlog.TreeProof
	for _, line := range strings.Split(strings.TrimSuffix(string(f.read(fmt.Sprintf("consistency.%d.%d", old.N, tree.N))), "\n"), "\n") {
		if line != "" {
			hash, good := parseHash(line)
			must(good, "hash %s", line)
			wrote = append(wrote, hash)
		}
	}
	made, err := tlog.ProveTree(tree.N, old.N, tlog.TileHashReader(tree, f))
	ok(err, "ProveTree")
	must(fmt.Sprint(made) == fmt.Sprint(wrote), "the consistency proof from %d to %d is another than tlog's", old.N, tree.N)
	ok(tlog.CheckTree(wrote, tree.N, tree.Hash, old.N, old.Hash), "CheckTree")
	for i := range wrote {
		wrote[i][i%tlog.HashSize] ^= 2
		must(tlog.CheckTree(wrote, tree.N, tree.Hash, old.N, old.Hash) != nil, "a changed consistency proof is accepted")
		wrote[i][i%tlog.HashSize] ^= 2
		count.refused++
	}
	old.Hash[5] ^= 1
	must(old.N == tree.N || tlog.CheckTree(wrote, tree.N, tree.Hash, old.N, old.Hash) != nil, "a changed old head is accepted")
	count.steps++
}

// Any byte of a tile changed: what is made of it does not lead to the head.
func checkTiles(f *folder, tree tlog.Tree) {
	ok(filepath.Walk(filepath.Join(f.dir, "tile"), func(path string, info os.FileInfo, err error) error {
		name := strings.TrimPrefix(path, f.dir+"/")
		// only what a reader of this tree looks at, and of the full tiles of level 0 every fifth
		if err != nil || info.IsDir() || strings.HasPrefix(name, "tile/entries/") {
			return err
		}
		var t tlog.Tile
		if t, err = tlog.ParseTilePath(strings.Replace(name, "tile/", "tile/8/", 1)); err != nil {
			return err
		}
		whole := tree.N >> uint(tileHeight*t.L)
		if t.W < 1<<tileHeight && t.N<<tileHeight+int64(t.W) != whole || t.L == 0 && t.N%5 != 0 {
			return nil
		}
		for i := 0; i < int(info.Size()); i += 997 {
			f.changed, f.at = name, i
			index := tlog.StoredHashIndex(tileHeight*t.L, t.N<<tileHeight+int64(i/tlog.HashSize))
			_, err := tlog.TileHashReader(tree, f).ReadHashes([]int64{index})
			must(err != nil, "%s may be changed at %d", name, i)
			f.changed = ""
			_, err = tlog.TileHashReader(tree, f).ReadHashes([]int64{index})
			ok(err, name)
			count.refused++
		}
		count.tiles++
		return nil
	}), "tiles")
}

// A proof file stands alone: all but the leaf is in it.
func checkProof(f *folder, name string) {
	var size, index int64
	_, err := fmt.Sscanf(name, "proof.%d.%d", &size, &index)
	ok(err, name)
	leaf := tlog.RecordHash(f.leaf(size, index))
	extra := []byte(nil)
	if index%2 == 0 {
		extra = []byte(fmt.Sprintf("%010d", index))
	}
	changes(f.read(name), func(data []byte) bool {
		p, good := parseProof(data)
		if !good || !bytes.Equal(p.extra, extra) {
			return false
		}
		tree, good := f.head(p.checkpoint)
		return good && tree.N == size && tlog.CheckRecord(p.path, tree.N, tree.Hash, p.index, leaf) == nil && p.index == index
	}, name)
	count.proofs++
}

func readAll(dir string) {
	f := openFolder(dir)
	var trees []tlog.Tree
	for _, name := range names(dir, "checkpoint.*") {
		changes(f.read(name), func(data []byte) bool { _, good := f.head(data); return good }, name)
		tree, _ := f.head(f.read(name))
		must(name == fmt.Sprintf("checkpoint.%d", tree.N), "%s is of %d", name, tree.N)
		trees = append(trees, tree)
		count.heads++
	}
	sort.Slice(trees, func(i, k int) bool { return trees[i].N < trees[k].N })
	for _, tree := range trees {
		step := tree.N/1500 + 1
		checkLeaves(f, tree, step)
	}
	newest := trees[len(trees)-1]
	for i, old := range trees {
		for _, tree := range trees[i:] {
			checkStep(f, old, tree)
		}
	}
	checkTiles(f, newest)
	for _, name := range names(dir, "proof.*") {
		checkProof(f, name)
	}
	must(count.heads >= leastHeads && count.leaves >= leastLeaves && count.steps >= leastSteps && count.proofs >= leastProofs &&
		count.refused >= leastRefused && count.tiles >= leastTiles, "too little to check: %+v", count)
	fmt.Printf("Go checked: %d heads signed and cosigned, %d leaves, %d consistency proofs, %d proof files, %d tiles; %d changes refused\n",
		count.heads, count.leaves, count.steps, count.proofs, count.tiles, count.refused)
}
