// What must be looked at: notices, and emergency readings whose review is due.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { ReviewLine, ReviewOutcome } from '@api';
import { call } from '../../net/call';
import { who } from '../../net/session';
import { options, t, word } from '../../text';
import { ActForm, useAct } from '../../ui/act';
import { AgencyName } from '../../ui/agency';
import { Button, Link } from '../../ui/button';
import { Radios, TextArea } from '../../ui/form';
import { Each, Show, useCall } from '../../ui/load';
import { Due, Moment } from '../../ui/moment';
import { Fault } from '../../ui/notice';
import { Facts, Table } from '../../ui/table';

function Review(p: { of: ReviewLine; again: () => void }): JSX.Element {
    const r = p.of;
    const act = useAct();
    const [outcome, setOutcome] = useState<ReviewOutcome | ''>('');
    const [text, setText] = useState('');
    return (
        <article class="candidate">
            <Facts
                of={[
                    [
                        t('閲覧した人', 'Who read'),
                        <>
                            {r.user}（<AgencyName code={r.agency} />）
                        </>,
                    ],
                    [
                        t('日時', 'When'),
                        <>
                            <Moment at={r.at} />
                            {t('〜', ' – ')}
                            <Moment at={r.until} short />
                        </>,
                    ],
                    [t('理由', 'Why'), word('emergency_reason', r.reason)],
                    [t('本人の説明', 'In their words'), <span class="telling">{r.text}</span>],
                    [t('確認の期限', 'Review due'), <Due at={r.due} />],
                ]}
            />
            {r.user === who.value?.user ? (
                <p>{t('自分の緊急閲覧は、ほかの人が確認します。', 'Somebody else reviews your own reading.')}</p>
            ) : (
                <ActForm
                    act={act}
                    send={t('確認を記録する', 'Record the review')}
                    isReady={outcome !== ''}
                    onDone={p.again}
                    onSend={(key) => call('review_do', { id: r.id, outcome: outcome || 'follow_up', ...(text ? { text } : {}) }, key)}
                >
                    <Radios
                        legend={t('確認の結果', 'Finding')}
                        options={options('review_outcome')}
                        value={outcome}
                        onValue={(v) => setOutcome(v as ReviewOutcome)}
                        required
                    />
                    <TextArea label={t('所見', 'Remarks')} rows={3} value={text} onValue={setText} />
                </ActForm>
            )}
        </article>
    );
}

export default function Notices(): JSX.Element {
    const notices = useCall('notice_list', { limit: 100 }, ['notice']);
    const reviews = useCall('review_list', {}, ['notice']);
    const act = useAct();
    const seen = (notice_id: string): void => {
        void act.run((key) => call('notice_seen', { notice_id }, key)).then((isGood) => isGood && notices.again());
    };
    const canOpen = who.value?.role !== 'auditor';
    return (
        <>
            <h1>{t('お知らせと確認', 'Notices and reviews')}</h1>
            <h2>{t('お知らせ', 'Notices')}</h2>
            <Fault of={act.problem} />
            <Show of={notices}>
                {(a) => (
                    <Table
                        caption={t('お知らせ', 'Notices')}
                        rows={a.notices}
                        rowKey={(n) => n.notice_id}
                        empty={t('新しいお知らせはありません。', 'Nothing new.')}
                        columns={[
                            { name: t('内容', 'What'), cell: (n) => word('notice_kind', n.kind) },
                            {
                                name: t('ケース', 'Case'),
                                cell: (n) =>
                                    n.case_id ? (
                                        canOpen ? (
                                            <Link to={`case/${n.case_id}`}>{n.case_id.slice(0, 8)}</Link>
                                        ) : (
                                            <Link to={`audit/case/${n.case_id}`}>{n.case_id.slice(0, 8)}</Link>
                                        )
                                    ) : (
                                        '－'
                                    ),
                            },
                            { name: t('機関', 'Agency'), cell: (n) => <AgencyName code={n.agency} /> },
                            { name: t('日時', 'When'), cell: (n) => <Moment at={n.at} short /> },
                            { name: t('期限', 'Due'), cell: (n) => <Due at={n.due} /> },
                            {
                                name: t('確認', 'Seen'),
                                cell: (n) => (
                                    <Button
                                        onPress={() => seen(n.notice_id)}
                                        label={t('このお知らせを確認済みにする', 'This notice was seen')}
                                    >
                                        {t('確認済みにする', 'Seen')}
                                    </Button>
                                ),
                            },
                        ]}
                    />
                )}
            </Show>
            <h2>{t('緊急閲覧の確認', 'Emergency readings to review')}</h2>
            <Show of={reviews}>
                {(a) => (
                    <Each of={a.reviews} empty={t('確認するものはありません。', 'Nothing to review.')}>
                        {(r) => <Review key={r.id} of={r} again={reviews.again} />}
                    </Each>
                )}
            </Show>
        </>
    );
}
