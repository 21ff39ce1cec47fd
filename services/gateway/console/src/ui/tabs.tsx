// Parts of a page, one at a time; arrows move along them, as the pattern of WAI-ARIA has it.
import type { ComponentChildren, JSX } from 'preact';
import { useId, useRef, useState } from 'preact/hooks';

interface Tab {
    name: string;
    title: string;
    body: () => ComponentChildren;
}

export function Tabs(p: { label: string; tabs: readonly Tab[] }): JSX.Element {
    const id = useId();
    const [chosen, setChosen] = useState(0);
    const buttons = useRef<(HTMLButtonElement | null)[]>([]);
    const at = Math.min(chosen, p.tabs.length - 1);
    const move = (to: number): void => {
        const next = (to + p.tabs.length) % p.tabs.length;
        setChosen(next);
        buttons.current[next]?.focus();
    };
    const MOVES: Record<string, () => void> = {
        ArrowRight: () => move(at + 1),
        ArrowLeft: () => move(at - 1),
        Home: () => move(0),
        End: () => move(p.tabs.length - 1),
    };
    return (
        <>
            <div
                class="tabs"
                role="tablist"
                aria-label={p.label}
                onKeyDown={(e) => {
                    const act = MOVES[e.key];
                    if (act) {
                        e.preventDefault();
                        act();
                    }
                }}
            >
                {p.tabs.map((tab, i) => (
                    <button
                        key={tab.name}
                        ref={(b) => {
                            buttons.current[i] = b;
                        }}
                        type="button"
                        role="tab"
                        id={`${id}-${tab.name}`}
                        aria-selected={i === at}
                        aria-controls={`${id}-panel`}
                        tabIndex={i === at ? 0 : -1}
                        onClick={() => setChosen(i)}
                    >
                        {tab.title}
                    </button>
                ))}
            </div>
            <div
                class="tab-panel"
                role="tabpanel"
                id={`${id}-panel`}
                aria-labelledby={`${id}-${p.tabs[at]?.name ?? ''}`}
                tabIndex={0}
                key={p.tabs[at]?.name}
            >
                {p.tabs[at]?.body()}
            </div>
        </>
    );
}
