// A case bundle checked in this browser with the logs' keys alone: every event is in a signed head, signed by the agency that acted, chained to
// the one before, and its payload is what was committed to. `kashimaru-verify case` judges more: whether the story can have happened.
import type { AgencyKey } from '@api';
import { agencyOf } from './bundle';
import { fromHex, hmac256, join, same, sha256, toHex, utf8, type Bytes } from './bytes';
import { openNote, readKey, type Head, type Key } from './note';
import { isIncluded, leafHash } from './tree';

const OPENING = ',"events":[';
const EVENT_LEN = 288;
const NONE = new Uint8Array(32);

interface Line {
    seq: number;
    log?: number;
    index: number;
    leaf?: string;
    event?: string;
    r_event?: string;
    payload?: string;
    r_payload?: string;
    proof: string[];
}

interface Top {
    case_id: string;
    count: number;
    logs: { origin: string; note: string }[];
    keys: AgencyKey[];
}

export interface CheckedCase {
    heads: Head[];
    events: number;
    erased: number;
}

/** Why a bundle is not good: of which event, or, where seq < 0, of the whole. */
export class Refused extends Error {
    readonly word: string;
    readonly seq: number;

    constructor(word: string, seq: number, cause: unknown) {
        super(seq < 0 ? word : `${word} ${seq}`, { cause });
        this.word = word;
        this.seq = seq;
    }
}

function fail(word: string): never {
    throw new Error(word);
}

async function headsOf(top: Top, keys: readonly Key[]): Promise<Head[]> {
    const heads: Head[] = [];
    for (const log of top.logs) {
        const key = keys.find((k) => k.name === log.origin) ?? fail('log');
        heads.push(await openNote(log.note, key));
    }
    return heads;
}

async function checkSignature(event: Bytes, keys: readonly AgencyKey[]): Promise<void> {
    const view = new DataView(event.buffer);
    const agency = agencyOf(view.getUint32(52));
    const at = Number(view.getBigUint64(8));
    for (const k of keys) {
        const bytes = fromHex(k.key);
        const isMeant = k.agency === agency && !k.own && Date.parse(k.from) <= at && !(k.until && Date.parse(k.until) <= at);
        if (!isMeant || !same((await sha256(utf8('KM-ed25519'), bytes)).slice(0, 8), event.slice(208, 216))) continue;
        const key = await crypto.subtle.importKey('raw', bytes, 'Ed25519', false, ['verify']);
        if (await crypto.subtle.verify('Ed25519', key, event.slice(224), join(utf8('KME1/sig\0'), event.slice(0, 224)))) return;
    }
    fail('agency');
}

/** What the log holds of the event. */
async function leafOf(top: Top, line: Line, seq: number, before: Bytes): Promise<Bytes> {
    if (!line.event) return fromHex(line.leaf ?? fail('file'));
    const event = fromHex(line.event);
    const view = new DataView(event.buffer);
    if (event.length !== EVENT_LEN || toHex(event.slice(32, 48)) !== top.case_id.replaceAll('-', '') || view.getUint32(48) !== seq)
        fail('file');
    if (!same(event.slice(80, 112), before)) fail('chain');
    if (
        line.r_payload &&
        !same(await hmac256(fromHex(line.r_payload), utf8('KME1/payload'), utf8(line.payload ?? '')), event.slice(112, 144))
    )
        fail('payload');
    await checkSignature(event, top.keys);
    return join(utf8('KML1'), Uint8Array.of(1, 0, 0, 0), await hmac256(fromHex(line.r_event ?? fail('file')), utf8('KME1/leaf'), event));
}

/** What the bundle shows, or Refused. vkeys: one a log, parted by spaces. */
export async function checkCase(text: string, vkeys: string): Promise<CheckedCase> {
    let seq = -1;
    try {
        const keys = await Promise.all(
            vkeys
                .trim()
                .split(/[\s,]+/)
                .map(readKey),
        );
        const lines = text.split('\n');
        const first = lines[0] ?? '';
        if (!first.endsWith(OPENING) || lines.at(-1) !== '' || lines.at(-2) !== ']}') fail('file');
        const top = JSON.parse(`${first.slice(0, -OPENING.length)}}`) as Top;
        if (lines.length !== top.count + 3) fail('file');
        const heads = await headsOf(top, keys);
        let before: Bytes = NONE;
        let erased = 0;
        const last = new Map<number, number>();
        for (seq = 0; seq < top.count; seq++) {
            const line = JSON.parse((lines[seq + 1] ?? '').replace(/,$/, '')) as Line;
            const head = heads[line.log ?? 0] ?? fail('file');
            if (line.seq !== seq || line.index <= (last.get(line.log ?? 0) ?? -1)) fail('chain');
            last.set(line.log ?? 0, line.index);
            before = await leafHash(await leafOf(top, line, seq, before));
            if (!(await isIncluded(before, BigInt(line.index), head.size, line.proof.map(fromHex), head.root))) fail('tree');
            erased += line.r_payload ? 0 : 1;
        }
        return { heads, events: top.count, erased };
    } catch (e) {
        throw new Refused(e instanceof Error ? e.message : '', seq, e);
    }
}
