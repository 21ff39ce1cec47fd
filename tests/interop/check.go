// The other side: what the ledger published is checked with golang.org/x/mod/sumdb/note and tlog as they are, and a log made with them
// is left for the ledger to judge. Says what it counted; ends with 1 at the first thing that is not as it must be.
//
//	check read folder     the ledger's log: heads, leaves, proofs; every change of them is refused
//	check write folder    go.keys, go.checkpoint.<size>, go.consistency.<old>.<size>, go.proof.<size>.<index>, and go.list naming them
//	check ask folder      what a log sends a witness; check answers folder: what the witness answered
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	algCosignature = 4
	proofHead      = "c2sp.org/tlog-proof@v1"
	tileHeight     = 8
)

func must(claim bool, format string, args ...interface{}) {
	if !claim {
		fmt.Fprintf(os.Stderr, "interop: "+format+"\n", args...)
		os.Exit(1)
	}
}

func ok(err error, what string) {
	must(err == nil, "%s: %v", what, err)
}

// A witness is what sumdb/note knows nothing of: c2sp.org/tlog-cosignature, put behind its interfaces.
type witness struct {
	name string
	hash uint32
	pub  ed25519.PublicKey
	priv ed25519.PrivateKey
	at   uint64 // when it signs
}

func newWitness(name string, pub ed25519.PublicKey) *witness {
	h := sha256.Sum256(append([]byte(name+"\n\x04"), pub...))
	return &witness{name: name, hash: binary.BigEndian.Uint32(h[:]), pub: pub}
}

func (w *witness) Name() string    { return w.name }
func (w *witness) KeyHash() uint32 { return w.hash }

func cosigned(at uint64, msg []byte) []byte {
	return append([]byte(fmt.Sprintf("cosignature/v1\ntime %d\n", at)), msg...)
}

func (w *witness) Sign(msg []byte) ([]byte, error) {
	sig := make([]byte, 8)
	binary.BigEndian.PutUint64(sig, w.at)
	return append(sig, ed25519.Sign(w.priv, cosigned(w.at, msg))...), nil
}

func (w *witness) Verify(msg, sig []byte) bool {
	return len(sig) == 8+ed25519.SignatureSize && ed25519.Verify(w.pub, cosigned(binary.BigEndian.Uint64(sig), msg), sig[8:])
}

func (w *witness) vkey() string {
	return fmt.Sprintf("%s+%08x+%s", w.name, w.hash, base64.StdEncoding.EncodeToString(append([]byte{algCosignature}, w.pub...)))
}

func parseWitness(vkey string) *witness {
	part := strings.SplitN(vkey, "+", 3)
	must(len(part) == 3, "not a verifier key: %s", vkey)
	key, err := base64.StdEncoding.Strict().DecodeString(part[2])
	must(err == nil && len(key) == 1+ed25519.PublicKeySize && key[0] == algCosignature, "not a witness's key: %s", vkey)
	w := newWitness(part[0], key[1:])
	must(w.vkey() == vkey, "the key prints as %s, not %s", w.vkey(), vkey)
	return w
}

// A log as it lies in its folder.
type folder struct {
	dir     string
	origin  string
	log     note.Verifier
	witness *witness
	files   map[string][]byte
	changed string // the file of which a byte is to read otherwise, "" = none
	at      int
}

func (f *folder) read(name string) []byte {
	data, has := f.files[name]
	if !has {
		var err error
		data, err = os.ReadFile(filepath.Join(f.dir, name))
		ok(err, "read")
		f.files[name] = data
	}
	if name == f.changed {
		data = append([]byte(nil), data...)
		data[f.at] ^= 0x10
	}
	return data
}

// head opens a checkpoint: true only if log and witness have both signed it.
func (f *folder) head(data []byte) (tree tlog.Tree, good bool) {
	n, err := note.Open(data, note.VerifierList(f.log, f.witness))
	if err != nil || len(n.Sigs) != 2 || len(n.UnverifiedSigs) != 0 {
		return tree, false
	}
	for _, sig := range n.Sigs { // sumdb/note takes no notice of the bits beyond the last byte
		if _, err := base64.StdEncoding.Strict().DecodeString(sig.Base64); err != nil {
			return tree, false
		}
	}
	line := strings.Split(n.Text, "\n")
	if len(line) != 4 || line[0] != f.origin || line[3] != "" {
		return tree, false
	}
	size, err := strconv.ParseInt(line[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != line[1] {
		return tree, false
	}
	hash, good := parseHash(line[2])
	return tlog.Tree{N: size, Hash: hash}, good
}

func parseHash(text string) (hash tlog.Hash, good bool) {
	data, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil || len(data) != tlog.HashSize || strings.ContainsAny(text, "\r\n") {
		return hash, false
	}
	copy(hash[:], data)
	return hash, true
}

// tile/8/<L>/<N> of sumdb is tile/<L>/<N> of tlog-tiles.
func (f *folder) Height() int                     { return tileHeight }
func (f *folder) SaveTiles([]tlog.Tile, [][]byte) {}
func (f *folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, t := range tiles {
		data := f.read(strings.Replace(t.Path(), "tile/8/", "tile/", 1))
		if len(data) != t.W*tlog.HashSize {
			return nil, fmt.Errorf("%s has %d bytes", t.Path(), len(data))
		}
		all = append(all, data)
	}
	return all, nil
}

// leaf is read from the bundle of entries as it was at that size.
func (f *folder) leaf(size, index int64) []byte {
	t := tlog.Tile{H: tileHeight, L: 0, N: index >> tileHeight, W: 1 << tileHeight}
	if (t.N+1)<<tileHeight > size {
		t.W = int(size - t.N<<tileHeight)
	}
	data := f.read(strings.Replace(t.Path(), "tile/8/0/", "tile/entries/", 1))
	for i := t.N << tileHeight; ; i++ {
		must(len(data) >= 2, "%s is cut short", t.Path())
		n := 2 + int(binary.BigEndian.Uint16(data))
		must(len(data) >= n, "%s is cut short", t.Path())
		if i == index {
			return data[2:n]
		}
		data = data[n:]
	}
}

// A proof file, read as c2sp.org/tlog-proof says.
type proofFile struct {
	extra      []byte
	index      int64
	path       tlog.RecordProof
	checkpoint []byte
}

func parseProof(data []byte) (p proofFile, good bool) {
	at := bytes.Index(data, []byte("\n\n"))
	if at < 0 {
		return p, false
	}
	p.checkpoint = data[at+2:]
	line := strings.Split(string(data[:at]), "\n")
	if line[0] != proofHead || len(line) < 2 {
		return p, false
	}
	line = line[1:]
	if strings.HasPrefix(line[0], "extra ") {
		var err error
		p.extra, err = base64.StdEncoding.Strict().DecodeString(line[0][len("extra "):])
		if err != nil || len(line) < 2 || strings.Contains(line[0], "\r") {
			return p, false
		}
		line = line[1:]
	}
	var err error
	p.index, err = strconv.ParseInt(strings.TrimPrefix(line[0], "index "), 10, 64)
	if err != nil || line[0] != "index "+strconv.FormatInt(p.index, 10) {
		return p, false
	}
	for _, text := range line[1:] {
		hash, good := parseHash(text)
		if !good {
			return p, false
		}
		p.path = append(p.path, hash)
	}
	return p, true
}

func main() {
	must(len(os.Args) == 3, "check read|write|ask|answers folder")
	switch os.Args[1] {
	case "read":
		readAll(os.Args[2])
	case "write":
		writeAll(os.Args[2], rand.Reader)
	case "ask":
		writeAsks(os.Args[2])
	case "answers":
		readAnswers(os.Args[2])
	default:
		must(false, "check read|write|ask|answers folder")
	}
}
