// What was given to whom, on which ground.
import type { JSX } from 'preact';
import { t, word } from '../../text';
import { AgencyName } from '../../ui/agency';
import { Show, useCall } from '../../ui/load';
import { Moment } from '../../ui/moment';
import { Table } from '../../ui/table';

export function Disclosures(p: { case_id: string }): JSX.Element {
    const list = useCall('disclosure_list', { case_id: p.case_id }, [`case:${p.case_id}`]);
    return (
        <Show of={list}>
            {(a) => (
                <Table
                    caption={t('提供記録', 'Disclosures')}
                    rows={a.disclosures}
                    rowKey={(d) => d.disclosure_id}
                    empty={t('提供した情報はありません。', 'Nothing was disclosed.')}
                    columns={[
                        { name: t('日時', 'When'), cell: (d) => <Moment at={d.at} short /> },
                        { name: t('提供元', 'From'), cell: (d) => <AgencyName code={d.from} /> },
                        { name: t('提供先', 'To'), cell: (d) => <AgencyName code={d.receiver} /> },
                        { name: t('項目', 'Items'), cell: (d) => d.items.map((i) => word('item', i)).join('、') },
                        { name: t('根拠', 'Ground'), cell: (d) => word('legal_basis', d.basis) },
                        { name: t('目的', 'For'), cell: (d) => word('purpose', d.purpose) },
                    ]}
                />
            )}
        </Show>
    );
}
