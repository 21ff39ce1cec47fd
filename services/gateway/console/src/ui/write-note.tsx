// A note is written where one is needed, kept while it is written, and not changed afterwards: a correction is another note.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { NoteKind } from '@api';
import { call } from '../net/call';
import { useDraft } from '../net/draft';
import { options, t } from '../text';
import { useAct } from './act';
import { Button } from './button';
import { Select, TextArea } from './form';
import { Kept } from './kept';
import { CheckedForm, useForm } from './missing';
import { Fault } from './notice';

interface Form {
    kind: NoteKind;
    text: string;
}

export function WriteNote(p: { case_id: string; corrects?: string; onDone: () => void; onBack?: () => void }): JSX.Element {
    const draft = useDraft<Form>('note_add', p.corrects ?? p.case_id, { kind: 'phone', text: '' });
    const { kind, text } = draft.value;
    const act = useAct();
    const [isTried, setTried] = useState(false);
    const fault = isTried && !text.trim() ? t('記録を書いてください', 'Please write the note') : undefined;
    const keys = useForm(() => void send());
    async function send(): Promise<void> {
        setTried(true);
        if (!keys.isGood([['', text.trim() ? undefined : 'missing']])) return;
        const isGood = await act.run((key) =>
            call('note_add', { case_id: p.case_id, kind, ...(p.corrects ? { corrects: p.corrects } : {}), sealed: { text } }, key),
        );
        if (!isGood) return;
        setTried(false);
        await draft.drop().catch(() => undefined);
        p.onDone();
    }
    return (
        <CheckedForm by={keys}>
            <Select
                label={t('種別', 'Kind')}
                options={options('note_kind')}
                value={kind}
                onValue={(v) => draft.set({ kind: v as NoteKind })}
            />
            <TextArea
                label={t('記録', 'Note')}
                value={text}
                onValue={(next) => draft.set({ text: next })}
                required
                fault={fault}
                hint={t(
                    '書いたあとは直せません。訂正は新しい記録で。Ctrl+Enterでも記録できます。',
                    'A note is not changed afterwards; a correction is another note. Ctrl+Enter records, too.',
                )}
            />
            <Kept state={draft.state} />
            <Fault of={act.problem} />
            <p class="acts">
                <Button type="submit" weight="main" busy={act.isBusy}>
                    {t('記録する', 'Add')}
                </Button>
                {p.onBack ? <Button onPress={p.onBack}>{t('戻る', 'Back')}</Button> : null}
            </p>
        </CheckedForm>
    );
}
