// 支援措置 of one person: on by anybody on the case, with the people who may see what it hides; off only by a lead, with a reason, after
// being asked. Time alone reveals nothing.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { PersonContents } from '@api';
import { call } from '../../net/call';
import { useDraft } from '../../net/draft';
import { who } from '../../net/session';
import { t, word } from '../../text';
import { ActForm, useAct } from '../../ui/act';
import { Button } from '../../ui/button';
import { Ask } from '../../ui/dialog';
import { TextArea } from '../../ui/form';
import { Kept } from '../../ui/kept';
import { Named } from '../../ui/named';
import { Notice } from '../../ui/notice';

const MOST_NAMED = 15; // whoever asks is added by the server

interface Form {
    named: string[];
    reason: string;
}

function Off(p: { case_id: string; of: PersonContents; onDone: () => void }): JSX.Element {
    const [isAsked, setAsked] = useState(false);
    const [reason, setReason] = useState('');
    const me = who.value;
    if (me?.role !== 'team_lead' && me?.role !== 'coordinator')
        return <p class="hint">{t('解除は、所属長か調整担当が決めます。', 'Only a team lead or coordinator turns it off.')}</p>;
    return (
        <>
            <p class="acts">
                <Button weight="danger" onPress={() => setAsked(true)}>
                    {t('支援措置を解除する', 'Turn the protection off')}
                </Button>
            </p>
            {isAsked ? (
                <Ask
                    title={t('支援措置を解除しますか', 'Turn the protection off?')}
                    yes={t('解除する', 'Turn it off')}
                    isReady={reason.trim() !== ''}
                    onClose={() => setAsked(false)}
                    onDone={p.onDone}
                    onYes={(key) =>
                        call(
                            'protection_put',
                            { case_id: p.case_id, person_id: p.of.person_id, sealed: { is_on: false, named: [], reason: reason.trim() } },
                            key,
                        )
                    }
                >
                    <p>
                        {t(
                            '解除すると、住所・電話・勤務先などが、このケースの支援機関に見えるようになります。加害者に伝わるおそれがないか、本人に確かめてください。',
                            'Address, telephone and workplace become visible to the agencies of this case. Make sure with the person that it is safe.',
                        )}
                    </p>
                    <TextArea label={t('解除の理由', 'Why')} rows={3} maxLength={130} value={reason} onValue={setReason} required />
                </Ask>
            ) : null}
        </>
    );
}

export function ProtectionForm(p: { case_id: string; of: PersonContents; onDone: () => void; onBack: () => void }): JSX.Element {
    const me = who.value;
    const mine = `${me?.user}@${me?.agency}`;
    const draft = useDraft<Form>('protection_put', p.of.person_id, { named: [mine], reason: '' });
    const { value: form, set } = draft;
    const act = useAct();
    async function send(key: string): Promise<void> {
        await call(
            'protection_put',
            {
                case_id: p.case_id,
                person_id: p.of.person_id,
                sealed: { is_on: true, named: form.named, ...(form.reason.trim() ? { reason: form.reason.trim() } : {}) },
            },
            key,
        );
        await draft.drop().catch(() => undefined);
    }
    return (
        <section class="group">
            <h2>
                {t('支援措置', 'Protection')}：{word('relation', p.of.relation)}
            </h2>
            <Notice
                tone="protect"
                live={false}
                title={t(
                    '住所・勤務先・学校・電話・避難先・連絡方法と、会議の場所・日時を、指名した人のほかには伏せます。',
                    'Address, workplace, school, telephone, shelter, contact, and where and when meetings are, are hidden from everybody not named.',
                )}
            >
                <p>
                    {t(
                        '1年間です。過ぎても、人が決めるまで伏せたままです。',
                        'For a year; after that it stays hidden until somebody decides.',
                    )}
                </p>
            </Notice>
            <Kept state={draft.state} />
            <ActForm
                act={act}
                send={p.of.is_protected ? t('支援措置を更新する', 'Renew it') : t('支援措置をとる', 'Protect')}
                onSend={send}
                onDone={p.onDone}
                more={<Button onPress={p.onBack}>{t('戻る', 'Back')}</Button>}
            >
                <Named
                    legend={t('見ることができる人', 'Who may see it')}
                    most={MOST_NAMED}
                    ofAgency={me?.agency ?? ''}
                    value={form.named}
                    onValue={(named) => set({ named })}
                    hint={
                        p.of.is_protected
                            ? t(
                                  'ここに書いた人だけになります。前に指名した人も書いてください。あなたは必ず入ります。',
                                  'These and nobody else: write those named before, too. You are always one of them.',
                              )
                            : t('必要な人だけを。あなたは必ず入ります。', 'Only who must. You are always one of them.')
                    }
                />
                <TextArea
                    label={
                        p.of.is_protected
                            ? t(
                                  '理由（更新するとき、指名されていない所属長が変えるときは必ず）',
                                  'Why (needed to renew, and for a lead who is not named)',
                              )
                            : t('理由', 'Why')
                    }
                    rows={3}
                    maxLength={130}
                    value={form.reason}
                    onValue={(reason) => set({ reason })}
                />
            </ActForm>
            {p.of.is_protected ? <Off case_id={p.case_id} of={p.of} onDone={p.onDone} /> : null}
        </section>
    );
}
