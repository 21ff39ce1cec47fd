// Where one is: a path below /c/, of words and ids only; nothing about a person ever stands in an address.
import { signal } from '@preact/signals';

const BASE = '/c/';

function read(): string {
    return location.pathname.startsWith(BASE) ? location.pathname.slice(BASE.length).replace(/\/+$/, '') : '';
}

export const here = signal(read());

/** How often somebody went somewhere: also where one already is, so that a page can begin anew. */
export const visits = signal(0);

addEventListener('popstate', () => {
    here.value = read();
});

export function href(path: string): string {
    return BASE + path;
}

export function go(path: string, replaces = false): void {
    if (replaces) history.replaceState(null, '', href(path));
    else history.pushState(null, '', href(path));
    here.value = read();
    visits.value++;
    scrollTo(0, 0);
}

/** The parts of `path` that the pattern's {} stand for, or null: match('case/{}/refer', here.value). */
export function match(pattern: string, path: string): string[] | null {
    const want = pattern.split('/');
    const got = path.split('/');
    if (want.length !== got.length) return null;
    const found: string[] = [];
    for (let i = 0; i < want.length; i++) {
        if (want[i] === '{}') found.push(got[i] ?? '');
        else if (want[i] !== got[i]) return null;
    }
    return found;
}
