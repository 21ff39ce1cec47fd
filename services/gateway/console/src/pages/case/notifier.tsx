// 通報者: whether there is one is itself a secret, so this part is the same for everybody; asking is a reading of its own, by hand.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { CaseView } from '@api';
import { call } from '../../net/call';
import { useDraft } from '../../net/draft';
import { Problem } from '../../net/problem';
import { who } from '../../net/session';
import { t } from '../../text';
import { ActForm, useAct } from '../../ui/act';
import { Button } from '../../ui/button';
import { TextField } from '../../ui/form';
import { Kept } from '../../ui/kept';
import { Show, useCall } from '../../ui/load';
import { Named } from '../../ui/named';
import { Notice } from '../../ui/notice';
import { Facts } from '../../ui/table';

const MOST_NAMED = 15; // whoever asks is added by the server

interface Form {
    name: string;
    contact: string;
    relation: string;
    named: string[];
}

function Shown(p: { case_id: string; onHide: () => void }): JSX.Element {
    const asked = useCall('notifier_show', { case_id: p.case_id });
    const hide = (
        <p class="acts">
            <Button onPress={p.onHide}>{t('伏せる', 'Cover')}</Button>
        </p>
    );
    if (asked.problem instanceof Problem && asked.problem.http === 404)
        return (
            <>
                <p class="empty">
                    {t('通報者の記録はないか、あなたには表示されません。', 'No notifier is recorded, or none is shown to you.')}
                </p>
                {hide}
            </>
        );
    return (
        <Show of={asked}>
            {(a) => (
                <>
                    <Notice
                        tone="warn"
                        live={false}
                        title={t(
                            '通報者がだれかを、本人・家族・ほかの機関に伝えてはいけません。',
                            'Never tell the person, the family or another agency who reported.',
                        )}
                    />
                    <Facts
                        of={[
                            [t('氏名', 'Name'), a.sealed.name ?? '－'],
                            [t('連絡先', 'Contact'), a.sealed.contact ?? '－'],
                            [t('本人との関係', 'Relation'), a.sealed.relation ?? '－'],
                            [t('見ることができる人', 'Who may see it'), a.sealed.named.join('、')],
                        ]}
                    />
                    {hide}
                </>
            )}
        </Show>
    );
}

function Write(p: { case_id: string; onDone: () => void; onBack: () => void }): JSX.Element {
    const draft = useDraft<Form>('notifier_put', p.case_id, { name: '', contact: '', relation: '', named: [] });
    const { value: form, set } = draft;
    const act = useAct();
    async function send(key: string): Promise<void> {
        const { named, ...rest } = form;
        await call(
            'notifier_put',
            { case_id: p.case_id, sealed: { named, ...Object.fromEntries(Object.entries(rest).filter(([, v]) => v.trim() !== '')) } },
            key,
        );
        await draft.drop().catch(() => undefined);
    }
    return (
        <section class="group">
            <h2>{t('通報者を記録する', 'Record who reported')}</h2>
            <Kept state={draft.state} />
            <ActForm
                act={act}
                send={t('記録する', 'Record')}
                isReady={form.name.trim() !== '' || form.contact.trim() !== '' || form.relation.trim() !== ''}
                onSend={send}
                onDone={p.onDone}
                more={<Button onPress={p.onBack}>{t('戻る', 'Back')}</Button>}
            >
                <div class="columns">
                    <TextField label={t('氏名', 'Name')} value={form.name} onValue={(name) => set({ name })} maxLength={60} />
                    <TextField label={t('連絡先', 'Contact')} value={form.contact} onValue={(contact) => set({ contact })} maxLength={60} />
                    <TextField
                        label={t('本人との関係', 'Relation to the person')}
                        value={form.relation}
                        onValue={(relation) => set({ relation })}
                        maxLength={60}
                    />
                </div>
                <Named
                    legend={t('見ることができる人', 'Who may see it')}
                    most={MOST_NAMED}
                    value={form.named}
                    onValue={(named) => set({ named })}
                    hint={t(
                        '受け付けた窓口の職員だけです。あなたは必ず入ります。',
                        'Staff of the desk that took the report. You are always one of them.',
                    )}
                />
            </ActForm>
        </section>
    );
}

export function Notifier(p: { view: CaseView }): JSX.Element {
    const { case_id, received_by, access } = p.view;
    const [state, setState] = useState<'shut' | 'shown' | 'writing' | 'done'>('shut');
    const mayWrite = access === 'member' && received_by === who.value?.agency;
    if (state === 'shown') return <Shown case_id={case_id} onHide={() => setState('shut')} />;
    if (state === 'writing') return <Write case_id={case_id} onDone={() => setState('done')} onBack={() => setState('shut')} />;
    return (
        <>
            {state === 'done' ? <Notice tone="good" title={t('記録しました。', 'Recorded.')} /> : null}
            <p>
                {t(
                    '通報者は、受け付けた窓口の、指名された職員だけが見られます。表示すると、閲覧として別に記録されます。',
                    'Only named staff of the desk that took the report see who made it. Showing it is recorded as a reading of its own.',
                )}
            </p>
            <p class="acts">
                <Button onPress={() => setState('shown')}>
                    {t('通報者を表示する（閲覧として記録）', 'Show who reported (recorded as a reading)')}
                </Button>
                {mayWrite ? <Button onPress={() => setState('writing')}>{t('通報者を記録する', 'Record who reported')}</Button> : null}
            </p>
        </>
    );
}
