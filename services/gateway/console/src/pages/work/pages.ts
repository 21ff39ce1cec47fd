// A list that comes in pages: what is due or waits longest is on the first, everything else is one press away, and how much there is stands
// beside it. Asked anew, it shows as many lines as it did.
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Calls } from '@api';
import { call } from '../../net/call';
import { changes } from '../../net/live';
import { Problem } from '../../net/problem';
import type { Loaded } from '../../ui/load';

const FIRST = 25;
const MORE = 50;
const MOST = 100; // in one answer
const AGAIN_MS = 10_000;

export interface Page<R> {
    rows: readonly R[];
    /** How many there are; null: a thousand or more. */
    total: number | null;
    hasMore: boolean;
}

export interface Paged<R> extends Loaded<Page<R>> {
    more: () => void;
}

type Lines<R> = { rows: readonly R[]; total?: number };

interface Source<K extends keyof Calls, R> {
    name: K;
    message: Calls[K][0];
    follows: readonly string[];
    lines: (answer: Calls[K][1]) => Lines<R>;
    /** Where the page after this line begins. */
    after: (last: R) => Partial<Calls[K][0]>;
}

const FULL = 1000;

async function load<K extends keyof Calls, R>(of: Source<K, R>, wanted: number): Promise<Page<R>> {
    const rows: R[] = [];
    let total: number | undefined;
    let from: Partial<Calls[K][0]> = {};
    for (;;) {
        const limit = Math.min(MOST, wanted - rows.length);
        const got = of.lines(await call(of.name, { ...of.message, ...from, limit } as Calls[K][0]));
        rows.push(...got.rows);
        total ??= got.total;
        const last = got.rows.at(-1);
        const isWhole = got.rows.length < limit || !last;
        if (isWhole || rows.length >= wanted) {
            const count = isWhole ? rows.length : Math.max(total ?? 0, rows.length);
            return { rows, total: !isWhole && count >= FULL ? null : count, hasMore: !isWhole && (count > rows.length || count >= FULL) };
        }
        from = of.after(last);
    }
}

/** Asks for the first page, for more when told to, and anew whenever something of `follows` is told to have changed. */
export function usePages<K extends keyof Calls, R>(of: Source<K, R>): Paged<R> {
    const [value, setValue] = useState<Page<R>>();
    const [problem, setProblem] = useState<unknown>(null);
    const [isBusy, setBusy] = useState(true);
    const [round, setRound] = useState(0);
    const [wanted, setWanted] = useState(FIRST);
    const source = useRef(of);
    source.current = of;
    const latest = useRef(0);
    const asked = of.name + JSON.stringify(of.message);
    useEffect(() => {
        const mine = ++latest.current;
        const done = (page: Page<R> | undefined, e: unknown): void => {
            if (mine !== latest.current) return;
            if (page) setValue(page);
            setProblem(e);
            setBusy(false);
        };
        setBusy(true);
        load(source.current, wanted).then(
            (page) => done(page, null),
            (e: unknown) => done(undefined, e),
        );
        return () => {
            latest.current++;
        };
    }, [asked, wanted, round]);
    const again = useCallback(() => setRound((n) => n + 1), []);
    const more = useCallback(() => setWanted((n) => n + MORE), []);
    useEffect(() => {
        if (!(problem instanceof Problem && problem.isPassing)) return undefined;
        const timer = setTimeout(again, AGAIN_MS);
        return () => clearTimeout(timer);
    }, [problem]);
    const topics = of.follows.join(' ');
    useEffect(() => (topics ? changes(topics.split(' '), again) : undefined), [topics, again]);
    return { value, problem, isBusy, again, more };
}
