// 支援措置 of one person: on by anybody on the case, with the people who may see what it hides; who is one of them, or leads, is told who the
// others are, and changes that without naming anybody again. Off only by a lead, with a reason, after being asked. Time alone reveals nothing.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { PersonContents } from '@api';
import { call } from '../../net/call';
import { who } from '../../net/session';
import { t, word } from '../../text';
import { Button } from '../../ui/button';
import { Ask } from '../../ui/dialog';
import { TextArea } from '../../ui/form';
import { KeptForm } from '../../ui/kept';
import { Moment, now } from '../../ui/moment';
import { allNamed, Named, NamedOne, type Typing } from '../../ui/named';
import { Notice } from '../../ui/notice';
import { Facts } from '../../ui/table';
import { useQuietDraft } from './quiet';
import { renewalFrom, YearNotice } from './year';

const MOST_NAMED = 15; // whoever asks is added by the server

/** What differs from who is named now: a draft that lay for days puts nobody out, nor back in. */
interface Form {
    added: string[];
    removed: string[];
    typing: Typing;
    reason: string;
}

interface One {
    case_id: string;
    of: PersonContents;
    onDone: () => void;
    onBack: () => void;
}

const leads = (): boolean => who.value?.role === 'team_lead' || who.value?.role === 'coordinator';

/** What stands over a member who is protected: until when, and who sees what is hidden, to those who are told. */
export function Protected(p: { of: PersonContents }): JSX.Element {
    const { named, protected_until } = p.of;
    return (
        <>
            <Notice tone="protect" live={false} title={t('支援措置の対象', 'Protected')}>
                <p>
                    {t('期限：', 'Until: ')}
                    <Moment at={protected_until} dateOnly />
                    {t('（過ぎても、人が決めるまで伏せたままです）', ' (stays hidden after that until somebody decides)')}
                </p>
                {named ? (
                    <p>
                        {t('見ることができる人：', 'Who may see it: ')}
                        {named.map((n, i) => (
                            <>
                                {i ? t('、', ', ') : ''}
                                <NamedOne of={n} />
                            </>
                        ))}
                    </p>
                ) : null}
            </Notice>
            <YearNotice until={protected_until} />
        </>
    );
}

function Off(p: Omit<One, 'onBack'>): JSX.Element {
    const [isAsked, setAsked] = useState(false);
    const [reason, setReason] = useState('');
    if (!leads()) return <p class="hint">{t('解除は、所属長か調整担当が決めます。', 'Only a team lead or coordinator turns it off.')}</p>;
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

/** As it stands, before it is changed. */
function Standing(p: { of: PersonContents; canRenew: boolean }): JSX.Element {
    const { protected_since, protected_until, protection_reason } = p.of;
    return (
        <>
            <YearNotice until={protected_until} />
            <Facts
                of={[
                    [t('はじまり', 'Since'), <Moment at={protected_since} dateOnly />],
                    [
                        t('期限', 'Until'),
                        <>
                            <Moment at={protected_until} dateOnly />
                            {p.canRenew || !protected_until ? null : (
                                <>
                                    {t('（更新は ', ' (may be renewed from ')}
                                    <Moment at={renewalFrom(protected_until).toISOString()} dateOnly />
                                    {t(' から）', ')')}
                                </>
                            )}
                        </>,
                    ],
                    protection_reason ? [t('前に決めたときの理由', 'Reason last time'), protection_reason] : null,
                ]}
            />
        </>
    );
}

function Names(p: One): JSX.Element {
    const me = who.value;
    const mine = `${me?.user}@${me?.agency}`;
    const { is_protected, protected_until, named: before = [] } = p.of;
    const draft = useQuietDraft<Form>('protection', p.of.person_id, p.of.relation, {
        added: [],
        removed: [],
        typing: { user: '', agency: me?.agency ?? '' },
        reason: '',
    });
    const { value: form, set } = draft;
    const value = [...before, ...form.added.filter((n) => !before.includes(n))].filter((n) => n !== mine && !form.removed.includes(n));
    const naming = { value, typing: form.typing, hasAgency: true, always: mine };
    const canRenew = is_protected && !!protected_until && now.value >= renewalFrom(protected_until);
    const needsReason = is_protected && (canRenew || !before.includes(mine));
    const reason = form.reason.trim();
    async function send(key: string): Promise<void> {
        await call(
            'protection_put',
            {
                case_id: p.case_id,
                person_id: p.of.person_id,
                sealed: { is_on: true, named: [mine, ...allNamed(naming)], ...(reason ? { reason } : {}) },
            },
            key,
        );
    }
    return (
        <>
            {is_protected ? <Standing of={p.of} canRenew={canRenew} /> : null}
            <KeptForm
                draft={draft}
                send={
                    canRenew
                        ? t('支援措置を1年更新する', 'Renew it for a year')
                        : is_protected
                          ? t('見ることができる人を変える', 'Change who may see it')
                          : t('支援措置をとる', 'Protect')
                }
                isReady={!needsReason || reason !== ''}
                onSend={send}
                onDone={p.onDone}
                more={<Button onPress={p.onBack}>{t('戻る', 'Back')}</Button>}
            >
                <Named
                    {...naming}
                    legend={t('見ることができる人', 'Who may see it')}
                    most={MOST_NAMED}
                    onValue={(names) =>
                        set({
                            added: names.filter((n) => !before.includes(n)),
                            removed: before.filter((n) => n !== mine && !names.includes(n)),
                        })
                    }
                    onTyping={(typing) => set({ typing })}
                    hint={
                        is_protected
                            ? t(
                                  'いま指名されている人です。変えるときだけ、加えるか外してください。',
                                  'Those named now. Add or remove only who changes.',
                              )
                            : t('必要な人だけを。', 'Only who must.')
                    }
                />
                <TextArea
                    label={canRenew ? t('更新する理由', 'Why it is renewed') : t('理由', 'Why')}
                    rows={3}
                    maxLength={130}
                    value={form.reason}
                    onValue={(text) => set({ reason: text })}
                    required={needsReason}
                    {...(is_protected && !before.includes(mine)
                        ? {
                              hint: t(
                                  'あなたは指名されていません。変えると、あなたも見られるようになります。',
                                  'You are not named; by changing it you will be.',
                              ),
                          }
                        : {})}
                />
            </KeptForm>
        </>
    );
}

export function ProtectionForm(p: One): JSX.Element {
    const isTold = !p.of.is_protected || p.of.named !== undefined;
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
            {isTold ? (
                <Names {...p} />
            ) : (
                <>
                    <p>
                        {t(
                            '変えられるのは、指名されている人か、所属長・調整担当だけです。',
                            'Only who is named in it, or a team lead or coordinator, may change it.',
                        )}
                    </p>
                    <p class="acts">
                        <Button onPress={p.onBack}>{t('戻る', 'Back')}</Button>
                    </p>
                </>
            )}
            {p.of.is_protected && isTold ? <Off case_id={p.case_id} of={p.of} onDone={p.onDone} /> : null}
        </section>
    );
}
