// A proof file (c2sp.org/tlog-proof) checked here, in the browser, with nothing but the log's key: the same checks as `kashimaru verify proof`,
// and every refusal says what is wrong.
import { t } from '../text';
import { fromBase64, hmac256, join, toHex, utf8, type Bytes } from './bytes';
import { openNote, readKey, type Head } from './note';
import { isIncluded, leafHash } from './tree';

const MAGIC = 'c2sp.org/tlog-proof@v1';
const EVENT_LEN = 288;
const SALT_LEN = 32;
const HASH_LEN = 32;
const TYPES = [
    '',
    'OFFER',
    'DELIVER',
    'ACCEPT',
    'DECLINE',
    'EXPIRE',
    'CLOSE',
    'READ',
    'BREAKGLASS',
    'REVIEW',
    'ERASE',
    'MEETING',
    'KEYROT',
    'GRANT',
    'REVOKE',
    'OPEN',
    'WITHDRAW',
    'OUTCOME',
    'DISCLOSE',
] as const;

export interface Checked {
    head: Head;
    index: bigint;
    type: string;
    at: Date;
    case_id: string;
    seq: number;
}

interface File {
    index: bigint;
    extra: Bytes;
    path: Bytes[];
    note: string;
}

function readFile(text: string): File {
    const end = text.indexOf('\n\n');
    const lines = text.slice(0, end).split('\n');
    const extra = lines[1]?.startsWith('extra ') ? lines.splice(1, 1)[0]?.slice('extra '.length) : '';
    const index = /^index (0|[1-9][0-9]*)$/.exec(lines[1] ?? '');
    if (end < 0 || lines[0] !== MAGIC || !index?.[1]) throw new Error('file');
    const path = lines.slice(2).map(fromBase64);
    if (path.some((hash) => hash.length !== HASH_LEN)) throw new Error('file');
    return { index: BigInt(index[1]), extra: fromBase64(extra ?? ''), path, note: text.slice(end + 2) };
}

function why(word: string): string {
    const WHY: Record<string, string> = {
        key: t('検証鍵の形が正しくありません', 'The verifier key is not one'),
        file: t('証明ファイルではないか、壊れています', 'This is no proof file, or it is damaged'),
        base64: t('証明ファイルの文字が壊れています', 'Characters of the proof file are damaged'),
        note: t('署名つきの記録の先頭がありません', 'It has no signed head'),
        head: t('記録の先頭の形が正しくありません', 'The head is malformed'),
        origin: t('別の記録の証明です', 'This is a proof of another log'),
        signature: t('記録の先頭の署名が正しくありません', 'The signature of the head is false'),
        unsigned: t('この検証鍵の署名がありません', 'It is not signed by this key'),
        event: t('できごとの内容がありません', 'The proof does not tell its event'),
        tree: t('できごとは、署名された記録に含まれていません', 'The event is not in the signed log'),
    };
    return WHY[word] ?? t('このブラウザーでは検証できません', 'This browser cannot check it');
}

/** What the proof shows, or an Error whose message says what is wrong. */
export async function checkProof(text: string, vkey: string): Promise<Checked> {
    try {
        const file = readFile(text);
        const head = await openNote(file.note, await readKey(vkey));
        if (file.extra.length !== EVENT_LEN + SALT_LEN) throw new Error('event');
        const event = file.extra.slice(0, EVENT_LEN);
        const mac = await hmac256(file.extra.slice(EVENT_LEN), utf8('KME1/leaf'), event);
        const leaf = join(utf8('KML1'), Uint8Array.of(1, 0, 0, 0), mac);
        if (!(await isIncluded(await leafHash(leaf), file.index, head.size, file.path, head.root))) throw new Error('tree');
        const view = new DataView(event.buffer);
        return {
            head,
            index: file.index,
            type: TYPES[view.getUint16(4)] ?? '?',
            at: new Date(Number(view.getBigUint64(8))),
            case_id: toHex(event.slice(32, 48)).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
            seq: view.getUint32(48),
        };
    } catch (e) {
        throw new Error(why(e instanceof Error ? e.message : ''), { cause: e });
    }
}
