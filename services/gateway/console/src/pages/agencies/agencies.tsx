// The directory, for everybody: who there is and what they do.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Need } from '@api';
import { options, t, word } from '../../text';
import { Link } from '../../ui/button';
import { Select, TextField } from '../../ui/form';
import { Show, useCall } from '../../ui/load';
import { Badge } from '../../ui/notice';
import { Facts, Table } from '../../ui/table';

function One(p: { code: string }): JSX.Element {
    const one = useCall('agency_show', { agency: p.code });
    return (
        <Show of={one}>
            {(a) => (
                <>
                    <h1>{a.name}</h1>
                    <Facts
                        of={[
                            [t('機関コード', 'Code'), a.agency],
                            [t('種別', 'Kind'), a.kind],
                            a.parent ? [t('所管', 'Part of'), a.parent] : null,
                            [
                                t('つなぎの受入', 'Receives referrals'),
                                a.can_receive_referral ? t('受け入れる', 'yes') : t('受け入れない', 'no'),
                            ],
                            [t('担当地域', 'Areas'), a.areas.map((x) => word('area', x)).join('、')],
                            a.aliases.length ? [t('別名', 'Other names'), a.aliases.join('、')] : null,
                            a.note ? [t('備考', 'Note'), a.note] : null,
                        ]}
                    />
                    <h2>{t('事業', 'Programmes')}</h2>
                    <ul>
                        {a.programmes.map((x) => (
                            <li key={x.id}>{x.name}</li>
                        ))}
                    </ul>
                    <p>
                        <Link to="agencies">{t('機関の一覧へ', 'All agencies')}</Link>
                    </p>
                </>
            )}
        </Show>
    );
}

function All(): JSX.Element {
    const [text, setText] = useState('');
    const [need, setNeed] = useState('');
    const list = useCall('agency_find', {
        limit: 200,
        ...(text.trim() ? { text: text.trim() } : {}),
        ...(need ? { need: need as Need } : {}),
    });
    return (
        <>
            <h1>{t('機関をさがす', 'Agencies')}</h1>
            <div class="columns">
                <TextField label={t('名前', 'Name')} type="search" value={text} onValue={setText} />
                <Select label={t('課題', 'Need')} options={options('need')} empty={t('すべて', 'any')} value={need} onValue={setNeed} />
            </div>
            <Show of={list}>
                {(a) => (
                    <Table
                        caption={t('機関の一覧', 'Agencies')}
                        rows={a.agencies}
                        rowKey={(x) => x.agency}
                        empty={t('見つかりません。', 'None found.')}
                        columns={[
                            { name: t('機関', 'Agency'), cell: (x) => <Link to={`agencies/${x.agency}`}>{x.name}</Link> },
                            { name: t('コード', 'Code'), cell: (x) => x.agency },
                            { name: t('地域', 'Areas'), cell: (x) => x.areas.map((y) => word('area', y)).join('、') },
                            {
                                name: t('受入', 'Receives'),
                                cell: (x) => (x.can_receive_referral ? <Badge tone="good">{t('受入', 'yes')}</Badge> : '－'),
                            },
                        ]}
                    />
                )}
            </Show>
        </>
    );
}

export default function Agencies(p: { parts: string[] }): JSX.Element {
    return p.parts[0] ? <One code={p.parts[0]} /> : <All />;
}
