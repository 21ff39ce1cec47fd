// The かしまる会議 this agency is invited to, or calls.
import type { JSX } from 'preact';
import { t, word } from '../../text';
import { Link } from '../../ui/button';
import { Show, useCall } from '../../ui/load';
import { Moment } from '../../ui/moment';
import { Badge } from '../../ui/notice';
import { Table } from '../../ui/table';

export default function Meetings(): JSX.Element {
    const list = useCall('meeting_list', { limit: 100 }, ['meeting']);
    return (
        <>
            <h1>{t('かしまる会議', 'Meetings')}</h1>
            <Show of={list}>
                {(a) => (
                    <Table
                        caption={t('会議の一覧', 'Meetings')}
                        rows={a.meetings}
                        rowKey={(m) => m.meeting_id}
                        empty={t('会議の予定はありません。', 'No meetings.')}
                        columns={[
                            {
                                name: t('日時', 'When'),
                                cell: (m) => (
                                    <Link to={`meeting/${m.meeting_id}`}>
                                        {m.starts ? <Moment at={m.starts} /> : t('日程調整中', 'not fixed yet')}
                                    </Link>
                                ),
                            },
                            {
                                name: t('状態', 'State'),
                                cell: (m) => (
                                    <Badge tone={m.state === 'proposed' ? 'warn' : 'plain'}>{word('meeting_state', m.state)}</Badge>
                                ),
                            },
                            { name: t('招集の理由', 'Called by'), cell: (m) => word('meeting_why', m.called_by) },
                            { name: t('地域', 'Area'), cell: (m) => word('area', m.area) },
                            { name: t('日程の回答', 'Answers'), cell: (m) => `${m.answered} / ${m.invited}`, isNumber: true },
                        ]}
                    />
                )}
            </Show>
        </>
    );
}
