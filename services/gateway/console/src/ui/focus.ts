// Nobody who works by keyboard, or listens, falls out of the page: when what had the focus goes away with what was done, the focus goes on to
// what came in its place, and there to a heading, so that nothing is set off by a second press.
const NAMES = 'h1, h2, h3, h4, legend';
const AROUND = 'section, article, fieldset, form, dialog, main';

/** What had the focus last, and everything around it, innermost first. */
let path: Element[] = [];

function remember(): void {
    path = [];
    for (let e = document.activeElement; e && e !== document.body; e = e.parentElement) path.push(e);
}

/** The first name in what came; otherwise that of what it stood in. */
function next(came: readonly Element[]): HTMLElement | null {
    for (const e of came) {
        const found = e.matches(`${NAMES}, main`) ? e : (e.querySelector('main') ?? e.querySelector(NAMES));
        if (found instanceof HTMLElement) return found;
    }
    const place = path.find((e) => e.isConnected)?.closest(AROUND);
    return place?.querySelector<HTMLElement>(NAMES) ?? document.querySelector('main');
}

function keep(changes: readonly MutationRecord[]): void {
    if (document.activeElement !== document.body || !path[0] || path[0].isConnected) return;
    const came = changes.flatMap((c) => [...c.addedNodes]).filter((n) => n instanceof Element && n.isConnected) as Element[];
    const to = next(came);
    path = [];
    if (!to) return;
    if (!to.hasAttribute('tabindex')) to.tabIndex = -1;
    to.focus();
}

export function keepFocus(): void {
    addEventListener('focusin', remember);
    addEventListener('click', remember, true);
    new MutationObserver(keep).observe(document.body, { childList: true, subtree: true });
}
