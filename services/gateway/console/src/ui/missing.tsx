// Before a form is sent it is looked through: what is missing or wrong is named in one place above the button, and the focus goes to the
// first of it. A form that is filled in by telephone is sent by its button or Ctrl+Enter, never by an Enter too many.
import type { ComponentChildren, JSX, RefObject, TargetedKeyboardEvent } from 'preact';
import { useRef } from 'preact/hooks';
import { t } from '../text';
import { Notice } from './notice';

/** [what it is called, what is wrong with it]; nothing wrong = undefined. */
export type Looked = readonly (readonly [string, string | undefined])[];

interface Checked {
    form: RefObject<HTMLFormElement | null>;
    send: () => void;
    onKeyDown: (e: TargetedKeyboardEvent<HTMLFormElement>) => void;
    isGood: (looked: Looked) => boolean;
}

/** useForm: what a CheckedForm goes by, and `isGood` to ask before it is sent. */
export function useForm(send: () => void): Checked {
    const form = useRef<HTMLFormElement>(null);
    return {
        form,
        send,
        onKeyDown: (e) => {
            if (e.key !== 'Enter' || e.isComposing || e.defaultPrevented) return;
            if (e.ctrlKey || e.metaKey) {
                e.preventDefault();
                send();
            } else if (e.target instanceof HTMLInputElement) {
                e.preventDefault();
            }
        },
        isGood: (looked) => {
            if (looked.every(([, fault]) => !fault)) return true;
            // when the faults stand on the page
            requestAnimationFrame(() =>
                requestAnimationFrame(() =>
                    form.current?.querySelector<HTMLElement>('.is-wrong :is(input, textarea, select, button)')?.focus(),
                ),
            );
            return false;
        },
    };
}

export function CheckedForm(p: { by: Checked; children: ComponentChildren }): JSX.Element {
    return (
        <form
            ref={p.by.form}
            noValidate
            onKeyDown={p.by.onKeyDown}
            onSubmit={(e) => {
                e.preventDefault();
                p.by.send();
            }}
        >
            {p.children}
        </form>
    );
}

/** What is wrong, in words; or by name alone where it stands in a bar that stays in sight, and the words stand at the fields. */
export function Missing(p: { of: Looked; isShort?: boolean }): JSX.Element | null {
    const wrong = p.of.filter(([, fault]) => fault);
    if (!wrong.length) return null;
    const names = wrong.map(([name]) => name).join(t('、', ', '));
    return (
        <Notice tone="bad" title={t(`まだ送れません：${names}`, `It cannot be sent yet: ${names}`)}>
            {p.isShort ? null : (
                <ul>
                    {wrong.map(([name, fault]) => (
                        <li key={name}>{fault}</li>
                    ))}
                </ul>
            )}
        </Notice>
    );
}
