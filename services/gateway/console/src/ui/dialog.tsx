// A question over the page: the page behind waits, the keyboard stays inside, Escape leaves it undone, and the focus goes back to where it
// was. Nothing that cannot be taken back is done without one.
import type { ComponentChildren, JSX } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../text';
import { useAct } from './act';
import { Button } from './button';
import { Fault } from './notice';

export function Dialog(p: { title: string; onClose: () => void; children: ComponentChildren }): JSX.Element {
    const id = useId();
    const box = useRef<HTMLDialogElement>(null);
    useLayoutEffect(() => {
        const before = document.activeElement;
        const dialog = box.current;
        dialog?.showModal();
        return () => {
            dialog?.close(); // nothing behind it takes the focus while it is open
            if (before instanceof HTMLElement && before.isConnected) before.focus();
        };
    }, []);
    return (
        <dialog
            ref={box}
            class="dialog"
            aria-labelledby={id}
            onCancel={(e) => {
                e.preventDefault();
                p.onClose();
            }}
        >
            <h2 id={id}>{p.title}</h2>
            {p.children}
        </dialog>
    );
}

interface Asking {
    title: string;
    yes: string;
    onYes: (key: string) => Promise<unknown>;
    onDone: () => void;
    onClose: () => void;
    isReady?: boolean;
    children?: ComponentChildren;
}

/** Asks once, in words of its own, before it is done. What is filled in besides stands in `children`. */
export function Ask(p: Asking): JSX.Element {
    const act = useAct();
    return (
        <Dialog title={p.title} onClose={p.onClose}>
            <form
                onSubmit={(e) => {
                    e.preventDefault();
                    if (p.isReady !== false) void act.run(p.onYes).then((isGood) => isGood && p.onDone());
                }}
            >
                {p.children}
                <Fault of={act.problem} />
                <p class="acts">
                    <Button onPress={p.onClose}>{t('やめる', 'Leave it')}</Button>
                    <Button type="submit" weight="danger" busy={act.isBusy} disabled={p.isReady === false}>
                        {p.yes}
                    </Button>
                </p>
            </form>
        </Dialog>
    );
}
