// A log made with Go's packages, for the ledger to judge.
package main

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

var goSizes = []int64{1, 2, 7, 64, 255, 256, 300}

type memory []tlog.Hash

func (m memory) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var all []tlog.Hash
	for _, i := range indexes {
		all = append(all, m[i])
	}
	return all, nil
}

// A leaf of Go's log: its own number, which the proof's extra data repeats.
func goLeaf(i int64) []byte { return []byte(fmt.Sprintf("leaf %d", i)) }

type writer struct {
	dir     string
	signer  note.Signer
	witness *witness
	hashes  memory
	size    int64
	list    bytes.Buffer
}

func (w *writer) file(name string, data []byte) {
	ok(os.WriteFile(filepath.Join(w.dir, name), data, 0o666), name)
}

func (w *writer) proof(checkpoint []byte, index int64) {
	path, err := tlog.ProveRecord(w.size, index, w.hashes)
	ok(err, "ProveRecord")
	var text strings.Builder
	fmt.Fprintf(&text, "%s\nextra %s\nindex %d\n", proofHead, base64.StdEncoding.EncodeToString(goLeaf(index)), index)
	for _, h := range path {
		fmt.Fprintf(&text, "%s\n", h)
	}
	fmt.Fprintf(&text, "\n%s", checkpoint)
	w.file(fmt.Sprintf("go.proof.%d.%d", w.size, index), []byte(text.String()))
	fmt.Fprintf(&w.list, "proof %d %d\n", w.size, index)
}

func (w *writer) step(old int64) {
	proof, err := tlog.ProveTree(w.size, old, w.hashes)
	ok(err, "ProveTree")
	var text strings.Builder
	for _, h := range proof {
		fmt.Fprintf(&text, "%s\n", h)
	}
	w.file(fmt.Sprintf("go.consistency.%d.%d", old, w.size), []byte(text.String()))
	fmt.Fprintf(&w.list, "step %d %d\n", old, w.size)
}

func (w *writer) publish(origin string, size int64) []byte {
	for ; w.size < size; w.size++ {
		h, err := tlog.StoredHashes(w.size, goLeaf(w.size), w.hashes)
		ok(err, "StoredHashes")
		w.hashes = append(w.hashes, h...)
	}
	root, err := tlog.TreeHash(size, w.hashes)
	ok(err, "TreeHash")
	w.witness.at = 1700000000 + uint64(size)
	checkpoint, err := note.Sign(&note.Note{Text: fmt.Sprintf("%s\n%d\n%s\n", origin, size, root)}, w.signer, w.witness)
	ok(err, "Sign")
	w.file(fmt.Sprintf("go.checkpoint.%d", size), checkpoint)
	fmt.Fprintf(&w.list, "head %d\n", size)
	return checkpoint
}

func writeAll(dir string, random io.Reader) {
	const origin = "example.com/kashimaru/made-with-go"
	skey, vkey, err := note.GenerateKey(random, origin)
	ok(err, "GenerateKey")
	w := &writer{dir: dir}
	w.signer, err = note.NewSigner(skey)
	ok(err, "NewSigner")
	pub, priv, err := ed25519.GenerateKey(random)
	ok(err, "GenerateKey")
	w.witness = newWitness("witness.example/go", pub)
	w.witness.priv = priv
	w.file("go.keys", []byte(vkey+"\n"+w.witness.vkey()+"\n"))
	proofs := 0
	for i, size := range goSizes {
		checkpoint := w.publish(origin, size)
		for _, old := range goSizes[:i] {
			w.step(old)
		}
		seen := map[int64]bool{}
		for _, index := range []int64{0, size / 3, size / 2, size - 1} {
			if !seen[index] {
				w.proof(checkpoint, index)
				proofs++
			}
			seen[index] = true
		}
	}
	w.file("go.list", w.list.Bytes())
	fmt.Printf("Go made: %d heads, %d proof files\n", len(goSizes), proofs)
}
