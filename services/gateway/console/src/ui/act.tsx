// One press, one request: busy while it runs, its failure in words beside it, and never twice by a nervous finger.
import type { ComponentChildren, JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { Problem } from '../net/problem';
import { Button } from './button';
import { Fault } from './notice';

interface Acting {
    isBusy: boolean;
    problem: unknown;
    /** Runs it with a key that stays the same until it went well or was refused. */
    run: (what: (key: string) => Promise<unknown>) => Promise<boolean>;
}

export function useAct(): Acting {
    const key = useRef(crypto.randomUUID());
    const running = useRef(false);
    const [isBusy, setBusy] = useState(false);
    const [problem, setProblem] = useState<unknown>(null);
    const run = async (what: (key: string) => Promise<unknown>): Promise<boolean> => {
        if (running.current) return false;
        running.current = true;
        setBusy(true);
        setProblem(null);
        let isGood = true;
        let mayHaveHappened = false;
        try {
            await what(key.current);
        } catch (e) {
            setProblem(e);
            isGood = false;
            mayHaveHappened = e instanceof Problem && e.isPassing;
        }
        if (!mayHaveHappened) key.current = crypto.randomUUID();
        running.current = false;
        setBusy(false);
        return isGood;
    };
    return { isBusy, problem, run };
}

/** A form that is sent by one such request. */
export function ActForm(p: {
    act: Acting;
    onSend: (key: string) => Promise<unknown>;
    onDone?: () => void;
    isReady?: boolean;
    send: string;
    children: ComponentChildren;
    more?: ComponentChildren;
}): JSX.Element {
    return (
        <form
            onSubmit={(e) => {
                e.preventDefault();
                if (p.isReady !== false) void p.act.run(p.onSend).then((isGood) => isGood && p.onDone?.());
            }}
        >
            {p.children}
            <Fault of={p.act.problem} />
            <p class="acts">
                <Button type="submit" weight="main" busy={p.act.isBusy}>
                    {p.send}
                </Button>
                {p.more}
            </p>
        </form>
    );
}
