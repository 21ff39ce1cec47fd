// Who may sign in: invite, change roles, suspend.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Invitation, Role, UserLine } from '@api';
import { call } from '../../net/call';
import { options, t, word } from '../../text';
import { ActForm, useAct } from '../../ui/act';
import { AgencyName } from '../../ui/agency';
import { AgencyPick } from '../../ui/agency-picker';
import { Button } from '../../ui/button';
import { Checks, TextField } from '../../ui/form';
import { Show, useCall } from '../../ui/load';
import { Moment } from '../../ui/moment';
import { Badge, Fault, Notice } from '../../ui/notice';
import { Table } from '../../ui/table';

function Invite(p: { again: () => void }): JSX.Element {
    const act = useAct();
    const [user, setUser] = useState('');
    const [agency, setAgency] = useState('');
    const [roles, setRoles] = useState<string[]>(['worker']);
    const [made, setMade] = useState<Invitation | null>(null);
    return (
        <section class="group">
            <h2>{t('招待する・再登録する', 'Invite, or enrol anew')}</h2>
            {made ? (
                <Notice
                    tone="good"
                    title={t(
                        `${made.user} の招待ができました。次の文字列を本人に手渡してください（一度だけ使えます）。`,
                        `${made.user} is invited: hand this over; it works once.`,
                    )}
                >
                    <p>
                        <code class="secret">{made.sealed.token}</code>
                    </p>
                    <p>
                        {t('有効期限：', 'Valid until: ')}
                        <Moment at={made.expires} />
                    </p>
                </Notice>
            ) : null}
            <ActForm
                act={act}
                send={t('招待する', 'Invite')}
                isReady={user.trim() !== '' && agency !== '' && roles.length > 0}
                onDone={p.again}
                onSend={async (key) => setMade(await call('user_invite', { user: user.trim(), agency, roles: roles as Role[] }, key))}
            >
                <TextField
                    label={t('利用者名（氏名は使わない）', 'User name (no real names)')}
                    value={user}
                    onValue={setUser}
                    required
                    maxLength={63}
                />
                <AgencyPick label={t('機関', 'Agency')} value={agency} onValue={setAgency} required />
                <Checks
                    legend={t('役割', 'Roles')}
                    options={options('role').filter(([w]) => w !== 'service')}
                    value={roles}
                    onValue={setRoles}
                    required
                />
            </ActForm>
        </section>
    );
}

export default function Users(): JSX.Element {
    const list = useCall('user_list', { limit: 200 });
    const act = useAct();
    const put = (u: UserLine): void => {
        const state = u.state === 'suspended' ? 'active' : 'suspended';
        void act.run((key) => call('user_put', { user: u.user, state }, key)).then((isGood) => isGood && list.again());
    };
    return (
        <>
            <h1>{t('利用者と役割', 'Users and roles')}</h1>
            <Invite again={list.again} />
            <Fault of={act.problem} />
            <Show of={list}>
                {(a) => (
                    <Table
                        caption={t('利用者の一覧', 'Users')}
                        rows={a.users}
                        rowKey={(u) => u.user}
                        empty={t('いません。', 'None.')}
                        columns={[
                            { name: t('利用者', 'User'), cell: (u) => u.user },
                            { name: t('機関', 'Agency'), cell: (u) => <AgencyName code={u.agency} /> },
                            { name: t('役割', 'Roles'), cell: (u) => u.roles.map((r) => word('role', r)).join('、') },
                            {
                                name: t('状態', 'State'),
                                cell: (u) => <Badge tone={u.state === 'active' ? 'good' : 'warn'}>{word('user_state', u.state)}</Badge>,
                            },
                            { name: t('最後のサインイン', 'Last seen'), cell: (u) => <Moment at={u.last_seen} short /> },
                            {
                                name: t('操作', 'Do'),
                                cell: (u) =>
                                    u.state === 'active' || u.state === 'suspended' ? (
                                        <Button
                                            onPress={() => put(u)}
                                            label={
                                                u.state === 'active'
                                                    ? t(`${u.user} を停止する`, `Suspend ${u.user}`)
                                                    : t(`${u.user} を再開する`, `Let ${u.user} in again`)
                                            }
                                        >
                                            {u.state === 'active' ? t('停止', 'Suspend') : t('再開', 'Let in')}
                                        </Button>
                                    ) : (
                                        '－'
                                    ),
                            },
                        ]}
                    />
                )}
            </Show>
        </>
    );
}
