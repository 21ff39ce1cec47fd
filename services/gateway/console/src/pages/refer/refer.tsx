// Who could carry this case, why, and what they would be told on which ground; nothing is sent before all three stand on the screen.
import type { JSX } from 'preact';
import { useMemo, useRef, useState } from 'preact/hooks';
import type { BasisLine, Candidate, CaseView, Item, LegalBasis, Need, Purpose, ReferralKind, ReferralLine, ReferralStateIs } from '@api';
import { call } from '../../net/call';
import { useDraft, type Draft } from '../../net/draft';
import { Problem } from '../../net/problem';
import { who } from '../../net/session';
import { language, options, t, word } from '../../text';
import { Button, Link } from '../../ui/button';
import { Checks, Radios, Select, TextArea } from '../../ui/form';
import { Kept } from '../../ui/kept';
import { Show, useCall } from '../../ui/load';
import { Moment } from '../../ui/moment';
import { Needs } from '../../ui/needs';
import { Fault, Notice } from '../../ui/notice';
import { AgencyName, useAgencyNames } from '../../ui/agency';
import { Warnings } from '../case/warnings';

/** What must be known of a case to refer it. */
type About = Pick<CaseView, 'case_id' | 'needs' | 'consent'>;

interface Form {
    to: string[];
    kind: ReferralKind;
    needs: Need[];
    items: Item[];
    basis: LegalBasis;
    purpose: Purpose;
    override: string;
}

const MOST_NEEDS = 12;

const KINDS: readonly ReferralKind[] = ['transfer', 'added_support', 'consult', 'information'];

function One(p: { of: Candidate; isChosen: boolean; onChoose: () => void }): JSX.Element {
    const c = p.of;
    return (
        <article class={p.isChosen ? 'candidate is-chosen' : 'candidate'}>
            <h3>{c.name}</h3>
            <p>
                {t('対応する課題：', 'Covers: ')}
                {c.covers.length
                    ? c.covers.map((n) => word('need', n)).join('、')
                    : t('なし（つなぎ先を一緒に考えます）', 'none; they help to find who does')}
            </p>
            <h4>{t('候補にした理由', 'Why')}</h4>
            <ul>
                {c.reasons.map((r) => (
                    <li key={r.name}>{language.value === 'ja' ? r.ja : r.en}</li>
                ))}
            </ul>
            <Button
                weight={p.isChosen ? 'main' : 'plain'}
                onPress={p.onChoose}
                label={p.isChosen ? t(`${c.name}を選択中`, `Chosen: ${c.name}`) : t(`${c.name}を選ぶ`, `Choose ${c.name}`)}
            >
                {p.isChosen ? <span aria-hidden="true">✓</span> : null}
                {p.isChosen ? t('選択中', 'Chosen') : t('選ぶ', 'Choose')}
            </Button>
        </article>
    );
}

const FIRST_SHOWN = 3;

/** The best with all their reasons; the others when asked for. Whoever is chosen stays in sight. */
function Candidates(p: { of: readonly Candidate[]; chosen: readonly string[]; onChoose: (agency: string) => void }): JSX.Element {
    const first = p.of.filter((c, i) => i < FIRST_SHOWN || p.chosen.includes(c.agency));
    const others = p.of.filter((c) => !first.includes(c));
    const grid = (list: readonly Candidate[]): JSX.Element => (
        <div class="candidates">
            {list.map((c) => (
                <One key={c.agency} of={c} isChosen={p.chosen.includes(c.agency)} onChoose={() => p.onChoose(c.agency)} />
            ))}
        </div>
    );
    return (
        <>
            {grid(first)}
            {others.length ? (
                <details>
                    <summary>{t(`ほかの候補（${others.length}機関）`, `Others who could (${others.length})`)}</summary>
                    {grid(others)}
                </details>
            ) : null}
        </>
    );
}

/** What this ground covers, in words, beside what was ticked. */
function Ground(p: { bases: readonly BasisLine[]; form: Form }): JSX.Element | null {
    const basis = p.bases.find((b) => b.code === p.form.basis);
    if (!basis) return null;
    const beyond = p.form.items.filter((i) => !basis.items.includes(i));
    return beyond.length ? (
        <Notice tone="warn" title={t('この根拠では渡せない項目があります', 'This ground does not cover all of it')}>
            <p>{beyond.map((i) => word('item', i)).join('、')}</p>
        </Notice>
    ) : (
        <p class="hint">{basis.law}</p>
    );
}

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

function WhatAndWhy(p: { draft: Draft<Form>; view: About; isTried: boolean }): JSX.Element {
    const { value: form, set } = p.draft;
    const bases = useCall('basis_list', {});
    const needsItems = form.kind !== 'information';
    return (
        <>
            <h2>{t('2. 何を、どの根拠で渡すか', '2. What they are told, and on which ground')}</h2>
            <Radios
                legend={t('つなぎ方', 'What accepting does')}
                options={options('referral_kind', KINDS)}
                value={form.kind}
                onValue={(v) => set({ kind: v as ReferralKind })}
            />
            <Needs
                value={form.needs}
                only={p.view.needs}
                onValue={(needs) => set({ needs })}
                fault={p.isTried && !form.needs.length ? t('1つ以上選んでください', 'Choose at least one') : undefined}
            />
            {needsItems ? (
                <Checks
                    legend={t('渡す情報', 'What is disclosed')}
                    options={options('item')}
                    value={form.items}
                    onValue={(v) => set({ items: v as Item[] })}
                    hint={t('必要なものだけを。渡した記録が残ります。', 'Only what is needed. What is given is written down.')}
                />
            ) : null}
            <div class="columns">
                <Show of={bases}>
                    {(b) => (
                        <Select
                            label={t('根拠', 'Ground')}
                            options={options(
                                'legal_basis',
                                b.bases.map((x) => x.code),
                            )}
                            value={form.basis}
                            onValue={(v) => set({ basis: v as LegalBasis })}
                        />
                    )}
                </Show>
                <Select
                    label={t('目的', 'For')}
                    options={options('purpose')}
                    value={form.purpose}
                    onValue={(v) => set({ purpose: v as Purpose })}
                />
            </div>
            {bases.value ? <Ground bases={bases.value.bases} form={form} /> : null}
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
    async function send(): Promise<void> {
        setTried(true);
        if (!form.to.length || !form.needs.length || (isAgain && !form.override.trim()) || isBusy) return;
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
        <>
            <h1>{t('つなぐ', 'Refer')}</h1>
            <Kept state={draft.state} />
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
                        <Candidates of={f.candidates} chosen={form.to} onChoose={choose} />
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
            {isTried && !form.to.length ? <p class="fault">{t('つなぎ先を選んでください', 'Choose who is asked')}</p> : null}
            <WhatAndWhy draft={draft} view={p.view} isTried={isTried} />
            <Fault of={problem} />
            <p class="acts">
                <Button weight="main" busy={isBusy} onPress={() => void send()}>
                    {t('送る', 'Send')}
                </Button>
            </p>
        </>
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
