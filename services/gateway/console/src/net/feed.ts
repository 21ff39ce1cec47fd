// The connection itself: server-sent events, read by hand so that it is known why it ended. It is taken up again where it stopped; what was
// missed in between is told by the server, or said to be missed.
import type { Told } from './live';

const FEED = '/api/v1/feed';
const RETRY_MS = 2_000;
const SILENCE_MS = 40_000; // the server says something every fifteen seconds
const SESSION_IS_OVER = 401;

type Tell = (told: Told) => void;

/** Where one stands, over all connections; '' = nowhere yet. */
interface Place {
    id: string;
}

/** One block of lines. What happened before the first place was told by nobody: it counts as missed. */
function take(block: string, place: Place, tell: Tell): void {
    const said = new Map<string, string>();
    for (const line of block.split('\n')) {
        const at = line.indexOf(': ');
        if (at > 0) said.set(line.slice(0, at), line.slice(at + 2));
    }
    const id = said.get('id');
    const isFirst = id !== undefined && !place.id;
    if (id !== undefined) place.id = id;
    if (isFirst || said.get('event') === 'missed') tell({ kind: 'missed' });
    else if (said.get('event') === 'hint') tell({ kind: 'hint', topics: (said.get('data') ?? '').split(' ') });
}

/** Reads until it ends; true: the session is over. */
async function read(place: Place, tell: Tell, control: AbortController): Promise<boolean> {
    const headers: Record<string, string> = { Accept: 'text/event-stream' };
    if (place.id) headers['Last-Event-ID'] = place.id;
    let timer = setTimeout(() => control.abort(), SILENCE_MS);
    try {
        const response = await fetch(FEED, { headers, credentials: 'same-origin', cache: 'no-store', signal: control.signal });
        if (!response.ok || !response.body) return response.status === SESSION_IS_OVER;
        tell({ kind: 'up' });
        const reader = response.body.getReader();
        const decoder = new TextDecoder();
        for (let rest = ''; ;) {
            const part = await reader.read();
            if (part.done) return false;
            clearTimeout(timer);
            timer = setTimeout(() => control.abort(), SILENCE_MS);
            const blocks = (rest + decoder.decode(part.value, { stream: true })).split('\n\n');
            rest = blocks.pop() ?? '';
            for (const block of blocks) take(block, place, tell);
        }
    } finally {
        clearTimeout(timer);
    }
}

/** connect: tells what comes until the function it returns is called, or the session is over. */
export function connect(tell: Tell): () => void {
    const place: Place = { id: '' };
    let control = new AbortController();
    let isEnded = false;
    let wake = (): void => undefined;
    const cut = (): void => control.abort(); // the computer's own network went
    const retry = (): void => wake();
    addEventListener('offline', cut);
    addEventListener('online', retry);
    const run = async (): Promise<void> => {
        while (!isEnded) {
            control = new AbortController();
            const isOver = await read(
                place,
                (told) => {
                    if (!isEnded) tell(told);
                },
                control,
            ).catch(() => false);
            if (isEnded) return;
            tell({ kind: isOver ? 'over' : 'down' });
            if (isOver) return;
            await new Promise<void>((done) => {
                wake = done;
                setTimeout(done, RETRY_MS);
            });
        }
    };
    void run();
    return () => {
        isEnded = true;
        removeEventListener('offline', cut);
        removeEventListener('online', retry);
        control.abort();
        wake();
    };
}
