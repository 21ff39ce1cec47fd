// Bytes and their texts.
export type Bytes = Uint8Array<ArrayBuffer>;

export function fromBase64(text: string): Bytes {
    const binary = atob(text);
    if (btoa(binary) !== text) throw new Error('base64');
    return Uint8Array.from(binary, (c) => c.charCodeAt(0));
}

export function fromHex(text: string): Bytes {
    return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

export function toHex(bytes: Bytes): string {
    return [...bytes].map((b) => b.toString(16).padStart(2, '0')).join('');
}

export function join(...parts: readonly Bytes[]): Bytes {
    const all = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
    let at = 0;
    for (const part of parts) {
        all.set(part, at);
        at += part.length;
    }
    return all;
}

export function same(a: Bytes, b: Bytes): boolean {
    return a.length === b.length && a.every((x, i) => x === b[i]);
}

export async function sha256(...parts: readonly Bytes[]): Promise<Bytes> {
    return new Uint8Array(await crypto.subtle.digest('SHA-256', join(...parts)));
}

export async function hmac256(key: Bytes, ...parts: readonly Bytes[]): Promise<Bytes> {
    const k = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
    return new Uint8Array(await crypto.subtle.sign('HMAC', k, join(...parts)));
}

export const utf8 = (text: string): Bytes => new TextEncoder().encode(text) as Bytes;
