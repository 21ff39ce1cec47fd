// What an auditor hands to outsiders, made in this browser: the whole history of a case, or one event of it, each with the proof that it is in
// the public log. The same bytes as `kashimaru audit bundle` and `audit proof` write (include/ledger/bundle.h).
import type { AgencyKey, EventOpened, EvidenceEntry, EvidenceIs, HostLine } from '@api';
import { fromHex, same, sha256, toHex, utf8, type Bytes } from './bytes';
import { logsOf, type Files, type Log } from './tiles';
import { isIncluded, leafHash } from './tree';

const OPEN_AT_ONCE = 40;
const WAIT_MS = 60_000; // a log that stopped is back by then
const AGAIN_MS = 300;
const TOKYO_MS = 9 * 3_600_000;
const EVENT_LEN = 288;
const AGENCY_AT = 52;
const DIGITS_LEAST = 3;
const DIGITS_SPAN = 1_000_000;
const DIGIT_KINDS = 4;

/** Who is asked for what. */
export interface Source {
    evidence: (from: number) => Promise<EvidenceIs>;
    open: (sealed: string[]) => Promise<EventOpened[]>;
    keys: (agencies: string[]) => Promise<AgencyKey[]>;
    hosts: () => Promise<HostLine[]>;
    files: Files;
}

export interface Item {
    entry: EvidenceEntry;
    /** Absent: it was erased. */
    opened: EventOpened | undefined;
    log: Log;
    proof: Bytes[];
}

export interface Bundle {
    case_id: string;
    items: Item[];
    text: string;
}

const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** As long as it says null, and not for ever. */
async function awaited<T>(ask: () => Promise<T | null>): Promise<T> {
    for (const until = Date.now() + WAIT_MS; ;) {
        const found = await ask();
        if (found !== null) return found;
        if (Date.now() > until) throw new Error('wait');
        await sleep(AGAIN_MS);
    }
}

/** All that had happened when it was first asked; making a bundle is a reading and happens after that. */
async function entriesOf(from: Source): Promise<EvidenceEntry[]> {
    let page = await from.evidence(0);
    const want = page.events;
    if (page.logged < want)
        page = await awaited(async () => {
            const next = await from.evidence(0);
            return next.logged < want ? null : next;
        });
    const entries = page.entries.slice(0, want);
    while (page.entries.length && entries.length < want) {
        page = await from.evidence(entries.length);
        entries.push(...page.entries.slice(0, want - entries.length));
    }
    if (entries.length !== want || entries.some((e, i) => e.seq !== i)) throw new Error('gap');
    return entries;
}

/** Which log has which entry is told by the leaf, which no other log has. */
async function placed(entry: EvidenceEntry, logs: readonly Log[]): Promise<Log | null> {
    for (const log of logs) {
        const there = await log.leaf(BigInt(entry.index));
        if (there && same(there, fromHex(entry.leaf))) return log;
    }
    return null;
}

function fiscalYear(now: number): number {
    const local = new Date(now + TOKYO_MS);
    return local.getUTCFullYear() - (local.getUTCMonth() < 3 ? 1 : 0);
}

async function placesOf(from: Source, entries: readonly EvidenceEntry[]): Promise<Log[]> {
    return awaited(async () => {
        const logs = await logsOf(from.files, fiscalYear(Date.now()));
        const at: Log[] = [];
        for (const entry of entries) {
            const log = await placed(entry, logs);
            if (!log) return null;
            at.push(log);
        }
        return at;
    });
}

async function openedOf(from: Source, entries: readonly EvidenceEntry[]): Promise<(EventOpened | undefined)[]> {
    const whole = entries.filter((e) => e.sealed);
    const opened = new Map<number, EventOpened>();
    for (let i = 0; i < whole.length; i += OPEN_AT_ONCE) {
        const some = whole.slice(i, i + OPEN_AT_ONCE);
        const got = await from.open(some.map((e) => e.sealed));
        if (got.length !== some.length) throw new Error('open');
        some.forEach((e, k) => opened.set(e.seq, got[k] as EventOpened));
    }
    return entries.map((e) => opened.get(e.seq));
}

/** The code of an agency from its number in an event. */
export function agencyOf(number: number): string {
    const kind = Math.floor(number / DIGITS_SPAN);
    return (
        String.fromCharCode(65 + Math.floor(kind / DIGIT_KINDS)) +
        String(number % DIGITS_SPAN).padStart(DIGITS_LEAST + (kind % DIGIT_KINDS), '0')
    );
}

/** Keys of agencies' own systems, as the list of peers has them; one that is not listed stays out, and the verifier says so. */
async function ownKeys(from: Source, items: readonly Item[]): Promise<AgencyKey[]> {
    const asked = items.filter((i) => i.opened?.r_payload && i.entry.request).map((i) => fromHex((i.entry.request as string).slice(8, 72)));
    if (!asked.length) return [];
    const hosts = await from.hosts();
    const keys = new Map<string, AgencyKey>();
    for (const key of asked) {
        const id = toHex((await sha256(utf8('KM-ed25519'), key)).slice(0, 8));
        const host = hosts.find((h) => h.key_id === id);
        if (host) keys.set(id, { agency: host.agency, key: toHex(key), from: host.from, until: host.until, own: true });
    }
    return [...keys.values()];
}

/** JSON with its fields in order, as everything here is written. */
function line(value: unknown): string {
    return JSON.stringify(value, (_, v: unknown) =>
        v && typeof v === 'object' && !Array.isArray(v) ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1))) : v,
    );
}

/** The lines of a bundle; see include/ledger/bundle.h. */
export function layout(head: Record<string, unknown>, events: readonly Record<string, unknown>[]): string {
    const first = line({ ...head, count: events.length, format: 'kashimaru-case/1' });
    return `${first.slice(0, -1)},"events":[\n${events.map(line).join(',\n')}\n]}\n`;
}

function eventLine(item: Item, place: number): Record<string, unknown> {
    const { entry, opened } = item;
    const common = { seq: entry.seq, index: entry.index, ...(place ? { log: place } : {}), proof: item.proof.map(toHex) };
    if (!opened) return { ...common, leaf: entry.leaf };
    const said = opened.r_payload
        ? { payload: opened.payload, r_payload: opened.r_payload, ...(entry.request ? { request: entry.request } : {}) }
        : {};
    return { ...common, event: opened.event, r_event: opened.r_event, ...said };
}

export async function makeBundle(case_id: string, from: Source): Promise<Bundle> {
    const entries = await entriesOf(from);
    const at = await placesOf(from, entries);
    const opened = await openedOf(from, entries);
    const items: Item[] = [];
    for (const [i, entry] of entries.entries()) {
        const log = at[i] as Log;
        const proof = await log.inclusion(BigInt(entry.index));
        if (!(await isIncluded(await leafHash(fromHex(entry.leaf)), BigInt(entry.index), log.head.size, proof, log.head.root)))
            throw new Error('tree');
        items.push({ entry, opened: opened[i], log, proof });
    }
    const logs = [...new Set(at)];
    const agencies = [
        ...new Set(
            items.flatMap((i) => (i.opened ? [agencyOf(parseInt(i.opened.event.slice(2 * AGENCY_AT, 2 * AGENCY_AT + 8), 16))] : [])),
        ),
    ];
    const keys = [...(agencies.length ? await from.keys(agencies) : []), ...(await ownKeys(from, items))];
    const head = { case_id, keys, logs: logs.map((l) => ({ origin: l.head.origin, note: l.note })) };
    return {
        case_id,
        items,
        text: layout(
            head,
            items.map((i) => eventLine(i, logs.indexOf(i.log))),
        ),
    };
}

const base64 = (bytes: Bytes): string => btoa(String.fromCharCode(...bytes));

/** One event as a proof file (c2sp.org/tlog-proof); null where it was erased. */
export function proofOf(item: Item): string | null {
    if (!item.opened) return null;
    const extra = fromHex(item.opened.event + item.opened.r_event);
    if (extra.length !== EVENT_LEN + 32) throw new Error('event');
    return `c2sp.org/tlog-proof@v1\nextra ${base64(extra)}\nindex ${item.entry.index}\n${item.proof.map((h) => `${base64(h)}\n`).join('')}\n${item.log.note}`;
}
