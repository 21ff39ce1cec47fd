// What a page asks for before it can be shown: asked once it stands, again when told to; old contents stay until the new are here.
import type { ComponentChildren, JSX } from 'preact';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Calls } from '@api';
import { call } from '../net/call';
import { changes } from '../net/live';
import { Fault } from './notice';
import { t } from '../text';

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
    const topics = follows.join(' ');
    useEffect(() => (topics ? changes(topics.split(' '), again) : undefined), [topics, again]);
    return { value, problem, isBusy, again };
}

/** Shows what was loaded, or why it was not. */
export function Show<T>(p: { of: Loaded<T>; children: (value: T) => ComponentChildren }): JSX.Element {
    const { value, problem, isBusy } = p.of;
    return (
        <div aria-busy={isBusy}>
            {problem ? <Fault of={problem} /> : null}
            {value === undefined && !problem ? (
                <p class="loading" role="status">
                    {t('読み込んでいます…', 'Loading…')}
                </p>
            ) : null}
            {value !== undefined ? p.children(value) : null}
        </div>
    );
}
