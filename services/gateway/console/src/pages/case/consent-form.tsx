// A consent as the person gave it: one purpose, these items, these receivers, until a day, and how it is shown.
import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { CaseView, Evidence, Item, Purpose } from '@api';
import { call } from '../../net/call';
import { useDraft } from '../../net/draft';
import { options, t, word } from '../../text';
import { AgencyPicks } from '../../ui/agency-picker';
import { Button } from '../../ui/button';
import { DayField } from '../../ui/days';
import { Checks, Radios, Select } from '../../ui/form';
import { KeptForm } from '../../ui/kept';
import { useCall } from '../../ui/load';
import { Fault } from '../../ui/notice';
import { brief } from '../../when';

const MOST = 24;
const YEAR_MS = 365 * 86_400_000;
const TOKYO_MS = 9 * 3_600_000;

interface Form {
    person_id: string;
    purpose: Purpose;
    items: Item[];
    isAll: boolean;
    receivers: string[];
    until: string;
    evidence: Evidence | '';
    note: string;
}

/** Whose consent it is: other members are named only after the household was asked for, which is a reading. */
function Whose(p: { case_id: string; value: string; onValue: (person_id: string) => void }): JSX.Element {
    const [isAsked, setAsked] = useState(false);
    if (!isAsked && p.value === p.case_id)
        return (
            <p class="acts">
                <Button onPress={() => setAsked(true)}>
                    {t(
                        '本人でない世帯員の同意を記録する（世帯の閲覧として記録）',
                        'It is another member’s (recorded as a reading of the household)',
                    )}
                </Button>
            </p>
        );
    return <Member {...p} />;
}

function Member(p: { case_id: string; value: string; onValue: (person_id: string) => void }): JSX.Element {
    const people = useCall('people_show', { case_id: p.case_id });
    const others = people.value?.sealed.people.filter((m) => m.person_id !== p.case_id) ?? [];
    return (
        <>
            <Fault of={people.problem} />
            <Select
                label={t('だれの同意か', 'Whose consent')}
                value={p.value}
                onValue={p.onValue}
                options={[
                    [p.case_id, t('本人', 'the person supported')],
                    ...others.map((m) => [m.person_id, `${word('relation', m.relation)}　${m.name ?? ''}`] as [string, string]),
                ]}
            />
        </>
    );
}

export function ConsentForm(p: { view: CaseView; onDone: () => void; onBack: () => void }): JSX.Element {
    const case_id = p.view.case_id;
    const empty = useMemo<Form>(
        () => ({
            person_id: case_id,
            purpose: 'referral',
            items: [],
            isAll: false,
            receivers: [],
            until: new Date(Date.now() + YEAR_MS + TOKYO_MS).toISOString().slice(0, 10),
            evidence: '',
            note: '',
        }),
        [case_id],
    );
    const draft = useDraft<Form>('consent_give', case_id, empty);
    const { value: form, set } = draft;
    const [isTried, setTried] = useState(false);
    const hasReceivers = form.isAll || form.receivers.length > 0;
    const isReady = form.items.length > 0 && hasReceivers && form.evidence !== '' && form.until !== '';
    async function send(key: string): Promise<void> {
        await call(
            'consent_give',
            {
                case_id,
                person_id: form.person_id,
                purpose: form.purpose,
                items: form.items,
                receivers: form.isAll ? [] : form.receivers,
                until: `${form.until}T23:59:59+09:00`,
                evidence: form.evidence || 'oral',
                ...(form.note ? { evidence_note: form.note } : {}),
            },
            key,
        );
    }
    return (
        <section class="group" onSubmitCapture={() => setTried(true)}>
            <h2>{t('同意を記録する', 'Record a consent')}</h2>
            <KeptForm
                draft={draft}
                send={t('記録する', 'Record')}
                isReady={isReady}
                onSend={send}
                onDone={p.onDone}
                more={<Button onPress={p.onBack}>{t('戻る', 'Back')}</Button>}
            >
                <Whose case_id={case_id} value={form.person_id} onValue={(person_id) => set({ person_id })} />
                <Select
                    label={t('何のために', 'For what')}
                    options={options('purpose')}
                    value={form.purpose}
                    onValue={(v) => set({ purpose: v as Purpose })}
                />
                <Checks
                    legend={t('伝えてよい項目', 'What may be shared')}
                    options={options('item')}
                    value={form.items}
                    onValue={(v) => set({ items: v as Item[] })}
                    required
                    fault={isTried && !form.items.length ? t('1つ以上選んでください', 'Choose at least one') : undefined}
                />
                <Radios
                    legend={t('伝えてよい相手', 'With whom')}
                    value={form.isAll ? 'all' : 'named'}
                    onValue={(v) => set({ isAll: v === 'all' })}
                    options={[
                        ['named', t('本人が挙げた機関だけ', 'only the agencies the person named')],
                        ['all', t('このケースの支援に必要な機関すべて', 'every agency that supports this case')],
                    ]}
                />
                {form.isAll ? null : (
                    <AgencyPicks
                        label={t('機関', 'Agencies')}
                        value={form.receivers}
                        onValue={(receivers) => set({ receivers })}
                        most={MOST}
                        required
                        fault={isTried && !hasReceivers ? t('1つ以上選んでください', 'Choose at least one') : undefined}
                    />
                )}
                <DayField label={t('いつまで', 'Until')} value={form.until} onValue={(until) => set({ until })} />
                <Select
                    label={t('どう確かめたか', 'How it is shown')}
                    options={options('evidence')}
                    empty={t('選んでください', 'Choose')}
                    value={form.evidence}
                    onValue={(v) => set({ evidence: v as Evidence })}
                    required
                    fault={isTried && !form.evidence ? t('選んでください', 'Choose one') : undefined}
                />
                <Select
                    label={t('書面や会話を書いた経過記録', 'The note that holds it')}
                    empty={t('なし', 'none')}
                    value={form.note}
                    onValue={(note) => set({ note })}
                    options={p.view.notes.toReversed().map((n) => [n.note_id, `${brief(new Date(n.at))} ${word('note_kind', n.kind)}`])}
                />
            </KeptForm>
        </section>
    );
}
