// A proof file is checked in this browser, without asking any server: whoever doubts the city need not ask the city.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { checkProof, type Checked } from '../../log/proof';
import { t } from '../../text';
import { Button } from '../../ui/button';
import { TextField } from '../../ui/form';
import { Moment } from '../../ui/moment';
import { Notice } from '../../ui/notice';
import { Facts } from '../../ui/table';

function Good(p: { of: Checked }): JSX.Element {
    const c = p.of;
    return (
        <>
            <Notice tone="good" title={t('このできごとは、署名された記録に含まれています。', 'This event is in the signed log.')} />
            <Facts
                of={[
                    [t('できごと', 'Event'), c.type],
                    [t('日時', 'When'), <Moment at={c.at.toISOString()} />],
                    [t('ケース', 'Case'), <code>{c.case_id}</code>],
                    [t('ケースの中の番号', 'Place in the case'), c.seq],
                    [t('記録', 'Log'), c.head.origin],
                    [t('記録の大きさ', 'Size of the log'), c.head.size.toLocaleString()],
                    [t('記録の中の番号', 'Leaf'), c.index.toLocaleString()],
                ]}
            />
        </>
    );
}

export default function Proof(): JSX.Element {
    const [vkey, setKey] = useState('');
    const [text, setText] = useState('');
    const [checked, setChecked] = useState<Checked | null>(null);
    const [fault, setFault] = useState('');
    async function check(): Promise<void> {
        setChecked(null);
        setFault('');
        await checkProof(text, vkey).then(setChecked, (e: Error) => setFault(e.message));
    }
    return (
        <>
            <h1>{t('証明を確かめる', 'Check a proof')}</h1>
            <p>{t('ファイルはどこにも送られません。', 'The file is sent nowhere.')}</p>
            <form
                onSubmit={(e) => {
                    e.preventDefault();
                    void check();
                }}
            >
                <div class="field">
                    <label for="proof-file">{t('証明ファイル', 'Proof file')}</label>
                    <input
                        id="proof-file"
                        type="file"
                        required
                        onChange={(e) => {
                            void e.currentTarget.files?.[0]?.text().then(setText);
                        }}
                    />
                </div>
                <TextField
                    label={t('記録の検証鍵', 'Verifier key of the log')}
                    value={vkey}
                    onValue={setKey}
                    required
                    wide
                    hint={t('市が公開している vkey', 'the vkey that the city publishes')}
                />
                <Button type="submit" weight="main" disabled={!text || !vkey}>
                    {t('確かめる', 'Check')}
                </Button>
            </form>
            {fault ? <Notice tone="bad" title={fault} /> : null}
            {checked ? <Good of={checked} /> : null}
        </>
    );
}
