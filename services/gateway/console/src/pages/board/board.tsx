// What a coordinator must not lose sight of: what nobody answered, what came back, and the cases that need more than one agency. Only what still
// needs somebody is here: it goes when the case is closed or somebody else is asked.
import type { JSX } from 'preact';
import { t, word } from '../../text';
import { Link } from '../../ui/button';
import { Show, useCall } from '../../ui/load';
import { Moment } from '../../ui/moment';
import { Table } from '../../ui/table';
import { aloneColumns, useCases } from '../work/cases';
import { Part } from '../work/part';
import { backColumns, useBox } from '../work/referrals';

const keyOf = (r: { ref_id: string }): string => r.ref_id;

function Meetings(): JSX.Element {
    const meetings = useCall('meeting_list', { limit: 100 }, ['meeting']);
    const rows = meetings.value?.meetings.filter((m) => m.state === 'proposed') ?? [];
    const title = t('日程を調整する会議', 'Meetings to arrange');
    return (
        <section>
            <h2>
                {title}
                {meetings.value ? t(`（${rows.length}件）`, ` (${rows.length})`) : ''}
            </h2>
            <Show of={meetings}>
                {() => (
                    <Table
                        caption={title}
                        rows={rows}
                        rowKey={(m) => m.meeting_id}
                        empty={t('ありません。', 'None.')}
                        columns={[
                            {
                                name: t('会議', 'Meeting'),
                                cell: (m) => <Link to={`meeting/${m.meeting_id}`}>{word('meeting_why', m.called_by)}</Link>,
                            },
                            { name: t('地域', 'Area'), cell: (m) => word('area', m.area) },
                            { name: t('招集', 'Called'), cell: (m) => <Moment at={m.called_at} short /> },
                            { name: t('日程の回答', 'Answers'), cell: (m) => `${m.answered} / ${m.invited}`, isNumber: true },
                        ]}
                    />
                )}
            </Show>
        </section>
    );
}

export default function Board(): JSX.Element {
    return (
        <>
            <h1>{t('調整ボード', 'Board')}</h1>
            <p class="hint">
                {t(
                    'まだだれも引き継いでいないものだけを、長く待っているものから載せています。ケースが終結するか、ほかの機関へつなぎ直すと消えます。',
                    'Only what nobody has taken up, longest waiting first. It goes when the case is closed or another agency is asked.',
                )}
            </p>
            <Part
                title={t('期限切れ（だれも答えていない）', 'Expired: nobody answered')}
                caption={t('期限切れ', 'Expired')}
                list={useBox('expired')}
                columns={backColumns(true)}
                rowKey={keyOf}
                empty={t('期限切れはありません。', 'None.')}
            />
            <Part
                title={t('差し戻し', 'Returned')}
                list={useBox('refused')}
                columns={backColumns(true)}
                rowKey={keyOf}
                empty={t('差し戻しはありません。', 'None.')}
            />
            <Meetings />
            <Part
                title={t('分野が2つ以上なのに1機関だけのケース', 'Needs of two fields or more, one agency')}
                list={useCases('alone')}
                columns={aloneColumns()}
                rowKey={(c) => c.case_id}
                empty={t('ありません。', 'None.')}
            >
                <p class="hint">
                    {t(
                        '課題が2つ以上の分野にわたるのに、支援しているのは主担当の機関だけで、ほかの機関への打診も小会議の招集もないケースです。',
                        'Their needs are of two fields or more, yet only their lead supports them: nobody else is asked, no meeting is called.',
                    )}
                </p>
            </Part>
        </>
    );
}
