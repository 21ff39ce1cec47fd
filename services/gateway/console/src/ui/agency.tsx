// Agencies by name: each is asked for once; where a page names many at a time, the directory is asked for all of them together.
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { signal } from '@preact/signals';
import { call } from '../net/call';

const names = signal<ReadonlyMap<string, string>>(new Map());
const asked = new Set<string>();
const FEW = 5; // up to so many are asked for one by one
const MOST = 200; // in one answer
let wanted: string[] = [];
let everything: Promise<ReadonlyMap<string, string>> | null = null;

function one(code: string): void {
    call('agency_show', { agency: code }).then(
        (a) => {
            names.value = new Map(names.value).set(code, a.name);
        },
        () => asked.delete(code),
    );
}

async function all(): Promise<ReadonlyMap<string, string>> {
    const found = new Map<string, string>();
    for (let after: string | undefined; ;) {
        const { agencies } = await call('agency_find', { limit: MOST, ...(after ? { after } : {}) });
        for (const a of agencies) found.set(a.agency, a.name);
        after = agencies.at(-1)?.agency;
        if (agencies.length < MOST || !after) return found;
    }
}

/** What turned up together; those that are no more are in no list and are asked for by themselves. */
function askTogether(): void {
    const codes = wanted;
    wanted = [];
    if (!everything && codes.length <= FEW) {
        codes.forEach(one);
        return;
    }
    everything ??= all();
    everything.then(
        (found) => {
            names.value = new Map([...names.value, ...found]);
            for (const code of found.keys()) asked.add(code);
            codes.filter((code) => !found.has(code)).forEach(one);
        },
        () => {
            everything = null;
            codes.forEach((code) => asked.delete(code));
        },
    );
}

function ask(code: string): void {
    if (asked.has(code)) return;
    asked.add(code);
    if (wanted.push(code) === 1) setTimeout(askTogether);
}

/** The name as far as it is known; the code until then. */
export function agencyName(code: string | undefined): string {
    return code ? (names.value.get(code) ?? code) : '';
}

/** Names that are wanted where no element can stand, such as in the text of an option: asked for, and the page is drawn anew with them. */
export function useAgencyNames(codes: readonly string[]): (code: string) => string {
    const wanted = codes.join();
    useEffect(() => codes.forEach(ask), [wanted]);
    return (code) => agencyName(code);
}

export function AgencyName(p: { code: string | undefined }): JSX.Element {
    const code = p.code;
    useEffect(() => {
        if (code) ask(code);
    }, [code]);
    return <>{code ? agencyName(code) : '－'}</>;
}
