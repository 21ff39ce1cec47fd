// One published log as files (C2SP tlog-tiles), and the proof that a leaf is in its signed head: made of nothing but these files.
import { sha256, type Bytes } from './bytes';
import { headOf, type Head } from './note';

const WIDTH = 256n;
const HEIGHT = 8;
const HASH_LEN = 32;
const GROUP = 1000n;
const NODE = Uint8Array.of(1);

/** A file of the log by its path, null where there is none. */
export type Files = (path: string) => Promise<Bytes | null>;

/** x001/x234/067 */
function numbered(index: bigint): string {
    const digits = (n: bigint): string => String(n % GROUP).padStart(3, '0');
    let path = digits(index);
    for (let n = index / GROUP; n > 0n; n /= GROUP) path = `x${digits(n)}/${path}`;
    return path;
}

/** The largest power of two below n. */
function half(n: bigint): bigint {
    let k = 1n;
    while (2n * k < n) k *= 2n;
    return k;
}

const isPower = (n: bigint): boolean => (n & (n - 1n)) === 0n;

export class Log {
    readonly name: string;
    readonly note: string;
    readonly head: Head;
    readonly #files: Files;
    readonly #kept = new Map<string, Promise<Bytes>>();

    constructor(files: Files, name: string, note: string) {
        this.name = name;
        this.note = note;
        this.head = headOf(note);
        this.#files = files;
    }

    /** A partial tile may have been replaced by the full one. */
    async #read(path: string, width: bigint): Promise<Bytes> {
        const bytes =
            (width < WIDTH ? await this.#files(`${this.name}/${path}.p/${width}`) : null) ?? (await this.#files(`${this.name}/${path}`));
        if (!bytes) throw new Error('files');
        return bytes;
    }

    #tile(kind: string, hashes: bigint, index: bigint): Promise<Bytes> {
        const path = `tile/${kind}/${numbered(index)}`;
        let kept = this.#kept.get(path);
        if (!kept) {
            const left = hashes - index * WIDTH;
            kept = this.#read(path, left < WIDTH ? left : WIDTH);
            this.#kept.set(path, kept);
        }
        return kept;
    }

    /** Of the complete subtree of 2^level leaves at that place. */
    async #hash(level: number, index: bigint): Promise<Bytes> {
        const n = 1 << (level % HEIGHT);
        const first = index * BigInt(n);
        const at = Math.floor(level / HEIGHT);
        const bytes = await this.#tile(String(at), this.head.size >> BigInt(HEIGHT * at), first / WIDTH);
        const from = Number(first % WIDTH) * HASH_LEN;
        let row = Array.from({ length: n }, (_, i) => bytes.slice(from + i * HASH_LEN, from + (i + 1) * HASH_LEN));
        if (row.at(-1)?.length !== HASH_LEN) throw new Error('files');
        while (row.length > 1)
            row = await Promise.all(
                Array.from({ length: row.length / 2 }, (_, i) => sha256(NODE, row[2 * i] as Bytes, row[2 * i + 1] as Bytes)),
            );
        return row[0] as Bytes;
    }

    /** RFC 6962 §2.1 over n leaves from `begin` on. */
    async #root(begin: bigint, n: bigint): Promise<Bytes> {
        if (isPower(n) && begin % n === 0n) return this.#hash(n.toString(2).length - 1, begin / n);
        const k = half(n);
        return sha256(NODE, await this.#root(begin, k), await this.#root(begin + k, n - k));
    }

    /** RFC 6962 §2.1.1: the halves left aside on the way down, the lowest first. */
    async inclusion(index: bigint): Promise<Bytes[]> {
        const aside: [bigint, bigint][] = [];
        let begin = 0n;
        let n = this.head.size;
        while (n > 1n) {
            const k = half(n);
            if (index < begin + k) {
                aside.unshift([begin + k, n - k]);
                n = k;
            } else {
                aside.unshift([begin, k]);
                begin += k;
                n -= k;
            }
        }
        return Promise.all(aside.map(([from, many]) => this.#root(from, many)));
    }

    /** The leaf that stands there; null beyond the signed head. */
    async leaf(index: bigint): Promise<Bytes | null> {
        if (index >= this.head.size) return null;
        const bytes = await this.#tile('entries', this.head.size, index / WIDTH);
        let at = 0;
        for (let left = index % WIDTH; left > 0n; left--) at += 2 + ((bytes[at] ?? 0) << 8) + (bytes[at + 1] ?? 0);
        return bytes.slice(at + 2, at + 2 + ((bytes[at] ?? 0) << 8) + (bytes[at + 1] ?? 0));
    }
}

/** The logs there are, one or more a fiscal year: from this year back to the first that has none. */
export async function logsOf(files: Files, year: number): Promise<Log[]> {
    const logs: Log[] = [];
    const open = async (name: string): Promise<boolean> => {
        const bytes = await files(`${name}/checkpoint`);
        if (bytes) logs.push(new Log(files, name, new TextDecoder().decode(bytes)));
        return bytes !== null;
    };
    for (let y = year; (await open(String(y))) || y === year; y--) for (let second = 2; await open(`${y}-${second}`); second++);
    return logs;
}
