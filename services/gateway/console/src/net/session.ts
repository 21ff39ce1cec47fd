// Who is signed in. The session itself is a cookie that no script can read; what is kept here for all tabs is only what the server said
// beside it, and nothing of it opens anything without that cookie.
import { signal } from '@preact/signals';
import type { SessionGrant } from '@api';

type Who = Omit<SessionGrant, 'sealed'>;

const KEPT = 'kashimaru.session';

interface Kept {
    who: Who;
    csrf: string;
}

function kept(): Kept | null {
    try {
        return JSON.parse(localStorage.getItem(KEPT) ?? 'null') as Kept | null;
    } catch {
        return null;
    }
}

function current(): Kept | null {
    const k = kept();
    return k && Date.parse(k.who.expires) > Date.now() ? k : null;
}

const first = current();
let token = first?.csrf ?? '';

export const who = signal<Who | null>(first?.who ?? null);

/** The session ended by itself: what stands on the page stays until somebody signs in again. */
export const isOver = signal(false);

export function csrf(): string {
    return token;
}

export function signedIn(grant: SessionGrant): void {
    const { sealed, ...about } = grant;
    token = sealed.csrf;
    who.value = about;
    isOver.value = false;
    localStorage.setItem(KEPT, JSON.stringify({ who: about, csrf: token } satisfies Kept));
}

export function signedOut(byHand = false): void {
    token = '';
    localStorage.removeItem(KEPT);
    isOver.value = !byHand && who.value !== null;
    who.value = byHand ? null : who.value;
}

/** Another tab signed in or out: this one goes with it. What stands here is covered, not lost, unless somebody else is in now. */
addEventListener('storage', (e) => {
    if (e.key !== KEPT) return;
    const now = current();
    if (!now) {
        token = '';
        isOver.value = who.value !== null;
    } else if (now.who.user === who.value?.user && now.who.role === who.value.role) {
        token = now.csrf;
        isOver.value = false;
    } else {
        location.reload();
    }
});
