// 通報者: whether there is one is itself a secret, so this part is the same for everybody; asking is a reading of its own, by hand.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { CaseView, NotifierPrivate } from '@api';
import { call } from '../../net/call';
import { Problem } from '../../net/problem';
import { who } from '../../net/session';
import { t } from '../../text';
import { Button } from '../../ui/button';
import { TextField } from '../../ui/form';
import { KeptForm } from '../../ui/kept';
import { Show, useCall } from '../../ui/load';
import { allNamed, Named, type Typing } from '../../ui/named';
import { Notice } from '../../ui/notice';
import { Facts } from '../../ui/table';
import { useQuietDraft } from './quiet';

const MOST_NAMED = 15; // whoever asks is added by the server

interface Form {
    name: string;
    contact: string;
    relation: string;
    named: string[];
    typing: Typing;
}

function Shown(p: { case_id: string; onHide: () => void; onCorrect?: (was: NotifierPrivate) => void }): JSX.Element {
    const asked = useCall('notifier_show', { case_id: p.case_id });
    const hide = (
        <p class="acts">
            <Button onPress={p.onHide}>{t('伏せる', 'Cover')}</Button>
        </p>
    );
    const { onCorrect } = p;
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
                    <p class="acts">
                        <Button onPress={p.onHide}>{t('伏せる', 'Cover')}</Button>
                        {onCorrect ? (
                            <Button onPress={() => onCorrect(a.sealed)} label={t('通報者の記録を訂正する', 'Correct who reported')}>
                                {t('訂正する', 'Correct')}
                            </Button>
                        ) : null}
                    </p>
                </>
            )}
        </Show>
    );
}

function Write(p: { case_id: string; was: NotifierPrivate | null; onDone: () => void; onBack: () => void }): JSX.Element {
    const mine = who.value?.user ?? '';
    const draft = useQuietDraft<Form>('notifier', p.case_id, 'self', {
        name: p.was?.name ?? '',
        contact: p.was?.contact ?? '',
        relation: p.was?.relation ?? '',
        named: p.was?.named.filter((n) => n !== mine) ?? [],
        typing: { user: '', agency: '' },
    });
    const { value: form, set } = draft;
    const naming = { value: form.named, typing: form.typing, hasAgency: false, always: mine };
    async function send(key: string): Promise<void> {
        const { name, contact, relation } = form;
        const said = Object.entries({ name, contact, relation }).filter(([, v]) => v.trim() !== '');
        await call(
            'notifier_put',
            { case_id: p.case_id, sealed: { ...Object.fromEntries(said), named: [mine, ...allNamed(naming)] } },
            key,
        );
    }
    return (
        <section class="group">
            <h2>{p.was ? t('通報者の記録を訂正する', 'Correct who reported') : t('通報者を記録する', 'Record who reported')}</h2>
            <KeptForm
                draft={draft}
                send={t('記録する', 'Record')}
                isReady={form.name.trim() !== '' || form.contact.trim() !== '' || form.relation.trim() !== ''}
                onSend={send}
                onDone={p.onDone}
                more={<Button onPress={p.onBack}>{t('戻る', 'Back')}</Button>}
            >
                {p.was ? null : (
                    <p class="hint">
                        {t(
                            '前に記録があるときは、これに替わります。続きを書くときは、先に表示して「訂正する」を押してください。',
                            'It takes the place of an earlier record, if there is one. To add to that, show it first and correct it.',
                        )}
                    </p>
                )}
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
                    {...naming}
                    most={MOST_NAMED}
                    onValue={(named) => set({ named })}
                    onTyping={(typing) => set({ typing })}
                    hint={t('受け付けた窓口の職員だけです。', 'Staff of the desk that took the report.')}
                />
            </KeptForm>
        </section>
    );
}

export function Notifier(p: { view: CaseView }): JSX.Element {
    const { case_id, received_by, access } = p.view;
    const [state, setState] = useState<'shut' | 'shown' | 'writing' | 'done'>('shut');
    const [was, setWas] = useState<NotifierPrivate | null>(null);
    const mayWrite = access === 'member' && received_by === who.value?.agency;
    const write = (what: NotifierPrivate | null): void => {
        setWas(what);
        setState('writing');
    };
    if (state === 'shown') return <Shown case_id={case_id} onHide={() => setState('shut')} {...(mayWrite ? { onCorrect: write } : {})} />;
    if (state === 'writing') return <Write case_id={case_id} was={was} onDone={() => setState('done')} onBack={() => setState('shut')} />;
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
                {mayWrite ? <Button onPress={() => write(null)}>{t('通報者を記録する', 'Record who reported')}</Button> : null}
            </p>
        </>
    );
}
