// The record of the support: written once, corrected only by another note that says so.
import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { CaseView, NoteKind } from '@api';
import { call } from '../../net/call';
import { useDraft } from '../../net/draft';
import { options, t, word } from '../../text';
import { AgencyName } from '../../ui/agency';
import { Button } from '../../ui/button';
import { Select, TextArea } from '../../ui/form';
import { Kept } from '../../ui/kept';
import { Moment } from '../../ui/moment';
import { Fault } from '../../ui/notice';

interface Form {
    kind: NoteKind;
    text: string;
}

function Write(p: { case_id: string; again: () => void }): JSX.Element {
    const draft = useDraft<Form>('note_add', p.case_id, { kind: 'phone', text: '' });
    const key = useRef(crypto.randomUUID());
    const [problem, setProblem] = useState<unknown>(null);
    const [isBusy, setBusy] = useState(false);
    async function send(): Promise<void> {
        if (!draft.value.text.trim() || isBusy) return;
        setBusy(true);
        setProblem(null);
        try {
            await call('note_add', { case_id: p.case_id, kind: draft.value.kind, sealed: { text: draft.value.text } }, key.current);
            key.current = crypto.randomUUID();
            await draft.drop().catch(() => undefined);
            p.again();
        } catch (e) {
            setProblem(e);
        }
        setBusy(false);
    }
    return (
        <form
            onSubmit={(e) => {
                e.preventDefault();
                void send();
            }}
        >
            <Select
                label={t('種別', 'Kind')}
                options={options('note_kind')}
                value={draft.value.kind}
                onValue={(v) => draft.set({ kind: v as NoteKind })}
            />
            <TextArea
                label={t('記録', 'Note')}
                value={draft.value.text}
                onValue={(text) => draft.set({ text })}
                required
                hint={t('書いたあとは直せません。訂正は新しい記録で。', 'A note is not changed afterwards; a correction is another note.')}
            />
            <Kept state={draft.state} />
            <Fault of={problem} />
            <Button type="submit" weight="main" busy={isBusy}>
                {t('記録する', 'Add')}
            </Button>
        </form>
    );
}

export function Notes(p: { view: CaseView; again: () => void }): JSX.Element {
    const texts = new Map((p.view.sealed?.notes ?? []).map((n) => [n.note_id, n.text]));
    return (
        <>
            <Write case_id={p.view.case_id} again={p.again} />
            <ol class="steps">
                {p.view.notes.toReversed().map((n) => (
                    <li key={n.note_id}>
                        <Moment at={n.at} short />　<strong>{word('note_kind', n.kind)}</strong>　<AgencyName code={n.by} />
                        {n.corrects ? <>　{t('訂正', 'correction')}</> : null}
                        <p class="telling">
                            {texts.get(n.note_id) ?? t('（この記録は開示されていません）', '(not disclosed to your agency)')}
                        </p>
                    </li>
                ))}
            </ol>
        </>
    );
}
