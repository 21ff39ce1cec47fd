// The evidence of a case for outsiders: made in this browser of the ledger's entries and the published log, checked at once, and then a file.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { makeBundle, proofOf, type Bundle, type Item, type Source } from '../../log/bundle';
import { checkCase, Refused, type CheckedCase } from '../../log/case';
import { checkProof } from '../../log/proof';
import { call, file } from '../../net/call';
import { Problem } from '../../net/problem';
import { t } from '../../text';
import { Button } from '../../ui/button';
import { TextField } from '../../ui/form';
import { Fault, Notice } from '../../ui/notice';

const LONG_MS = 2_500;

const WHY: Record<string, [string, string]> = {
    wait: [
        'まだ記録に載っていないできごとがあります。少し待ってやり直してください。',
        'Some events are not in the signed log yet. Try again in a while.',
    ],
    gap: ['台帳にできごとが欠けています。', 'The ledger lacks an event.'],
    open: ['開かれたできごとの数が違います。', 'Another number of events was opened.'],
    files: ['公開された記録のファイルが足りません。', 'The published log lacks a file.'],
    tree: ['公開された記録から証明を作れません。', 'The published log does not prove an event.'],
};

/** What is wrong with a bundle, or with one of its events. */
const WRONG: Record<string, [string, string]> = {
    file: ['束の形が正しくありません', 'not laid out as a case bundle'],
    key: ['検証鍵の形が正しくありません', 'the verifier key is not one'],
    log: ['この検証鍵の記録ではない記録があります', 'there is a log that none of these keys is of'],
    origin: ['別の記録の検証鍵です', 'the key is of another log'],
    signature: ['記録の先頭の署名が正しくありません', 'the signature of a head is false'],
    unsigned: ['この検証鍵の署名がありません', 'a head is not signed by this key'],
    tree: ['署名された記録に含まれていません', 'not in the signed log'],
    chain: ['前のできごととつながりません', 'it does not follow the one before'],
    payload: ['内容が、約束されたものと違います', 'it tells what was not committed to'],
    agency: ['機関の署名が正しくありません', 'it is not signed by its agency'],
};

function wordsOf(e: Refused): Problem {
    const [ja, en] = WRONG[e.word] ?? ['このブラウザーでは検証できません', 'this browser cannot check it'];
    return e.seq < 0 ? new Problem('evidence', 0, ja, en) : new Problem('evidence', 0, `できごと${e.seq}：${ja}`, `Event ${e.seq}: ${en}`);
}

function sourceOf(case_id: string): Source {
    return {
        evidence: (from) => call('evidence_list', { case_id, from }),
        open: async (sealed) => (await call('events_open', { case_id, sealed })).sealed.events,
        keys: async (agencies) => (await call('signing_keys', { agencies })).keys,
        hosts: async () => (await call('host_list', {})).hosts,
        files: (path) => file(`/log/${path}`, path.endsWith('/checkpoint') ? 'no-store' : 'default'),
    };
}

/** A file to be saved; it is in this browser and nowhere else. */
function Save(p: { text: string; name: string; words: string }): JSX.Element {
    const [url, setUrl] = useState('');
    useEffect(() => {
        const made = URL.createObjectURL(new Blob([p.text], { type: 'application/octet-stream' }));
        setUrl(made);
        return () => URL.revokeObjectURL(made);
    }, [p.text]);
    return (
        <a class="button is-plain" href={url} download={p.name}>
            {p.words}
        </a>
    );
}

function faultOf(e: unknown): unknown {
    if (e instanceof Refused) return wordsOf(e);
    const words = e instanceof Error && !(e instanceof Problem) ? WHY[e.message] : undefined;
    return words ? new Problem('evidence', 0, words[0], words[1]) : e;
}

/** One event, for whoever is to be shown no more than that. */
function One(p: { case_id: string; items: readonly Item[]; vkey: string }): JSX.Element {
    const [seq, setSeq] = useState('');
    const [said, setSaid] = useState<{ isGood: boolean; words: string } | null>(null);
    const item = /^\d+$/.test(seq) ? p.items[Number(seq)] : undefined;
    const text = item ? proofOf(item) : null;
    useEffect(() => setSaid(null), [seq]);
    return (
        <>
            <h3>{t('できごと1件の証明', 'Proof of one event')}</h3>
            <TextField
                label={t(`できごとの番号（0〜${p.items.length - 1}）`, `Event (0–${p.items.length - 1})`)}
                value={seq}
                onValue={setSeq}
                inputMode="numeric"
                maxLength={6}
            />
            {item && !text ? <Notice tone="warn" title={t('このできごとは消去されています。', 'This event is erased.')} /> : null}
            {text ? (
                <p class="acts">
                    <Save
                        text={text}
                        name={`case-${p.case_id.slice(0, 8)}-${seq}.tlog-proof`}
                        words={t('証明を保存する', 'Save the proof')}
                    />
                    {p.vkey ? (
                        <Button
                            onPress={() =>
                                void checkProof(text, p.vkey).then(
                                    (c) =>
                                        setSaid({
                                            isGood: true,
                                            words: t(`この証明は正しいものです（${c.type}）。`, `The proof is good (${c.type}).`),
                                        }),
                                    (e: Error) => setSaid({ isGood: false, words: e.message }),
                                )
                            }
                        >
                            {t('この場で確かめる', 'Check it here')}
                        </Button>
                    ) : null}
                </p>
            ) : null}
            {said ? <Notice tone={said.isGood ? 'good' : 'bad'} title={said.words} /> : null}
        </>
    );
}

export function Evidence(p: { case_id: string }): JSX.Element {
    const [vkey, setKey] = useState('');
    const [made, setMade] = useState<Bundle | null>(null);
    const [checked, setChecked] = useState<CheckedCase | null>(null);
    const [isBusy, setBusy] = useState(false);
    const [isLong, setLong] = useState(false);
    const [problem, setProblem] = useState<unknown>(null);
    async function make(): Promise<void> {
        const long = setTimeout(() => setLong(true), LONG_MS);
        setBusy(true);
        setProblem(null);
        setMade(null);
        setChecked(null);
        try {
            const bundle = await makeBundle(p.case_id, sourceOf(p.case_id));
            setMade(bundle);
            if (vkey.trim()) setChecked(await checkCase(bundle.text, vkey));
        } catch (e) {
            setProblem(faultOf(e));
        }
        clearTimeout(long);
        setLong(false);
        setBusy(false);
    }
    return (
        <>
            <h2>{t('証拠', 'Evidence')}</h2>
            <p class="hint">
                {t(
                    'ケースの履歴を、外部の人が確かめられるファイルにします。できごとを開くことは閲覧として記録されます。',
                    'Makes a file of the history that outsiders can check. Opening its events is recorded as a reading.',
                )}
            </p>
            <form
                onSubmit={(e) => {
                    e.preventDefault();
                    if (!isBusy) void make();
                }}
            >
                <TextField
                    label={t('記録の検証鍵', 'Verifier key of the log')}
                    value={vkey}
                    onValue={setKey}
                    wide
                    hint={t(
                        '市が公開している vkey。貼り付けると、作った束をこの場で確かめます。記録が複数あるときは空白で区切ります。',
                        'the vkey that the city publishes; with it, what is made is checked here. Several logs: parted by spaces.',
                    )}
                />
                <Button type="submit" weight="main" busy={isBusy}>
                    {t('証拠の束を作る', 'Make the bundle')}
                </Button>
            </form>
            {isLong ? (
                <Notice
                    tone="info"
                    title={t(
                        '署名された記録に載るのを待っています。載りしだい、自動で続けます。このままお待ちください。',
                        'Waiting for the signed log; this goes on by itself.',
                    )}
                />
            ) : null}
            <Fault of={problem} />
            {checked ? (
                <Notice
                    tone="good"
                    title={t(
                        `できごと${checked.events}件すべてが、署名された記録に含まれています（うち消去${checked.erased}件）。`,
                        `All ${checked.events} events are in the signed log (${checked.erased} of them erased).`,
                    )}
                />
            ) : null}
            {made ? (
                <>
                    {!checked && !problem ? (
                        <Notice
                            tone="info"
                            title={t(
                                '検証鍵がないので、署名はまだ確かめていません。',
                                'Without a verifier key the signatures are not checked.',
                            )}
                        />
                    ) : null}
                    <p class="acts">
                        <Save
                            text={made.text}
                            name={`case-${p.case_id.slice(0, 8)}.bundle`}
                            words={t(`束を保存する（できごと${made.items.length}件）`, `Save the bundle (${made.items.length} events)`)}
                        />
                    </p>
                    <p class="hint">
                        {t(
                            '受け取った人は kashimaru-verify case で確かめられます。',
                            'Whoever receives it can check it with kashimaru-verify case.',
                        )}
                    </p>
                    <One case_id={p.case_id} items={made.items} vkey={vkey.trim().split(/[\s,]+/)[0] ?? ''} />
                </>
            ) : null}
        </>
    );
}
