// The directory, for everybody: who there is, whom they serve and where; whoever keeps it goes on from here to change it.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { AgencyLine, AgencyView, Area, Need } from '@api';
import { who } from '../../net/session';
import { options, t, word } from '../../text';
import { Button, Link } from '../../ui/button';
import { Select, TextField } from '../../ui/form';
import { Show, useCall } from '../../ui/load';
import { Moment } from '../../ui/moment';
import { Badge } from '../../ui/notice';
import { Facts, Table } from '../../ui/table';

const isKeeper = (): boolean => who.value?.role === 'administrator';

function areasOf(a: Pick<AgencyLine, 'areas'>): string {
    return a.areas.length ? a.areas.map((x) => word('area', x)).join('、') : t('区域を限らない', 'the whole city');
}

function listed(values: readonly string[]): string {
    return values.length ? values.join('、') : t('なし', 'none');
}

function Programmes(p: { of: AgencyView }): JSX.Element {
    return (
        <>
            <h2>{t('事業', 'Programmes')}</h2>
            {p.of.programmes.length ? (
                <ul>
                    {p.of.programmes.map((x) => (
                        <li key={x.id}>{x.name}</li>
                    ))}
                </ul>
            ) : (
                <p class="empty">{t('登録された事業はありません。', 'No programme is listed.')}</p>
            )}
        </>
    );
}

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
                            [t('担当地域', 'Areas'), areasOf(a)],
                            [t('対象', 'Whom it serves'), listed(a.targets)],
                            a.aliases.length ? [t('別名', 'Other names'), a.aliases.join('、')] : null,
                            a.note ? [t('備考', 'Note'), a.note] : null,
                            a.valid_to ? [t('なくなる日', 'Ends on'), <Moment at={`${a.valid_to}T00:00:00+09:00`} dateOnly />] : null,
                        ]}
                    />
                    <Programmes of={a} />
                    <p class="acts">
                        {isKeeper() ? (
                            <Link class="button is-main" to={`directory/agency/${a.agency}`}>
                                {t('変更する', 'Change')}
                            </Link>
                        ) : null}
                        <Link class="button" to="agencies">
                            {t('機関の一覧へ', 'All agencies')}
                        </Link>
                    </p>
                </>
            )}
        </Show>
    );
}

const STEP = 25;
const MOST = 200;

function Lines(p: { of: readonly AgencyLine[] }): JSX.Element {
    return (
        <Table
            caption={t('機関の一覧', 'Agencies')}
            rows={p.of}
            rowKey={(x) => x.agency}
            empty={t(
                '見つかりません。言葉を短くするか、課題や地域を「すべて」にしてください。',
                'None found: try fewer words, or any need and area.',
            )}
            columns={[
                { name: t('機関', 'Agency'), cell: (x) => <Link to={`agencies/${x.agency}`}>{x.name}</Link> },
                { name: t('種別', 'Kind'), cell: (x) => x.kind },
                { name: t('地域', 'Areas'), cell: areasOf },
                {
                    name: t('つなぎ', 'Referrals'),
                    cell: (x) => (x.can_receive_referral ? <Badge tone="good">{t('受入', 'yes')}</Badge> : t('受け入れない', 'no')),
                },
            ]}
        />
    );
}

function All(): JSX.Element {
    const [text, setText] = useState('');
    const [need, setNeed] = useState('');
    const [area, setArea] = useState('');
    const [most, setMost] = useState(STEP);
    const sought = text.trim();
    const list = useCall('agency_find', {
        limit: Math.min(most + 1, MOST), // one more than is shown says whether there are more
        ...(sought ? { text: sought } : {}),
        ...(need ? { need: need as Need } : {}),
        ...(area ? { area: area as Area } : {}),
    });
    const narrow = (set: (value: string) => void) => (value: string) => {
        set(value);
        setMost(STEP);
    };
    return (
        <>
            <h1>{t('機関をさがす', 'Agencies')}</h1>
            <div class="columns">
                <TextField label={t('名前', 'Name')} type="search" value={text} onValue={narrow(setText)} />
                <Select
                    label={t('課題', 'Need')}
                    options={options('need')}
                    empty={t('すべて', 'any')}
                    value={need}
                    onValue={narrow(setNeed)}
                />
                <Select
                    label={t('地域', 'Area')}
                    options={options('area', ['north', 'central', 'south', 'east'])}
                    empty={t('すべて', 'any')}
                    hint={t('区域を限らない機関も出ます', 'With those of the whole city')}
                    value={area}
                    onValue={narrow(setArea)}
                />
            </div>
            {isKeeper() ? (
                <p class="acts">
                    <Link class="button" to="directory/agency">
                        {t('機関を加える', 'Add an agency')}
                    </Link>
                </p>
            ) : null}
            <Show of={list}>
                {(a) => {
                    const hasMore = a.agencies.length > most || (most >= MOST && a.agencies.length === MOST);
                    const shown = a.agencies.slice(0, most);
                    return (
                        <>
                            <p class="hint" role="status">
                                {hasMore
                                    ? t(`はじめの ${shown.length}件`, `The first ${shown.length}`)
                                    : t(`${shown.length}件`, `${shown.length} found`)}
                            </p>
                            <Lines of={shown} />
                            {hasMore && most < MOST ? (
                                <p class="acts">
                                    <Button busy={list.isBusy} onPress={() => setMost(Math.min(most + STEP, MOST))}>
                                        {t(`次の ${STEP}件も見る`, `${STEP} more`)}
                                    </Button>
                                </p>
                            ) : null}
                            {hasMore && most >= MOST ? (
                                <p class="hint">{t('名前・課題・地域でしぼってください。', 'Narrow it by name, need or area.')}</p>
                            ) : null}
                        </>
                    );
                }}
            </Show>
        </>
    );
}

export default function Agencies(p: { parts: string[] }): JSX.Element {
    return p.parts[0] ? <One code={p.parts[0]} /> : <All />;
}
