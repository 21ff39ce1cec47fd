// Who could carry this case, why, and what they would be told on which ground; nothing is sent before all three stand on the screen.
import type { JSX } from 'preact';
import { useMemo, useRef, useState } from 'preact/hooks';
import type { Need, ReferralLine, ReferralStateIs } from '@api';
import { call } from '../../net/call';
import { useDraft, type Draft } from '../../net/draft';
import { Problem } from '../../net/problem';
import { who } from '../../net/session';
import { language, t } from '../../text';
import { Button, Link } from '../../ui/button';
import { TextArea } from '../../ui/form';
import { Kept } from '../../ui/kept';
import { Show, useCall } from '../../ui/load';
import { CheckedForm, Missing, useForm, type Looked } from '../../ui/missing';
import { Moment } from '../../ui/moment';
import { needsFault } from '../../ui/needs';
import { Fault, Notice } from '../../ui/notice';
import { AgencyName, useAgencyNames } from '../../ui/agency';
import { Warnings } from '../case/warnings';
import { Candidates } from './candidates';
import { Goes } from './goes';
import { WhatAndWhy, type About, type Form } from './what';

const MOST_NEEDS = 12;

function Sent(p: { answer: ReferralStateIs; case_id: string }): JSX.Element {
    return (
        <>
            <h1>{t('送りました', 'Sent')}</h1>
            <Notice tone="good" title={t('相手が引き受けるまで、主担当は変わりません。', 'The lead does not change before they accept.')}>
                <p>
                    {t('回答期限：', 'Answer due: ')}
                    <Moment at={p.answer.due_at} />
                </p>
                <p>
                    {t('いまの主担当：', 'Lead now: ')}
                    <AgencyName code={p.answer.lead} />
                </p>
            </Notice>
            <p class="acts">
                <Link class="button is-main" to={`referral/${p.answer.ref_id}`}>
                    {t('つなぎを見る', 'See the referral')}
                </Link>
                <Link class="button is-plain" to={`case/${p.case_id}`}>
                    {t('ケースへ戻る', 'Back to the case')}
                </Link>
            </p>
        </>
    );
}

/** Who declined before is asked again by a coordinator only, who says why. */
function Again(p: { of: readonly string[]; draft: Draft<Form>; onChoose: (agency: string) => void; isTried: boolean }): JSX.Element | null {
    const { value: form, set } = p.draft;
    const nameOf = useAgencyNames(p.of);
    if (!p.of.length || who.value?.role !== 'coordinator') return null;
    return (
        <section class="group">
            <h3>{t('一度辞退した機関に、もう一度打診する', 'Ask again who declined')}</h3>
            <ul class="picked">
                {p.of.map((agency) => {
                    const isChosen = form.to.includes(agency);
                    const name = nameOf(agency);
                    return (
                        <li key={agency}>
                            {name}
                            <Button
                                weight={isChosen ? 'main' : 'plain'}
                                onPress={() => p.onChoose(agency)}
                                label={
                                    isChosen
                                        ? t(`${name}を選択中（押すと外す）`, `${name}: Chosen (press to remove)`)
                                        : t(`${name}を選ぶ`, `Choose ${name}`)
                                }
                            >
                                {isChosen ? t('選択中', 'Chosen') : t('選ぶ', 'Choose')}
                            </Button>
                        </li>
                    );
                })}
            </ul>
            {p.of.some((agency) => form.to.includes(agency)) ? (
                <TextArea
                    label={t('もう一度打診する理由（氏名は書かない）', 'Why they are asked again (no names)')}
                    rows={3}
                    maxLength={130}
                    value={form.override}
                    onValue={(override) => set({ override })}
                    required
                    hint={t(
                        '判断は「コーディネーターの判断による再打診」として記録されます。',
                        'The decision is recorded as the coordinator’s.',
                    )}
                    fault={p.isTried && !form.override.trim() ? t('理由を書いてください', 'Say why') : undefined}
                />
            ) : null}
        </section>
    );
}

/** Only the lead or a coordinator refers: whoever is neither hears it before filling anything in. */
function NotLead(p: { case_id: string }): JSX.Element | null {
    const lead = useCall('custody_show', { case_id: p.case_id }).value?.lead;
    if (!lead || lead === who.value?.agency || who.value?.role === 'coordinator') return null;
    return (
        <Notice
            tone="warn"
            live={false}
            title={t('つなぎを送れるのは、主担当の機関と調整担当です。', 'Only the lead agency or a coordinator can refer this case.')}
        >
            <p>
                {t('いまの主担当：', 'Lead now: ')}
                <AgencyName code={lead} />
            </p>
        </Notice>
    );
}

/** Those that declined something of what is asked for now. */
function declinedOf(referrals: readonly ReferralLine[], needs: readonly Need[]): string[] {
    return [...new Set(referrals.filter((r) => r.state === 'declined' && r.needs.some((n) => needs.includes(n))).map((r) => r.to))];
}

function Compose(p: { view: About }): JSX.Element {
    const case_id = p.view.case_id;
    const empty = useMemo<Form>(
        () => ({
            to: [],
            kind: 'transfer',
            needs: p.view.needs,
            items: [],
            basis: p.view.consent === 'given' ? 'consent' : 'none',
            purpose: 'referral',
            override: '',
        }),
        [case_id],
    );
    const draft = useDraft<Form>('referral_draft', case_id, empty);
    const { value: form, set } = draft;
    const found = useCall('candidate_list', { case_id });
    const before = useCall('referral_list', { box: 'case', case_id, limit: 200 });
    const key = useRef(crypto.randomUUID());
    const [isTried, setTried] = useState(false);
    const [isBusy, setBusy] = useState(false);
    const [problem, setProblem] = useState<unknown>(null);
    const [sent, setSent] = useState<ReferralStateIs | null>(null);
    const choose = (a: string): void => set({ to: form.to.includes(a) ? form.to.filter((x) => x !== a) : [...form.to, a] });
    const declined = declinedOf(before.value?.referrals ?? [], form.needs);
    const isAgain = who.value?.role === 'coordinator' && declined.some((agency) => form.to.includes(agency));
    const looked: Looked = [
        [t('つなぎ先', 'To whom'), form.to.length ? undefined : t('つなぎ先を選んでください', 'Choose who is asked')],
        [t('課題', 'Needs'), needsFault(form.needs)],
        [t('もう一度打診する理由', 'Why again'), isAgain && !form.override.trim() ? t('理由を書いてください', 'Say why') : undefined],
        [
            t('根拠', 'Ground'),
            form.basis === 'none' && form.kind !== 'information' && form.items.length
                ? t('本人の情報を渡すには、根拠を選んでください', 'Choose a ground to give anything about the person')
                : undefined,
        ],
    ];
    const keys = useForm(() => void send());
    async function send(): Promise<void> {
        setTried(true);
        if (isBusy || !keys.isGood(looked)) return;
        const { override, ...asked } = form;
        setBusy(true);
        setProblem(null);
        try {
            setSent(
                await call(
                    'referral_draft',
                    {
                        case_id,
                        ...asked,
                        items: form.kind === 'information' ? [] : form.items,
                        send: true,
                        ...(isAgain ? { override: override.trim() } : {}),
                    },
                    key.current,
                ),
            );
            key.current = crypto.randomUUID();
            await draft.drop().catch(() => undefined);
        } catch (e) {
            setProblem(e);
        }
        setBusy(false);
    }
    if (sent) return <Sent answer={sent} case_id={case_id} />;
    return (
        <CheckedForm by={keys}>
            <h1>{t('つなぐ', 'Refer')}</h1>
            <Kept state={draft.state} />
            <NotLead case_id={case_id} />
            <h2>{t('1. だれに', '1. To whom')}</h2>
            <Show of={found}>
                {(f) => (
                    <>
                        {f.is_complex ? (
                            <Notice
                                tone="info"
                                live={false}
                                title={t(
                                    '複合的なケースです。一機関で難しければ「かしまる小会議」を求められます。',
                                    'A complex case: if nobody can carry it alone, a かしまる小会議 can be called.',
                                )}
                            >
                                <Link to={`case/${case_id}/meeting`}>{t('小会議を求める', 'Call a meeting')}</Link>
                            </Notice>
                        ) : null}
                        {f.is_after_hours ? (
                            <Notice
                                tone="warn"
                                live={false}
                                title={t(
                                    'いま開いている窓口がないため、次に開く窓口を示しています。',
                                    'No desk is open now: these open next.',
                                )}
                            />
                        ) : null}
                        <Candidates of={f.candidates} needs={form.needs} chosen={form.to} onChoose={choose} />
                        {f.rejected.length ? (
                            <details>
                                <summary>
                                    {t(
                                        `候補にしなかった機関とその理由（${f.rejected.length}機関）`,
                                        `Not proposed, and why (${f.rejected.length})`,
                                    )}
                                </summary>
                                <ul>
                                    {f.rejected.map((r) => (
                                        <li key={r.agency}>
                                            {r.name}：{language.value === 'ja' ? r.ja : r.en}
                                        </li>
                                    ))}
                                </ul>
                            </details>
                        ) : null}
                    </>
                )}
            </Show>
            <Again of={declined} draft={draft} onChoose={choose} isTried={isTried} />
            <WhatAndWhy draft={draft} view={p.view} isTried={isTried} />
            <Goes to={form.to} kind={form.kind} items={form.kind === 'information' ? [] : form.items} basis={form.basis} />
            {isTried ? <Missing of={looked} /> : null}
            <Fault of={problem} />
            <p class="acts">
                <Button type="submit" weight="main" busy={isBusy}>
                    {t('送る', 'Send')}
                </Button>
                <Link class="button is-plain" to={`case/${case_id}`}>
                    {t('やめる', 'Back')}
                </Link>
            </p>
        </CheckedForm>
    );
}

/** A coordinator refers on what came back without opening the case: what is asked for is known from the referrals. */
function Unread(p: { case_id: string }): JSX.Element {
    const list = useCall('referral_list', { box: 'case', case_id: p.case_id, limit: 200 });
    return (
        <Show of={list}>
            {(a) => {
                const needs = [...new Set(a.referrals.flatMap((r) => r.needs))].slice(0, MOST_NEEDS);
                return <Compose view={{ case_id: p.case_id, needs, consent: 'not_asked' }} />;
            }}
        </Show>
    );
}

export default function Refer(p: { parts: string[] }): JSX.Element {
    const case_id = p.parts[0] ?? '';
    const view = useCall('case_show', { case_id });
    const isShut = view.problem instanceof Problem && (view.problem.http === 403 || view.problem.http === 404);
    if (isShut && who.value?.role === 'coordinator') return <Unread case_id={case_id} />;
    return (
        <Show of={view}>
            {(v) => (
                <>
                    <Warnings view={v} onEnd={view.again} />
                    <Compose view={v} />
                </>
            )}
        </Show>
    );
}
