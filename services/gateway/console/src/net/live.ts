// What changes elsewhere comes as hints over one connection for all tabs: topics, never contents. Whoever follows a topic asks anew. After
// a break everything that is followed is asked for anew, so that nothing is missed.
import { signal } from '@preact/signals';
import { call } from './call';
import { isOver, who } from './session';

/** Is the line for hints up? The shell shows when it is not. */
export const isLive = signal(true);

type Listener = () => void;
const followers = new Map<string, Set<Listener>>();

export function changes(topics: readonly string[], tell: Listener): () => void {
    for (const topic of topics) {
        const set = followers.get(topic) ?? new Set<Listener>();
        set.add(tell);
        followers.set(topic, set);
    }
    return () => {
        for (const topic of topics) followers.get(topic)?.delete(tell);
    };
}

/** Something of these topics changed. */
function changed(topics: readonly string[]): void {
    const told = new Set<Listener>();
    for (const topic of topics) for (const tell of followers.get(topic) ?? []) told.add(tell);
    for (const tell of told) tell();
}

/** What the one connection tells its tabs. */
export type Told = { kind: 'up' } | { kind: 'down' } | { kind: 'over' } | { kind: 'missed' } | { kind: 'hint'; topics: string[] };

const AGAIN_MS = 3_000;

/** The line says that the session is over, but somebody may have signed in since: whoever asks for anything is told, and then it is locked. */
function ended(): void {
    deafen();
    isLive.value = false;
    const again = (): void => {
        if (who.value && !isOver.value && !end) void listen();
    };
    call('basis_list', {}).then(again, () => setTimeout(again, AGAIN_MS));
}

function hear(told: Told): void {
    if (told.kind === 'over') ended();
    else if (told.kind === 'up' || told.kind === 'down') isLive.value = told.kind === 'up';
    else changed(told.kind === 'hint' ? told.topics : [...followers.keys()]);
}

let end: (() => void) | null = null;

/** listen: from now on; without SharedWorker (some telephones) the tab has a connection of its own. */
export async function listen(): Promise<void> {
    deafen();
    if ('SharedWorker' in globalThis) {
        const worker = new SharedWorker(new URL('./live-worker.ts', import.meta.url), { type: 'module', name: 'kashimaru-live' });
        worker.port.onmessage = (e: MessageEvent<Told>) => hear(e.data);
        worker.onerror = () => {
            if (end !== hangUp) return; // its script did not come: nobody answers just now
            isLive.value = false;
            setTimeout(() => end === hangUp && void listen(), AGAIN_MS);
        };
        worker.port.start();
        worker.port.postMessage('open');
        const hangUp = (): void => {
            worker.port.postMessage('close');
            worker.port.close();
        };
        end = hangUp;
        return;
    }
    const { connect } = await import('./feed');
    end = connect(hear);
}

export function deafen(): void {
    end?.();
    end = null;
    isLive.value = true; // of nobody's line nothing is said
}
