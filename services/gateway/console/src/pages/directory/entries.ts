// The directory as it was put in, page after page until all of it is here: what forms are filled with and files are compared with.
import type { AgencyLine, AgencyPut, DirectoryKind, RoutingPut } from '@api';
import { call } from '../../net/call';

export type Body = Readonly<Record<string, unknown>>;

export interface Standing {
    id: string;
    body: Body;
}

const MOST = 200;

export async function entries(kind: DirectoryKind, of?: string): Promise<Standing[]> {
    const found: Standing[] = [];
    for (let after = ''; ;) {
        const asked = { kind, limit: MOST, ...(of ? { of } : {}), ...(after ? { after } : {}) };
        const answer = await call('directory_entries', asked);
        found.push(...answer.entries.map((e) => ({ id: e.id, body: JSON.parse(e.body) as Body })));
        after = found.at(-1)?.id ?? '';
        if (!answer.more) return found;
    }
}

/** All agencies there are today. */
export async function allAgencies(): Promise<AgencyLine[]> {
    const found: AgencyLine[] = [];
    for (;;) {
        const last = found.at(-1)?.agency;
        const { agencies } = await call('agency_find', { limit: MOST, ...(last ? { after: last } : {}) });
        found.push(...agencies);
        if (agencies.length < MOST) return found;
    }
}

export interface Kept {
    /** Latest first. */
    versions: AgencyPut[];
    routing: RoutingPut | null;
}

export async function agencyKept(code: string): Promise<Kept> {
    const [versions, routing] = await Promise.all([entries('agency', code), entries('routing', code)]);
    return {
        versions: versions.map((v) => v.body as unknown as AgencyPut).reverse(),
        routing: (routing[0]?.body as unknown as RoutingPut | undefined) ?? null,
    };
}

/** The labels of a vocabulary, in the order of their codes. */
export async function labels(list: string): Promise<string[]> {
    return (await entries('code', list)).map((e) => String(e.body['label']));
}

/** Which day it is in Japan, 2026-11-22. */
export function today(): string {
    return new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Tokyo' }).format(new Date());
}
