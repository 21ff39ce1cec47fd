// The record of the support: written once, corrected only by another note that says so.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { CaseView, NoteLine } from '@api';
import { who } from '../../net/session';
import { t, word } from '../../text';
import { AgencyName } from '../../ui/agency';
import { Button } from '../../ui/button';
import { Moment } from '../../ui/moment';
import { WriteNote } from '../../ui/write-note';

/** When, of what kind and whose: said the same wherever a note is named. */
export function NoteHead(p: { of: NoteLine }): JSX.Element {
    return (
        <>
            <Moment at={p.of.at} short />　<strong>{word('note_kind', p.of.kind)}</strong>　<AgencyName code={p.of.by} />
            {p.of.corrects ? <>　{t('訂正', 'correction')}</> : null}
        </>
    );
}

export function textsOf(view: CaseView): ReadonlyMap<string, string> {
    return new Map((view.sealed?.notes ?? []).map((n) => [n.note_id, n.text]));
}

function One(p: { of: NoteLine; text: string | undefined; corrected: boolean; onCorrect?: () => void }): JSX.Element {
    return (
        <>
            <NoteHead of={p.of} />
            {p.corrected ? <>　{t('（あとで訂正あり）', ' (corrected later)')}</> : null}
            <p class="telling">{p.text ?? t('（この記録は開示されていません）', '(not disclosed to your agency)')}</p>
            {p.onCorrect ? (
                <Button weight="quiet" onPress={p.onCorrect}>
                    {t('この記録を訂正する', 'Correct this note')}
                </Button>
            ) : null}
        </>
    );
}

export function Notes(p: { view: CaseView; again: () => void }): JSX.Element {
    const { view } = p;
    const [correcting, setCorrecting] = useState<NoteLine | null>(null);
    const texts = textsOf(view);
    const corrected = new Set(view.notes.map((n) => n.corrects));
    const mayWrite = view.access === 'member';
    const done = (): void => {
        setCorrecting(null);
        p.again();
    };
    if (correcting)
        return (
            <section class="group">
                <h2>{t('記録を訂正する', 'Correct a note')}</h2>
                <p>
                    {t(
                        '前の記録は消えません。正しい内容の全文を書いてください。',
                        'What was written stays. Please write the whole as it should be.',
                    )}
                </p>
                <NoteHead of={correcting} />
                <p class="telling">{texts.get(correcting.note_id)}</p>
                <WriteNote case_id={view.case_id} corrects={correcting.note_id} onDone={done} onBack={() => setCorrecting(null)} />
            </section>
        );
    return (
        <>
            {mayWrite ? <WriteNote case_id={view.case_id} onDone={p.again} /> : null}
            <ol class="steps">
                {view.notes.toReversed().map((n) => (
                    <li key={n.note_id}>
                        <One
                            of={n}
                            text={texts.get(n.note_id)}
                            corrected={corrected.has(n.note_id)}
                            {...(mayWrite && n.by === who.value?.agency && texts.has(n.note_id) && !corrected.has(n.note_id)
                                ? { onCorrect: () => setCorrecting(n) }
                                : {})}
                        />
                    </li>
                ))}
            </ol>
            {view.notes.length ? null : <p class="empty">{t('記録はまだありません。', 'No notes yet.')}</p>}
        </>
    );
}
