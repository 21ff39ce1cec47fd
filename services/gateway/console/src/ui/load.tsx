// What a page asks for before it can be shown: asked once it stands, again when told to; old contents stay until the new are here. What
// does not come because a part of the server is away is asked for again, by itself, for as long as the page stands.
import type { ComponentChildren, JSX } from 'preact';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Calls } from '@api';
import { call } from '../net/call';
import { changes } from '../net/live';
import { Problem } from '../net/problem';
import { Button } from './button';
import { Fault, Notice } from './notice';
import { t } from '../text';

const AGAIN_MS = 10_000; // after a minute of trying

export interface Loaded<T> {
    value: T | undefined;
    problem: unknown;
    isBusy: boolean;
    again: () => void;
}

/** use('case_list', {}): asks, and asks anew whenever something of `follows` is told to have changed. */
export function useCall<K extends keyof Calls>(name: K, message: Calls[K][0], follows: readonly string[] = []): Loaded<Calls[K][1]> {
    const [value, setValue] = useState<Calls[K][1]>();
    const [problem, setProblem] = useState<unknown>(null);
    const [isBusy, setBusy] = useState(true);
    const [round, setRound] = useState(0);
    const asked = JSON.stringify(message);
    const latest = useRef(0);
    useEffect(() => {
        const mine = ++latest.current;
        setBusy(true);
        call(name, JSON.parse(asked) as Calls[K][0]).then(
            (answer) => {
                if (mine !== latest.current) return;
                setValue(answer);
                setProblem(null);
                setBusy(false);
            },
            (e: unknown) => {
                if (mine !== latest.current) return;
                setProblem(e);
                setBusy(false);
            },
        );
        return () => {
            latest.current++;
        };
    }, [name, asked, round]);
    const again = useCallback(() => setRound((n) => n + 1), []);
    const isAway = problem instanceof Problem && problem.isPassing;
    useEffect(() => {
        if (!isAway) return undefined;
        const timer = setTimeout(again, AGAIN_MS);
        return () => clearTimeout(timer);
    }, [problem]);
    const topics = follows.join(' ');
    useEffect(() => (topics ? changes(topics.split(' '), again) : undefined), [topics, again]);
    return { value, problem, isBusy, again };
}

/** Nobody who waits has to do anything, and whoever is in a hurry may. */
function Away(p: { isBusy: boolean; again: () => void }): JSX.Element {
    return (
        <Notice
            tone="warn"
            title={t(
                'サーバーにつながらないため、まだ読み込めません。しばらくしてから自動でやり直します。',
                'The server cannot be reached. This is tried again by itself.',
            )}
        >
            <Button busy={p.isBusy} onPress={p.again}>
                {t('いますぐやり直す', 'Try now')}
            </Button>
        </Notice>
    );
}

/** Shows what was loaded, or why it was not. */
export function Show<T>(p: { of: Loaded<T>; children: (value: T) => ComponentChildren }): JSX.Element {
    const { value, problem, isBusy } = p.of;
    return (
        <div aria-busy={isBusy}>
            {problem instanceof Problem && problem.isPassing ? (
                <Away isBusy={isBusy} again={p.of.again} />
            ) : problem ? (
                <Fault of={problem} />
            ) : null}
            {value === undefined && !problem ? (
                <p class="loading" role="status">
                    {t('読み込んでいます…', 'Loading…')}
                </p>
            ) : null}
            {value !== undefined ? p.children(value) : null}
        </div>
    );
}

/** One piece of the page for each of a list, or a word that there is none. */
export function Each<T>(p: { of: readonly T[]; empty: string; children: (one: T) => ComponentChildren }): JSX.Element {
    return p.of.length ? <>{p.of.map(p.children)}</> : <p class="empty">{p.empty}</p>;
}
