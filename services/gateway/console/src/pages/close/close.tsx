// A case ends only with an evaluation, and a reason or somebody who goes on.
import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { Reason } from '@api';
import { call } from '../../net/call';
import { useDraft } from '../../net/draft';
import { go } from '../../route';
import { t } from '../../text';
import { Button, Link } from '../../ui/button';
import { Ask } from '../../ui/dialog';
import { AgencyPick } from '../../ui/agency-picker';
import { TextArea } from '../../ui/form';
import { Kept } from '../../ui/kept';
import { ReasonSelect } from '../../ui/reason';

const REASONS: readonly Reason[] = ['goal_reached', 'moved', 'died', 'no_longer_needed', 'person_declined'];

interface Form {
    reason: Reason | '';
    evaluation: string;
    successor: string;
}

export default function Close(p: { parts: string[] }): JSX.Element {
    const case_id = p.parts[0] ?? '';
    const draft = useDraft<Form>('case_close', case_id, { reason: '', evaluation: '', successor: '' });
    const { value: form, set } = draft;
    const [isAsked, setAsked] = useState(false);
    const [isTried, setTried] = useState(false);
    const note = useRef(crypto.randomUUID());
    async function send(key: string): Promise<void> {
        const kept = await call(
            'note_add',
            { case_id, note_id: note.current, kind: 'internal', sealed: { text: form.evaluation } },
            note.current,
        );
        await call(
            'case_close',
            {
                case_id,
                reason: form.reason || 'no_longer_needed',
                evaluation_note: kept.id ?? note.current,
                ...(form.successor ? { successor: form.successor } : {}),
            },
            key,
        );
        await draft.drop().catch(() => undefined);
    }
    return (
        <>
            <h1>{t('終結する', 'Close the case')}</h1>
            <Kept state={draft.state} />
            <form
                onSubmit={(e) => {
                    e.preventDefault();
                    setTried(true);
                    setAsked(form.evaluation.trim() !== '' && form.reason !== '');
                }}
            >
                <TextArea
                    label={t('評価（何がどう変わったか）', 'Evaluation: what changed')}
                    value={form.evaluation}
                    onValue={(evaluation) => set({ evaluation })}
                    required
                    fault={isTried && !form.evaluation.trim() ? t('評価を書いてください', 'Please write the evaluation') : undefined}
                />
                <ReasonSelect label={t('理由', 'Reason')} of={REASONS} value={form.reason} onValue={(reason) => set({ reason })} />
                <AgencyPick
                    label={t('あとを継ぐ機関（あれば）', 'Who goes on (if anybody)')}
                    value={form.successor}
                    onValue={(successor) => set({ successor })}
                />
                <p class="acts">
                    <Button type="submit" weight="main">
                        {t('終結する', 'Close')}
                    </Button>
                    <Link class="button is-plain" to={`case/${case_id}`}>
                        {t('やめる', 'Back')}
                    </Link>
                </p>
            </form>
            {isAsked ? (
                <Ask
                    title={t('このケースを終結しますか', 'Close this case?')}
                    yes={t('終結する', 'Close')}
                    onYes={send}
                    onDone={() => go('work')}
                    onClose={() => setAsked(false)}
                >
                    <p>
                        {t(
                            '支援機関の担当は終わり、新しい記録やつなぎはできなくなります。元には戻せません。',
                            'The agencies’ part in it ends, and nothing more can be written or referred. It cannot be undone.',
                        )}
                    </p>
                </Ask>
            ) : null}
        </>
    );
}
