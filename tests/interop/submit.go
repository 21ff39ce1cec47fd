// A log made with Go's packages that asks the ledger's witness to cosign it, and checks what it is given: the requests and the answers are
// files, carried by whoever runs this.
package main

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const goAsking = "go.example/asking/2026"

var askedSizes = []int64{0, 1, 2, 7, 8, 255, 256, 257, 300}

// The head of each size in files asks.<n>.note, what is sent for it in asks.<n>, and the log's verifier key in asks.key.
func writeAsks(dir string) {
	skey, vkey, err := note.GenerateKey(rand.Reader, goAsking)
	ok(err, "GenerateKey")
	signer, err := note.NewSigner(skey)
	ok(err, "NewSigner")
	w := &writer{dir: dir, signer: signer}
	w.file("asks.key", []byte(vkey+"\n"))
	for i, size := range askedSizes {
		old := w.size
		for ; w.size < size; w.size++ {
			more, err := tlog.StoredHashes(w.size, goLeaf(w.size), w.hashes)
			ok(err, "StoredHashes")
			w.hashes = append(w.hashes, more...)
		}
		root, err := tlog.TreeHash(size, w.hashes)
		ok(err, "TreeHash")
		var proof tlog.TreeProof
		if old > 0 {
			proof, err = tlog.ProveTree(size, old, w.hashes)
			ok(err, "ProveTree")
		}
		if size == 0 { // tlog leaves the root of nothing undefined: SHA-256 of nothing
			ok(root.UnmarshalJSON([]byte(`"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="`)), "root")
		}
		text := fmt.Sprintf("%s\n%d\n%s\n", goAsking, size, root)
		signed, err := note.Sign(&note.Note{Text: text}, signer)
		ok(err, "Sign")
		var body strings.Builder
		fmt.Fprintf(&body, "old %d\n", old)
		for _, h := range proof {
			fmt.Fprintf(&body, "%s\n", h)
		}
		fmt.Fprintf(&body, "\n%s", signed)
		w.file(fmt.Sprintf("asks.%d", i), []byte(body.String()))
		w.file(fmt.Sprintf("asks.%d.note", i), signed)
	}
}

// The answers in asks.<n>.answer are cosignatures of the witness in asks.witness, and no change of them is.
func readAnswers(dir string) {
	read := func(name string) []byte {
		data, err := os.ReadFile(filepath.Join(dir, name))
		ok(err, "read")
		return data
	}
	log, err := note.NewVerifier(strings.TrimSpace(string(read("asks.key"))))
	ok(err, "NewVerifier")
	known := note.VerifierList(log, parseWitness(strings.TrimSpace(string(read("asks.witness")))))
	refused := 0
	for i := range askedSizes {
		head, answer := read(fmt.Sprintf("asks.%d.note", i)), read(fmt.Sprintf("asks.%d.answer", i))
		good := func(line []byte) bool {
			n, err := note.Open(append(append([]byte(nil), head...), line...), known)
			return err == nil && len(n.Sigs) == 2 && len(n.UnverifiedSigs) == 0 && bytes.HasPrefix(head, []byte(n.Text))
		}
		must(good(answer), "the cosignature of %d leaves is not true: %s", askedSizes[i], answer)
		for k := range answer {
			other := append([]byte(nil), answer...)
			other[k] ^= 1
			must(!good(other), "it is true with byte %d changed", k)
			refused++
		}
	}
	fmt.Printf("Go had %d heads cosigned by the ledger's witness; %d changed cosignatures were refused\n", len(askedSizes), refused)
}
