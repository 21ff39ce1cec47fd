// Everything the console asks for goes through here. A change carries one key for as long as it is tried, so that it takes effect once
// however often it is sent; what fails in passing is tried again, and meanwhile, as when an answer is long in coming, people are told.
import { CALLS, type Calls } from '@api';
import { signal } from '@preact/signals';
import { givenUp, offline, Problem, problemOf, slow } from './problem';
import { csrf, signedOut } from './session';

/** Why something that was asked for is not done yet; null when nothing waits. The shell shows it. */
export const trouble = signal<Problem | null>(null);

const PATIENCE_MS = 60_000;
const FIRST_WAIT_MS = 400;
const LONGEST_WAIT_MS = 5_000;
const SLOW_MS = 2_500;
const ANSWER_MS = 20_000; // the server itself says after five seconds that nobody answers: who says nothing hangs
const KEPT_ALIVE_MOST = 16_000; // letters; browsers allow 64 KiB for all such requests together

type Message = Record<string, unknown>;

interface Sending {
    url: string;
    init: RequestInit;
}

/** What each that waits is waiting for: what answers meanwhile does not hide that something else does not. */
const waiting = new Map<Sending, Problem>();

function tell(s: Sending, why: Problem | null): void {
    if (why) waiting.set(s, why);
    else waiting.delete(s);
    const all = [...waiting.values()];
    trouble.value = all.find((p) => p.word !== 'slow') ?? all[0] ?? null;
}

/** The request of a message: fields that the path names go there, the others into the query or the body. */
function sending(method: string, path: string, message: Message, key: string): Sending {
    const rest: Message = { ...message };
    const url = path.replace(/\{(\w+)\}/g, (_, name: string) => {
        const value = String(rest[name]);
        delete rest[name];
        return encodeURIComponent(value);
    });
    const headers: Record<string, string> = { Accept: 'application/json' };
    if (method === 'GET') {
        const query = new URLSearchParams();
        for (const [name, value] of Object.entries(rest))
            if (value !== undefined) query.set(name, Array.isArray(value) ? value.join(',') : String(value));
        return { url: `/api/v1${url}${query.size ? `?${query}` : ''}`, init: { method, headers } };
    }
    headers['Content-Type'] = 'application/json';
    headers['Idempotency-Key'] = key;
    if (csrf()) headers['X-CSRF-Token'] = csrf();
    const body = JSON.stringify(rest);
    return { url: `/api/v1${url}`, init: { method, headers, body, keepalive: body.length < KEPT_ALIVE_MOST } }; // goes out even while its page is being left
}

async function once<T>(s: Sending, take: (response: Response) => Promise<T>): Promise<T> {
    const control = new AbortController();
    const late = setTimeout(() => control.abort(), ANSWER_MS);
    const told = setTimeout(() => waiting.has(s) || tell(s, slow()), SLOW_MS);
    const cut = (): never => {
        throw offline();
    };
    try {
        const response = await fetch(s.url, { credentials: 'same-origin', cache: 'no-store', ...s.init, signal: control.signal }).catch(
            cut,
        );
        if (!response.ok) throw await problemOf(response);
        return await take(response).catch(cut);
    } finally {
        clearTimeout(late);
        clearTimeout(told);
    }
}

/** So long, or until the computer is connected to the network again. */
const pause = (ms: number): Promise<void> =>
    new Promise((done) => {
        const end = (): void => {
            clearTimeout(timer);
            removeEventListener('online', end);
            done();
        };
        const timer = setTimeout(end, ms);
        addEventListener('online', end);
    });

/** Asks, and asks again while what stands in the way is passing. */
async function patiently<T>(s: Sending, take: (response: Response) => Promise<T>): Promise<T> {
    const until = Date.now() + PATIENCE_MS;
    let isUnclear = false;
    try {
        for (let wait = FIRST_WAIT_MS; ; wait = Math.min(2 * wait, LONGEST_WAIT_MS)) {
            try {
                return await once(s, take);
            } catch (e) {
                if (!(e instanceof Problem)) throw e;
                e.isAfterBreak = isUnclear;
                if (!e.isPassing) throw e;
                isUnclear ||= e.isUnclear;
                const ms = Math.max(wait, e.after_ms);
                if (Date.now() + ms > until) throw e.isUnclear ? givenUp() : e;
                tell(s, e);
                await pause(ms);
            }
        }
    } finally {
        tell(s, null);
    }
}

/** call('case_show', { case_id }): the answer, or a Problem. Give a `key` of your own where a change may be sent again by hand. */
export async function call<K extends keyof Calls>(name: K, message: Calls[K][0], key: string = crypto.randomUUID()): Promise<Calls[K][1]> {
    const [method, path, roles] = CALLS[name];
    const isOpen = roles === 0;
    try {
        const s = sending(method, path, message as unknown as Message, key);
        return await patiently(s, (response) => response.json() as Promise<Calls[K][1]>);
    } catch (e) {
        if (e instanceof Problem && e.http === 401 && !isOpen) signedOut();
        throw e;
    }
}

/** A public file; null where there is none. */
export async function file(path: string, cache: RequestCache): Promise<Uint8Array<ArrayBuffer> | null> {
    try {
        return await patiently({ url: path, init: { cache } }, async (response) => new Uint8Array(await response.arrayBuffer()));
    } catch (e) {
        if (e instanceof Problem && e.http === 404) return null;
        throw e;
    }
}
