// Everything the console asks for goes through here. A change carries one key for as long as it is tried, so that it takes effect once
// however often it is sent; what fails in passing is tried again, and meanwhile people are told.
import { CALLS, type Calls } from '@api';
import { signal } from '@preact/signals';
import { givenUp, offline, Problem, problemOf } from './problem';
import { csrf, signedOut } from './session';

/** Why the line is down just now; null when it is not. The shell shows it. */
export const trouble = signal<Problem | null>(null);

const PATIENCE_MS = 60_000;
const FIRST_WAIT_MS = 400;
const LONGEST_WAIT_MS = 5_000;
const KEPT_ALIVE_MOST = 16_000; // letters; browsers allow 64 KiB for all such requests together

type Message = Record<string, unknown>;

interface Sending {
    url: string;
    init: RequestInit;
}

/** The request of a message: fields that the path names go there, the others into the query or the body. */
function sending(method: string, path: string, message: Message, key: string | null): Sending {
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
    if (key) headers['Idempotency-Key'] = key;
    if (csrf()) headers['X-CSRF-Token'] = csrf();
    const body = JSON.stringify(rest);
    return { url: `/api/v1${url}`, init: { method, headers, body, keepalive: body.length < KEPT_ALIVE_MOST } }; // goes out even while its page is being left
}

async function once(s: Sending): Promise<unknown> {
    const response = await fetch(s.url, { ...s.init, credentials: 'same-origin', cache: 'no-store' }).catch(() => null);
    if (!response) throw offline();
    if (!response.ok) throw await problemOf(response);
    return response.json();
}

const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** Asks, and asks again while what stands in the way is passing. */
async function patiently(s: Sending): Promise<unknown> {
    const until = Date.now() + PATIENCE_MS;
    for (let wait = FIRST_WAIT_MS; ; wait = Math.min(2 * wait, LONGEST_WAIT_MS)) {
        try {
            const answer = await once(s);
            trouble.value = null;
            return answer;
        } catch (e) {
            if (!(e instanceof Problem) || !e.isPassing) throw e;
            if (Date.now() + wait > until) {
                trouble.value = null;
                throw e.word === 'offline' ? givenUp() : e;
            }
            trouble.value = e;
            await sleep(wait);
        }
    }
}

/** call('case_show', { case_id }): the answer, or a Problem. Give a `key` of your own where a change may be sent again by hand. */
export async function call<K extends keyof Calls>(name: K, message: Calls[K][0], key: string = crypto.randomUUID()): Promise<Calls[K][1]> {
    const [method, path, roles] = CALLS[name];
    const isOpen = roles === 0;
    try {
        return (await patiently(sending(method, path, message as unknown as Message, isOpen ? null : key))) as Calls[K][1];
    } catch (e) {
        if (e instanceof Problem && e.http === 401 && !isOpen) signedOut();
        throw e;
    }
}
