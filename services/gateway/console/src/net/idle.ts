// Whether somebody is there: any key, pointer or touch in any tab counts for all of them. Who is away for as long as the server allows is
// signed out, here and there; what they typed stays behind the lock.
import { signal } from '@preact/signals';
import { call } from './call';
import { isOver, signedOut, who } from './session';

const KEPT = 'kashimaru.active';
const TICK_MS = 1_000;
const WRITE_MS = 5_000; // so seldom is told that somebody is there
const WARN_MS = 60_000;
const SIGNS = ['keydown', 'pointerdown', 'pointermove', 'touchstart', 'wheel'] as const;

/** How long until the lock, in seconds, within the last minute; null before. */
export const lockIn = signal<number | null>(null);

let written = 0;
let asked = 0;

function last(): number {
    return Number(localStorage.getItem(KEPT)) || 0;
}

function touch(): void {
    const now = Date.now();
    if (now - written < WRITE_MS) return;
    written = now;
    localStorage.setItem(KEPT, String(now));
}

/** Somebody who works without asking the server for anything is there all the same, and the server is told so. */
function tellServer(idle_ms: number): void {
    const now = Date.now();
    if (now - asked < idle_ms / 3 || now - last() > WRITE_MS) return;
    asked = now;
    call('basis_list', {}).catch(() => undefined);
}

/** "I am here": whoever answers the warning. */
export function stay(): void {
    written = 0;
    asked = 0;
    touch();
    lockIn.value = null;
}

function lock(): void {
    lockIn.value = null;
    call('sign_out', {}).catch(() => undefined); // reads what it needs of the session before it goes
    signedOut();
}

function tick(): void {
    if (!who.value || isOver.value) {
        lockIn.value = null;
        return;
    }
    const idle_ms = who.value.idle_s * 1000;
    const left = last() + idle_ms - Date.now();
    tellServer(idle_ms);
    if (left <= 0) lock();
    else lockIn.value = left <= Math.min(WARN_MS, idle_ms / 2) ? Math.ceil(left / 1000) : null;
}

/** watch: from signing in on; the function it returns ends it. */
export function watch(): () => void {
    written = 0;
    touch();
    asked = Date.now();
    const timer = setInterval(tick, TICK_MS);
    const seen = (): void => {
        if (lockIn.value === null) touch(); // while it warns, only its answer counts
    };
    for (const sign of SIGNS) addEventListener(sign, seen, { passive: true, capture: true });
    return () => {
        clearInterval(timer);
        for (const sign of SIGNS) removeEventListener(sign, seen, { capture: true });
        lockIn.value = null;
    };
}
