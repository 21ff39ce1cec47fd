// Nothing typed is lost: what stands in a form is kept on the server, sealed, while it is typed, and given back when the form is opened
// again, on this computer or another. It goes when the form is sent or thrown away.
import { useEffect, useRef, useState } from 'preact/hooks';
import { call } from './call';
import { isOver } from './session';

const PAUSE_MS = 800;
const AGAIN_MS = 5_000;

export interface Draft<T> {
    value: T;
    set: (change: Partial<T>) => void;
    /** `loading` until the kept one is here; `kept` when all of it is on the server. */
    state: 'loading' | 'new' | 'typing' | 'kept' | 'waiting';
    /** Throws it away, here and there. */
    drop: () => Promise<void>;
}

/** Drafts that are still being kept or thrown away for a form that was left: the same form, opened again meanwhile, waits for that. */
const leaving = new Map<string, Promise<unknown>>();

function leave(name: string, what: Promise<unknown>): void {
    const ended = what
        .catch(() => undefined)
        .finally(() => {
            if (leaving.get(name) === ended) leaving.delete(name);
        });
    leaving.set(name, ended);
}

/** useDraft('case_open', '', empty): of a kind, and of what it is about; a user has one of each. One request at a time is on its way, so that
 * what is older never comes to stand over what is newer, nor a draft over its own dropping. */
export function useDraft<T extends object>(kind: string, about: string, empty: T): Draft<T> {
    const [value, setValue] = useState(empty);
    const [state, setState] = useState<Draft<T>['state']>('loading');
    const name = about ? `${kind}:${about}` : kind;
    const timer = useRef(0);
    const latest = useRef(value);
    const typed = useRef<Partial<T> | null>(null); // since it was opened or dropped; it goes before what was kept
    const onItsWay = useRef<Promise<void> | null>(null);
    const wait = (ms: number): void => {
        clearTimeout(timer.current);
        timer.current = setTimeout(keep, ms) as unknown as number;
    };
    const stop = (): boolean => {
        const wasWaiting = timer.current !== 0;
        clearTimeout(timer.current);
        timer.current = 0;
        return wasWaiting;
    };
    const put = (): Promise<void> => {
        const text = JSON.stringify(latest.current);
        onItsWay.current = call('draft_put', { name, sealed: { text } })
            .then(
                () => setState(JSON.stringify(latest.current) === text ? 'kept' : 'typing'),
                () => {
                    setState('waiting');
                    if (!timer.current) wait(AGAIN_MS);
                },
            )
            .then(() => {
                onItsWay.current = null;
            });
        return onItsWay.current;
    };
    function keep(): void {
        timer.current = 0;
        if (!typed.current) return;
        if (onItsWay.current || leaving.has(name) || isOver.value) wait(PAUSE_MS);
        else void put();
    }
    useEffect(() => {
        let isGone = false;
        onItsWay.current = Promise.resolve(leaving.get(name))
            .then(() => call('draft_show', { name }))
            .then(
                (d) => {
                    if (isGone) return;
                    if (d.sealed) {
                        latest.current = { ...empty, ...(JSON.parse(d.sealed.text) as Partial<T>), ...typed.current };
                        setValue(latest.current);
                    }
                    setState(timer.current ? 'typing' : d.sealed ? 'kept' : 'new');
                },
                () => setState('waiting'),
            )
            .then(() => {
                onItsWay.current = null;
            });
        const flush = (): void => {
            if (stop() && typed.current) leave(name, Promise.resolve(onItsWay.current).then(put));
        };
        addEventListener('pagehide', flush);
        return () => {
            removeEventListener('pagehide', flush);
            isGone = true;
            flush();
        };
    }, [name]);
    const set = (change: Partial<T>): void => {
        latest.current = { ...latest.current, ...change };
        typed.current = { ...typed.current, ...change };
        setValue(latest.current);
        setState('typing');
        wait(PAUSE_MS);
    };
    const drop = async (): Promise<void> => {
        stop();
        latest.current = empty;
        typed.current = null;
        setValue(empty);
        const gone = Promise.resolve(onItsWay.current).then(() => call('draft_drop', { name }));
        leave(name, gone);
        await gone;
        setState(timer.current ? 'typing' : 'new');
    };
    return { value, set, state, drop };
}
