// Shared by all tabs of the console: one connection for as long as any of them listens.
import { connect } from './feed';
import type { Told } from './live';

const ports = new Set<MessagePort>();
let end: (() => void) | null = null;
let last: Told = { kind: 'up' };

function hangUp(): void {
    end?.();
    end = null;
    last = { kind: 'up' };
}

function tell(told: Told): void {
    if (told.kind === 'up' || told.kind === 'down') last = told;
    for (const port of ports) port.postMessage(told);
    if (told.kind === 'over') {
        ports.clear(); // whoever is still known says so and listens anew
        hangUp();
    }
}

function heard(port: MessagePort, word: unknown): void {
    if (word === 'open') {
        ports.add(port);
        port.postMessage(last);
        end ??= connect(tell);
    } else {
        ports.delete(port);
        if (!ports.size) hangUp();
    }
}

(globalThis as unknown as { onconnect: (e: MessageEvent) => void }).onconnect = (e) => {
    const port = e.ports[0];
    if (!port) return;
    port.onmessage = (m: MessageEvent<unknown>) => heard(port, m.data);
    port.start();
};
