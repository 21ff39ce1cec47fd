// The files of the catalogue as requests: a line is a message as it stands, an indicator is kept whole under its id, a vocabulary is one
// message for each of its codes. The same files and the same rules as those of `kashimaru seed`.
import { t } from '../../text';

export const FILES = ['agencies', 'programs', 'needs', 'routing', 'bases', 'indicators', 'vocab'] as const;
export type FileKind = (typeof FILES)[number];

const CALL_OF = {
    agencies: 'agency_put',
    programs: 'programme_put',
    needs: 'need_put',
    routing: 'routing_put',
    bases: 'basis_put',
    indicators: 'indicator_put',
    vocab: 'code_put',
} as const;

type PutName = (typeof CALL_OF)[FileKind];

export interface Entry {
    /** Which line, and what it calls itself. */
    where: string;
    name: PutName;
    message: Record<string, unknown>;
}

export function fileWords(kind: FileKind): string {
    const WORDS: Record<FileKind, [string, string]> = {
        agencies: ['機関（agencies.jsonl）', 'Agencies (agencies.jsonl)'],
        programs: ['事業（programs.jsonl）', 'Programmes (programs.jsonl)'],
        needs: ['課題と法定の受け手（needs.jsonl）', 'Needs and mandated receivers (needs.jsonl)'],
        routing: ['つなぎの条件（routing.jsonl）', 'Routing (routing.jsonl)'],
        bases: ['提供の根拠（bases.jsonl）', 'Grounds for sharing (bases.jsonl)'],
        indicators: ['評価指標（indicators.jsonl）', 'Indicators (indicators.jsonl)'],
        vocab: ['コード（vocab.json）', 'Vocabulary (vocab.json)'],
    };
    return t(...WORDS[kind]);
}

function isRecord(value: unknown): value is Record<string, unknown> {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parsed(text: string, where: string): Record<string, unknown> {
    let value: unknown;
    try {
        value = JSON.parse(text);
    } catch {
        value = null;
    }
    if (!isRecord(value)) throw new Error(t(`${where}が JSON のオブジェクトではありません`, `${where} is no JSON object`));
    return value;
}

function vocabulary(text: string): Entry[] {
    const lists = parsed(text, t('ファイル', 'the file'));
    return Object.entries(lists).flatMap(([list, codes]) =>
        (Array.isArray(codes) ? codes : []).filter(isRecord).map((c) => ({
            where: `${list} ${String(c['code'])}`,
            name: CALL_OF.vocab,
            message: { list, code: c['code'], label: c['label'] },
        })),
    );
}

/** What the text asks for, or an Error that says which line is wrong. */
export function entriesOf(kind: FileKind, text: string): Entry[] {
    if (kind === 'vocab') return text.trim() ? vocabulary(text) : [];
    return text.split('\n').flatMap((line, i) => {
        if (!line.trim()) return [];
        const told = parsed(line, t(`${i + 1}行目`, `line ${i + 1}`));
        const id = String(told['id'] ?? told['code'] ?? told['agency'] ?? '');
        const message =
            kind === 'indicators' ? { id, body: line.trim() } : Object.fromEntries(Object.entries(told).filter(([, v]) => v !== null));
        return [{ where: t(`${i + 1}行目 ${id}`, `line ${i + 1} ${id}`), name: CALL_OF[kind], message }];
    });
}
