// A button that is at work says so and cannot be pressed twice; it keeps its place in the order of the keyboard.
import type { ComponentChildren, JSX } from 'preact';
import { go, href } from '../route';
import { t } from '../text';

type Weight = 'main' | 'plain' | 'quiet' | 'danger';

export function Button(p: {
    children: ComponentChildren;
    onPress?: () => void;
    weight?: Weight;
    type?: 'button' | 'submit';
    busy?: boolean;
    disabled?: boolean;
    label?: string;
}): JSX.Element {
    return (
        <button
            type={p.type ?? 'button'}
            class={`button is-${p.weight ?? 'plain'}`}
            aria-disabled={p.busy || p.disabled ? true : undefined}
            aria-label={p.label}
            onClick={(e) => {
                if (p.busy || p.disabled) e.preventDefault();
                else p.onPress?.();
            }}
        >
            {p.busy ? <span class="busy" aria-hidden="true" /> : null}
            {p.children}
            {p.busy ? <span class="unseen">{t('処理中', 'working')}</span> : null}
        </button>
    );
}

/** A way to another page of the console; opens in a new tab like any link when asked to. */
export function Link(p: { to: string; children: ComponentChildren; class?: string; current?: boolean }): JSX.Element {
    return (
        <a
            href={href(p.to)}
            class={p.class}
            aria-current={p.current ? 'page' : undefined}
            onClick={(e) => {
                if (e.button !== 0 || e.ctrlKey || e.metaKey || e.shiftKey || e.altKey) return;
                e.preventDefault();
                go(p.to);
            }}
        >
            {p.children}
        </a>
    );
}
