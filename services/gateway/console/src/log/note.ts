// C2SP signed-note and tlog-checkpoint: what is published of the log's head, and whether the log's key signed it.
import { fromBase64, fromHex, same, sha256, utf8, type Bytes } from './bytes';

const ED25519 = 1;
const SIGNATURE_LEN = 64;
const HASH_LEN = 4;

export interface Key {
    name: string;
    hash: Bytes;
    bytes: Bytes;
}

export interface Head {
    origin: string;
    size: bigint;
    root: Bytes;
}

/** name+hash+base64(algorithm ‖ public key) */
export async function readKey(text: string): Promise<Key> {
    const found = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text.trim());
    if (!found?.[1] || !found[2] || !found[3]) throw new Error('key');
    const key = fromBase64(found[3]);
    const hash = (await sha256(utf8(`${found[1]}\n`), key)).slice(0, HASH_LEN);
    if (key[0] !== ED25519 || key.length !== 33 || !same(hash, fromHex(found[2]))) throw new Error('key');
    return { name: found[1], hash, bytes: key.slice(1) };
}

function readHead(text: string): Head {
    const lines = text.split('\n');
    const [origin, size, root] = lines;
    if (lines.length !== 4 || lines[3] !== '' || !origin || !size || !/^(0|[1-9][0-9]*)$/.test(size) || !root) throw new Error('head');
    const hash = fromBase64(root);
    if (hash.length !== 32) throw new Error('head');
    return { origin, size: BigInt(size), root: hash };
}

/** The head a note tells of, whoever signed it. */
export function headOf(note: string): Head {
    const end = note.lastIndexOf('\n\n');
    if (end < 0) throw new Error('note');
    return readHead(note.slice(0, end + 1));
}

/** The head a note tells of, if the key signed it. */
export async function openNote(note: string, key: Key): Promise<Head> {
    const end = note.lastIndexOf('\n\n');
    if (end < 0) throw new Error('note');
    const text = note.slice(0, end + 1);
    const head = readHead(text);
    if (head.origin !== key.name) throw new Error('origin');
    const mine = await crypto.subtle.importKey('raw', key.bytes, 'Ed25519', false, ['verify']);
    let isSigned = false;
    for (const line of note
        .slice(end + 2)
        .split('\n')
        .filter(Boolean)) {
        const found = /^— (\S+) (\S+)$/.exec(line);
        const bytes = found?.[2] ? fromBase64(found[2]) : null;
        if (!bytes || found?.[1] !== key.name || !same(bytes.slice(0, HASH_LEN), key.hash)) continue;
        if (bytes.length !== HASH_LEN + SIGNATURE_LEN || !(await crypto.subtle.verify('Ed25519', mine, bytes.slice(HASH_LEN), utf8(text))))
            throw new Error('signature');
        isSigned = true;
    }
    if (!isSigned) throw new Error('unsigned');
    return head;
}
