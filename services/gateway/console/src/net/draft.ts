// Nothing typed is lost: what stands in a form is kept on the server, sealed, while it is typed, and given back when the form is opened
// again, on this computer or another. It goes when the form is sent or thrown away.
import { useEffect, useMemo, useState } from 'preact/hooks';
import { call, trouble } from './call';
import { Problem } from './problem';
import { isOver, who } from './session';

const PAUSE_MS = 800;
const AGAIN_MS = 3_000;
const REFUSED_MS = 30_000;

export interface Draft<T> {
    value: T;
    set: (change: Partial<T>) => void;
    /** `loading` until the kept one is here; `kept` when all of it is on the server. */
    state: 'loading' | 'new' | 'typing' | 'kept' | 'waiting';
    /** Throws it away, here and there. */
    drop: () => Promise<void>;
}

const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

const owner = (): string => (who.value ? `${who.value.user} ${who.value.agency} ${who.value.role}` : '');

/** One draft of one user. It outlives its form until the server has all of it, and the form, opened again meanwhile, goes on with it. One
 * request at a time is on its way, so that what is older never comes to stand over what is newer, nor a draft over its own dropping; and
 * before what was kept is here nothing is put over it. */
class Keeper {
    value: object;
    state: Draft<object>['state'] = 'loading';
    readonly #owner = owner();
    readonly #id: string;
    readonly #name: string;
    readonly #empty: object;
    readonly #forms = new Set<() => void>();
    #typed: object = {}; // before what was kept is here; it goes before that
    #isLoaded = false;
    #isTyped = false; // and not on its way yet
    #isOnItsWay = false;
    #isDropped = false;
    #isAtWork = false;
    #due = 0;
    #dropped: (() => void)[] = [];

    constructor(name: string, empty: object) {
        this.#name = name;
        this.#id = idOf(name);
        this.#empty = this.value = empty;
    }

    readonly set = (change: object): void => {
        this.value = { ...this.value, ...change };
        this.#typed = { ...this.#typed, ...change };
        this.#isTyped = true;
        this.#due = Date.now() + PAUSE_MS;
        this.#say('typing');
        void this.#work();
    };

    /** Until it is gone from the server, or that was tried once: it goes on being tried. */
    readonly drop = (): Promise<void> => {
        this.value = this.#empty;
        this.#typed = {};
        this.#isTyped = false;
        this.#isLoaded = this.#isDropped = true;
        this.#say('new');
        const gone = new Promise<void>((done) => this.#dropped.push(done));
        void this.#work();
        return gone;
    };

    follow(tell: () => void): void {
        this.#forms.add(tell);
        keepers.set(this.#id, this);
        void this.#work();
    }

    leave(tell: () => void): void {
        this.#forms.delete(tell);
        this.#due = 0;
        this.#forget();
    }

    /** The page itself is being left: what is typed goes out at once. */
    flush(): void {
        if (this.#isTyped && this.#isLoaded && !this.#isDropped && !isOver.value) this.#put().catch(() => undefined);
    }

    /** Is something here that the server does not have, and cannot be told just now? */
    get isBehind(): boolean {
        return (this.state === 'waiting' && (this.#isTyped || this.#isOnItsWay)) || (this.state === 'typing' && trouble.value !== null);
    }

    #say(state: Draft<object>['state']): void {
        this.state = state;
        for (const tell of this.#forms) tell();
    }

    #forget(): void {
        if (!this.#isAtWork && !this.#forms.size && keepers.get(this.#id) === this) keepers.delete(this.#id);
    }

    #next(): (() => Promise<void>) | null {
        if (this.#isDropped) return () => this.#away();
        if (!this.#isLoaded) return () => this.#show();
        return this.#isTyped ? () => this.#put() : null;
    }

    async #work(): Promise<void> {
        if (this.#isAtWork) return;
        this.#isAtWork = true;
        for (let step = this.#next(); step && owner() === this.#owner; step = this.#next()) {
            const early = this.#isTyped && this.#isLoaded && !this.#isDropped ? this.#due - Date.now() : 0;
            if (early > 0) await sleep(Math.min(early, PAUSE_MS));
            else if (isOver.value) await sleep(AGAIN_MS);
            else await step().catch((e: unknown) => this.#failed(e));
        }
        this.#isAtWork = false;
        this.#forget();
    }

    async #failed(e: unknown): Promise<void> {
        const isPassing = isOver.value || !(e instanceof Problem) || e.isPassing;
        for (const done of this.#dropped.splice(0)) done();
        if (!this.#isDropped) this.#say('waiting');
        if (!isPassing && !this.#isLoaded) this.#isLoaded = true; // there is none for this role
        await sleep(isPassing ? AGAIN_MS : REFUSED_MS);
    }

    async #show(): Promise<void> {
        const { sealed } = await call('draft_show', { name: this.#name });
        if (this.#isLoaded) return;
        this.#isLoaded = true;
        if (sealed) this.value = { ...this.#empty, ...(JSON.parse(sealed.text) as object), ...this.#typed };
        this.#say(this.#isTyped ? 'typing' : sealed ? 'kept' : 'new');
    }

    async #put(): Promise<void> {
        this.#isTyped = false;
        this.#isOnItsWay = true;
        try {
            await call('draft_put', { name: this.#name, sealed: { text: JSON.stringify(this.value) } });
        } catch (e) {
            this.#isTyped ||= !this.#isDropped;
            throw e;
        } finally {
            this.#isOnItsWay = false;
        }
        if (!this.#isTyped && !this.#isDropped) this.#say('kept');
    }

    async #away(): Promise<void> {
        await call('draft_drop', { name: this.#name });
        this.#isDropped = false;
        for (const done of this.#dropped.splice(0)) done();
        this.#say(this.#isTyped ? 'typing' : 'new');
    }
}

const keepers = new Map<string, Keeper>();

const idOf = (name: string): string => `${owner()} ${name}`;

/** Whoever leaves the page while the server cannot be told is asked first. */
addEventListener('beforeunload', (e) => {
    if ([...keepers.values()].some((k) => k.isBehind)) e.preventDefault();
});

addEventListener('pagehide', () => {
    for (const k of keepers.values()) k.flush();
});

/** useDraft('case_open', '', empty): of a kind, and of what it is about; a user has one of each. */
export function useDraft<T extends object>(kind: string, about: string, empty: T): Draft<T> {
    const name = about ? `${kind}:${about}` : kind;
    const keeper = useMemo(() => keepers.get(idOf(name)) ?? new Keeper(name, empty), [name]);
    const [, draw] = useState(0);
    useEffect(() => {
        const tell = (): void => draw((n) => n + 1);
        keeper.follow(tell);
        tell();
        return () => keeper.leave(tell);
    }, [keeper]);
    return { value: keeper.value as T, set: keeper.set, state: keeper.state, drop: keeper.drop };
}
