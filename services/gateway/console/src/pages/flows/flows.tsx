// Where cases flow and where they stick: sums over all cases, for coordinators and auditors; each picture with its table.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { FlowLine, FlowShow, LoadLine } from '@api';
import { Bars, type Bar } from '../../picture/bars';
import { FlowPicture, PAIRS_SHOWN } from '../../picture/flow';
import { who } from '../../net/session';
import '../../style/pictures.css';
import { t } from '../../text';
import { agencyName, AgencyName } from '../../ui/agency';
import { Button } from '../../ui/button';
import { OPEN, PeriodFields, within } from '../../ui/days';
import { Show, useCall } from '../../ui/load';
import { Moment } from '../../ui/moment';
import { Badge } from '../../ui/notice';
import { Table } from '../../ui/table';
import { span } from '../../when';

const BARS_SHOWN = 20;
const BARS_TOLD = 5;

const took = (seconds: number | undefined): string => (seconds === undefined ? '－' : span(seconds));

function shown(most: number, all: number): JSX.Element | null {
    return all > most ? (
        <p class="hint">
            {t(`図は多い順に${most}組までです。表にはすべてあります。`, `The picture has the first ${most}; the table has all.`)}
        </p>
    ) : null;
}

/** The picture of so many bars, to whoever hears it: the first of them, and where the others stand. */
function told(what: string, bars: readonly Bar[]): string {
    const first = bars
        .slice(0, BARS_TOLD)
        .map((b) => `${b.name} ${b.words}`)
        .join(t('、', '; '));
    return t(`${what}：${first}。すべては下の表にあります。`, `${what}: ${first}. All are in the table below.`);
}

function Flow(p: { of: readonly FlowLine[] }): JSX.Element {
    return (
        <>
            <h3>{t('だれからだれへ', 'Who hands to whom')}</h3>
            <FlowPicture flows={p.of} />
            {shown(PAIRS_SHOWN, p.of.length)}
            <Table
                caption={t('つなぎの流れ', 'Flow of referrals')}
                rows={p.of}
                rowKey={(f) => `${f.sender}>${f.receiver}`}
                empty={t('この期間につなぎはありません。', 'No referral in this period.')}
                columns={[
                    { name: t('つなぎ元', 'From'), cell: (f) => <AgencyName code={f.sender} /> },
                    { name: t('つなぎ先', 'To'), cell: (f) => <AgencyName code={f.receiver} /> },
                    { name: t('送付', 'Sent'), cell: (f) => f.sent.toLocaleString(), isNumber: true },
                    { name: t('受入', 'Accepted'), cell: (f) => f.accepted.toLocaleString(), isNumber: true },
                    { name: t('差戻し', 'Came back'), cell: (f) => f.returned.toLocaleString(), isNumber: true },
                    { name: t('回答待ち', 'Waiting'), cell: (f) => f.unanswered.toLocaleString(), isNumber: true },
                ]}
            />
        </>
    );
}

function Answers(p: { of: readonly FlowLine[] }): JSX.Element | null {
    const answered = p.of.filter((f) => f.median_s !== undefined);
    if (!answered.length) return null;
    const bars = answered.slice(0, BARS_SHOWN).map((f) => {
        const median = f.median_s ?? 0;
        const p90 = f.p90_s ?? median;
        return {
            key: `${f.sender}>${f.receiver}`,
            name: `${agencyName(f.sender)} → ${agencyName(f.receiver)}`,
            words: t(`中央値 ${span(median)}・9割 ${span(p90)}`, `median ${span(median)}, 90 % ${span(p90)}`),
            parts: [
                { value: median, look: 'solid' as const },
                { value: p90 - median, look: 'hollow' as const },
            ],
        };
    });
    return (
        <>
            <h3>{t('回答までの時間', 'How long answers take')}</h3>
            <Bars
                name={t('回答までの時間の図', 'Picture: how long answers take')}
                label={told(t('回答までの時間', 'How long answers take'), bars)}
                bars={bars}
                legend={[
                    ['solid', t('中央値まで（半分はこれより早い）', 'median: half were faster')],
                    ['hollow', t('9割の回答まで', 'nine of ten answers')],
                ]}
            />
            {shown(BARS_SHOWN, answered.length)}
            <Table
                caption={t('回答までの時間', 'How long answers take')}
                rows={answered}
                rowKey={(f) => `${f.sender}>${f.receiver}`}
                empty="－"
                columns={[
                    { name: t('つなぎ元', 'From'), cell: (f) => <AgencyName code={f.sender} /> },
                    { name: t('つなぎ先', 'To'), cell: (f) => <AgencyName code={f.receiver} /> },
                    { name: t('中央値', 'Median'), cell: (f) => took(f.median_s), isNumber: true },
                    { name: t('9割', '90 %'), cell: (f) => took(f.p90_s), isNumber: true },
                ]}
            />
        </>
    );
}

function Desks(p: { of: readonly LoadLine[] }): JSX.Element {
    const bars = p.of.slice(0, BARS_SHOWN).map((l) => ({
        key: l.agency,
        name: agencyName(l.agency),
        words: t(
            `主担当 ${l.leads}・支援中 ${l.active}・回答待ち ${l.offers}${l.offers_late ? `（期限超過 ${l.offers_late}）` : ''}`,
            `leads ${l.leads}, supports ${l.active}, waiting ${l.offers}${l.offers_late ? ` (late ${l.offers_late})` : ''}`,
        ),
        parts: [
            { value: l.leads, look: 'solid' as const },
            { value: l.active, look: 'striped' as const },
            { value: l.offers - l.offers_late, look: 'hollow' as const },
            { value: l.offers_late, look: 'dotted' as const },
        ],
    }));
    return (
        <>
            <Bars
                name={t('機関ごとの件数の図', 'Picture: load per agency')}
                label={told(t('機関ごとの件数', 'Load per agency'), bars)}
                bars={bars}
                legend={[
                    ['solid', t('主担当', 'leads')],
                    ['striped', t('支援中', 'supports')],
                    ['hollow', t('回答待ち', 'waiting for its answer')],
                    ['dotted', t('回答待ち（期限超過）', 'waiting, late')],
                ]}
            />
            {shown(BARS_SHOWN, p.of.length)}
            <Table
                caption={t('機関ごとの件数', 'Load per agency')}
                rows={p.of}
                rowKey={(l) => l.agency}
                empty={t('まだありません。', 'None yet.')}
                columns={[
                    { name: t('機関', 'Agency'), cell: (l) => <AgencyName code={l.agency} /> },
                    { name: t('主担当', 'Leads'), cell: (l) => l.leads.toLocaleString(), isNumber: true },
                    { name: t('支援中', 'Supports'), cell: (l) => l.active.toLocaleString(), isNumber: true },
                    { name: t('回答待ち', 'Waiting'), cell: (l) => l.offers.toLocaleString(), isNumber: true },
                    {
                        name: t('うち期限超過', 'Of them late'),
                        cell: (l) => (l.offers_late ? <Badge tone="bad">{l.offers_late.toLocaleString()}</Badge> : '0'),
                        isNumber: true,
                    },
                ]}
            />
        </>
    );
}

function Asking(p: { onAsk: (of: FlowShow) => void }): JSX.Element {
    const [period, setPeriod] = useState(OPEN);
    return (
        <form
            onSubmit={(e) => {
                e.preventDefault();
                p.onAsk(within(period));
            }}
        >
            <div class="columns">
                <PeriodFields
                    value={period}
                    onValue={setPeriod}
                    hints={{ since: t('空欄は90日前から', 'empty: 90 days back'), until: t('空欄は現在まで', 'empty: until now') }}
                />
            </div>
            <p class="acts">
                <Button type="submit" weight="main">
                    {t('この期間を見る', 'Show this period')}
                </Button>
            </p>
        </form>
    );
}

export default function Flows(): JSX.Element {
    const [asked, setAsked] = useState<FlowShow>({});
    const flows = useCall('flow_show', asked);
    const loads = useCall('load_show', {});
    return (
        <>
            <h1>{t('つなぎの流れと件数', 'Flows and load')}</h1>
            {who.value?.role === 'auditor' ? <p class="hint">{t('照会は記録されます。', 'What you ask is recorded.')}</p> : null}
            <h2>{t('いま機関にあるもの', 'On each desk now')}</h2>
            <Show of={loads}>
                {(a) => (
                    <>
                        <p class="hint">
                            <Moment at={a.at} />
                            {t('の時点', '')}
                        </p>
                        <Desks of={a.loads} />
                    </>
                )}
            </Show>
            <h2>{t('つなぎ', 'Referrals')}</h2>
            <Asking onAsk={setAsked} />
            <Show of={flows}>
                {(a) => (
                    <>
                        <p class="hint">
                            <Moment at={a.since} />
                            {t('から', ' to ')}
                            <Moment at={a.until} />
                            {t('の前までに送られたもの', '')}
                        </p>
                        <Flow of={a.flows} />
                        <Answers of={a.flows} />
                    </>
                )}
            </Show>
        </>
    );
}
