// Who holds the case, who stands beside, and who works on it here.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { CaseView } from '@api';
import { call } from '../../net/call';
import { who } from '../../net/session';
import { t } from '../../text';
import { ActForm, useAct } from '../../ui/act';
import { AgencyName } from '../../ui/agency';
import { Button } from '../../ui/button';
import { Ask } from '../../ui/dialog';
import { Checks, TextField } from '../../ui/form';
import { Show, useCall } from '../../ui/load';
import { Moment } from '../../ui/moment';
import { Badge } from '../../ui/notice';
import { Facts, Table } from '../../ui/table';

/** Whoever names the first one, and is no lead, would see no more of the case: they come along unless they say otherwise. */
function Add(p: { case_id: string; team: readonly string[]; onDone: () => void }): JSX.Element {
    const me = who.value?.user ?? '';
    const act = useAct();
    const [user, setUser] = useState('');
    const [meToo, setMeToo] = useState(true);
    const name = user.trim();
    const isLead = who.value?.role === 'team_lead' || who.value?.role === 'coordinator';
    const isFirst = p.team.length === 0;
    const asksMe = isFirst && !isLead && name !== '' && name !== me;
    const add = (of: string, key: string): Promise<unknown> => call('team_put', { case_id: p.case_id, user: of, action: 'add' }, key);
    async function send(key: string): Promise<void> {
        if (asksMe && meToo) await add(me, crypto.randomUUID());
        await add(name, key);
    }
    const done = (): void => {
        setUser('');
        p.onDone();
    };
    return (
        <>
            {isFirst ? (
                <p class="hint">
                    {t(
                        'だれかを決めると、この機関では、担当者と所属長・調整担当だけがこのケースを見られるようになります。',
                        'Once somebody is named, only they, the team lead and coordinators of this agency see the case.',
                    )}
                </p>
            ) : null}
            {p.team.includes(me) ? null : (
                <p class="acts">
                    <Button busy={act.isBusy} onPress={() => void act.run((key) => add(me, key)).then((isGood) => isGood && done())}>
                        {t('自分が担当する', 'I work on it')}
                    </Button>
                </p>
            )}
            <ActForm act={act} send={t('担当に加える', 'Put on the team')} isReady={name !== ''} onSend={send} onDone={done}>
                <TextField
                    label={t('担当者の利用者名', 'User name')}
                    hint={t('サインインに使う名前です。', 'The name they sign in with.')}
                    value={user}
                    onValue={setUser}
                    maxLength={63}
                    required
                />
                {asksMe ? (
                    <Checks
                        legend={t('あなたも続けて見るとき', 'To go on seeing it yourself')}
                        options={[['me', t('自分も担当に入る', 'I am on the team, too')]]}
                        value={meToo ? ['me'] : []}
                        onValue={(v) => setMeToo(v.length > 0)}
                    />
                ) : null}
            </ActForm>
        </>
    );
}

function Team(p: { case_id: string; mayChange: boolean }): JSX.Element {
    const team = useCall('team_show', { case_id: p.case_id }, [`case:${p.case_id}`]);
    const [leaving, setLeaving] = useState<string | null>(null);
    const isMe = leaving === who.value?.user;
    return (
        <>
            <h2>{t('担当者', 'Who works on it here')}</h2>
            <Show of={team}>
                {(a) => (
                    <>
                        <Table
                            caption={t('担当者', 'Case team')}
                            rows={a.team}
                            rowKey={(m) => m.user}
                            empty={t('決まっていません（機関の職員が担当）', 'Nobody is named: the agency’s staff')}
                            columns={[
                                {
                                    name: t('利用者', 'User'),
                                    cell: (m) => (m.user === who.value?.user ? t(`${m.user}（あなた）`, `${m.user} (you)`) : m.user),
                                },
                                { name: t('から', 'From'), cell: (m) => <Moment at={m.since} short /> },
                                ...(p.mayChange
                                    ? [
                                          {
                                              name: t('操作', 'Do'),
                                              cell: (m: { user: string }) => (
                                                  <Button
                                                      onPress={() => setLeaving(m.user)}
                                                      label={t(`${m.user} を担当から外す`, `Take ${m.user} off`)}
                                                  >
                                                      {t('外す', 'Take off')}
                                                  </Button>
                                              ),
                                          },
                                      ]
                                    : []),
                            ]}
                        />
                        {p.mayChange ? <Add case_id={p.case_id} team={a.team.map((m) => m.user)} onDone={team.again} /> : null}
                    </>
                )}
            </Show>
            {leaving ? (
                <Ask
                    title={t(`${leaving} を担当から外しますか`, `Take ${leaving} off the team?`)}
                    yes={t('外す', 'Take off')}
                    onClose={() => setLeaving(null)}
                    onYes={(key) => call('team_put', { case_id: p.case_id, user: leaving, action: 'remove' }, key)}
                    onDone={() => {
                        setLeaving(null);
                        team.again();
                    }}
                >
                    <p>
                        {isMe
                            ? t('外れると、あなたはこのケースを見られなくなることがあります。', 'You may no longer see this case then.')
                            : t('外すと、この人はこのケースを見られなくなることがあります。', 'They may no longer see this case then.')}
                    </p>
                </Ask>
            ) : null}
        </>
    );
}

export function Members(p: { view: CaseView }): JSX.Element {
    const case_id = p.view.case_id;
    const custody = useCall('custody_show', { case_id }, [`case:${case_id}`]);
    return (
        <>
            <Show of={custody}>
                {(c) => (
                    <>
                        <Facts
                            of={[
                                [
                                    t('主担当', 'Lead'),
                                    <>
                                        <AgencyName code={c.lead} />（<Moment at={c.since} dateOnly />
                                        {t('から', ' on')}）
                                    </>,
                                ],
                                [t('差戻し', 'Returns'), t(`${c.returns}回`, String(c.returns))],
                                [t('状態', 'State'), c.is_closed ? t('終結', 'closed') : t('支援中', 'open')],
                            ]}
                        />
                        <h2>{t('支援関係機関', 'Agencies that take part')}</h2>
                        <Table
                            caption={t('支援関係機関', 'Agencies that take part')}
                            rows={c.members}
                            rowKey={(m) => m.agency + m.since}
                            empty={t('ありません', 'None')}
                            columns={[
                                {
                                    name: t('機関', 'Agency'),
                                    cell: (m) => (
                                        <>
                                            <AgencyName code={m.agency} />{' '}
                                            {m.is_lead ? <Badge tone="good">{t('主担当', 'lead')}</Badge> : null}
                                        </>
                                    ),
                                },
                                { name: t('から', 'From'), cell: (m) => <Moment at={m.since} short /> },
                                { name: t('まで', 'Until'), cell: (m) => <Moment at={m.until} short /> },
                            ]}
                        />
                    </>
                )}
            </Show>
            <Team case_id={case_id} mayChange={p.view.access === 'member'} />
        </>
    );
}
