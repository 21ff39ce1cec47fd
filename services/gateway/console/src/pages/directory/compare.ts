// A file against what stands: of each line whether it adds, changes (and what) or changes nothing, by the rules the server will use.
import type { DirectoryKind } from '@api';
import { t } from '../../text';
import { entries, type Body, type Standing } from './entries';
import { changesOf, type Change } from './fields';
import type { Entry, FileKind } from './lines';

const KIND_OF: Record<FileKind, DirectoryKind> = {
    agencies: 'agency',
    programs: 'programme',
    needs: 'need',
    routing: 'routing',
    bases: 'basis',
    indicators: 'indicator',
    vocab: 'code',
};

export type Verdict = 'added' | 'changed' | 'unchanged' | 'stale';

export interface Compared {
    where: string;
    verdict: Verdict;
    changes: Change[];
}

export function verdictWords(v: Verdict): string {
    const WORDS: Record<Verdict, [string, string]> = {
        added: ['追加', 'Added'],
        changed: ['変更', 'Changed'],
        unchanged: ['変わりなし', 'Unchanged'],
        stale: ['登録できない（より新しい登録がある）', 'Refused: there is a later entry'],
    };
    return t(...WORDS[v]);
}

const FIRST_DAY = '2024-04-01'; // an agency's line without a date holds from then

function codeOf(kind: DirectoryKind, body: Body): string {
    if (kind === 'code') return `${String(body['list'])}/${String(body['code'])}`;
    return String(body['id'] ?? body['code'] ?? body['agency']);
}

function dayOf(kind: DirectoryKind, body: Body): string {
    return String(body['valid_from'] ?? (kind === 'agency' ? FIRST_DAY : ''));
}

/** The end of what another took the place of was not in its line. */
function withoutEnd(version: Body, line: Body, isLast: boolean): Body {
    if (isLast || line['valid_to'] !== undefined) return version;
    const { valid_to: _, ...rest } = version;
    return rest;
}

function compareOne(kind: DirectoryKind, line: Body, versions: readonly Body[]): Omit<Compared, 'where'> {
    const isDated = kind === 'agency' || kind === 'basis';
    const day = dayOf(kind, line);
    const wanted = isDated ? { ...line, valid_from: day } : line;
    const last = versions.at(-1);
    const same = isDated ? versions.find((v) => v['valid_from'] === day) : last;
    const base = same ? withoutEnd(same, wanted, same === last) : null;
    if (base) {
        const changes = changesOf(base, wanted);
        if (!changes.length) return { verdict: 'unchanged', changes };
        if (kind !== 'agency' || same === last) return { verdict: 'changed', changes };
    }
    if (!last) return { verdict: 'added', changes: changesOf(null, wanted) };
    if (kind === 'agency' && day < String(last['valid_from'])) return { verdict: 'stale', changes: [] };
    const before = versions.findLast((v) => String(v['valid_from']) < day) ?? null;
    return { verdict: before ? 'changed' : 'added', changes: changesOf(before, wanted) };
}

function compare(kind: DirectoryKind, lines: readonly Entry[], standing: readonly Standing[]): Compared[] {
    const held = new Map<string, Body[]>();
    for (const { body } of standing) {
        const code = codeOf(kind, body);
        held.set(code, [...(held.get(code) ?? []), body]);
    }
    return lines.map((l) => ({ where: l.where, ...compareOne(kind, l.message, held.get(codeOf(kind, l.message)) ?? []) }));
}

export async function compared(file: FileKind, lines: readonly Entry[]): Promise<Compared[]> {
    const kind = KIND_OF[file];
    return compare(kind, lines, await entries(kind));
}
