// Who may sign in: invite, find, change roles, suspend, enrol anew.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Invitation, Role, UserLine } from '@api';
import { call } from '../../net/call';
import { options, t, word } from '../../text';
import { ActForm, useAct } from '../../ui/act';
import { AgencyName } from '../../ui/agency';
import { AgencyPick } from '../../ui/agency-picker';
import { Button } from '../../ui/button';
import { Select, TextField } from '../../ui/form';
import { Show, type Loaded } from '../../ui/load';
import { Moment } from '../../ui/moment';
import { Badge } from '../../ui/notice';
import { Table } from '../../ui/table';
import { Invited } from './invitation';
import { Question, type Deed } from './questions';
import { RoleChecks } from './roles';

const PAGE = 200;
const STEP = 50;

/** Everybody, or everybody of an agency. */
async function everybody(agency: string): Promise<UserLine[]> {
    const found: UserLine[] = [];
    for (;;) {
        const after = found.at(-1)?.user;
        const { users } = await call('user_list', { limit: PAGE, ...(agency ? { agency } : {}), ...(after ? { after } : {}) });
        found.push(...users);
        if (users.length < PAGE) return found;
    }
}

function useUsers(agency: string): Loaded<readonly UserLine[]> {
    const [value, setValue] = useState<readonly UserLine[]>();
    const [problem, setProblem] = useState<unknown>(null);
    const [isBusy, setBusy] = useState(true);
    const [round, setRound] = useState(0);
    useEffect(() => {
        let isGone = false;
        setBusy(true);
        setProblem(null);
        everybody(agency)
            .then(
                (all) => isGone || setValue(all),
                (e: unknown) => isGone || setProblem(e),
            )
            .finally(() => isGone || setBusy(false));
        return () => {
            isGone = true;
        };
    }, [agency, round]);
    return { value, problem, isBusy, again: () => setRound((n) => n + 1) };
}

function Invite(p: { onInvited: (made: Invitation) => void }): JSX.Element {
    const act = useAct();
    const [user, setUser] = useState('');
    const [agency, setAgency] = useState('');
    const [roles, setRoles] = useState<string[]>(['worker']);
    return (
        <section class="group">
            <h2>{t('招待する', 'Invite')}</h2>
            <ActForm
                act={act}
                send={t('招待する', 'Invite')}
                isReady={user.trim() !== '' && agency !== '' && roles.length > 0}
                onDone={() => setUser('')}
                onSend={async (key) => p.onInvited(await call('user_invite', { user: user.trim(), agency, roles: roles as Role[] }, key))}
            >
                <TextField
                    label={t('利用者名（氏名は使わない）', 'User name (no real names)')}
                    value={user}
                    onValue={setUser}
                    required
                    maxLength={63}
                />
                <AgencyPick label={t('機関', 'Agency')} value={agency} onValue={setAgency} required />
                <RoleChecks value={roles} onValue={setRoles} />
            </ActForm>
        </section>
    );
}

/** What can be done with an account as it stands. */
function Deeds(p: { of: UserLine; onDeed: (deed: Deed) => void }): JSX.Element {
    const { user, state } = p.of;
    return (
        <>
            {state === 'active' ? (
                <Button onPress={() => p.onDeed('suspend')} label={t(`${user} を停止する`, `Suspend ${user}`)}>
                    {t('停止', 'Suspend')}
                </Button>
            ) : null}
            {state === 'suspended' ? (
                <Button onPress={() => p.onDeed('resume')} label={t(`${user} を再開する`, `Let ${user} in again`)}>
                    {t('再開', 'Let in')}
                </Button>
            ) : null}
            <Button weight="quiet" onPress={() => p.onDeed('roles')} label={t(`${user} の役割を変える`, `Change the roles of ${user}`)}>
                {t('役割を変える', 'Roles')}
            </Button>
            <Button
                weight="quiet"
                onPress={() => p.onDeed('reset')}
                label={
                    state === 'invited'
                        ? t(`${user} の招待をやり直す`, `Invite ${user} again`)
                        : t(`${user} の登録をやり直す`, `Enrol ${user} anew`)
                }
            >
                {state === 'invited' ? t('招待をやり直す', 'Invite again') : t('登録をやり直す', 'Enrol anew')}
            </Button>
        </>
    );
}

function Lines(p: { of: readonly UserLine[]; onDeed: (user: UserLine, deed: Deed) => void }): JSX.Element {
    return (
        <Table
            caption={t('利用者の一覧', 'Users')}
            rows={p.of}
            rowKey={(u) => u.user}
            empty={t('見つかりません。', 'None found.')}
            columns={[
                { name: t('利用者', 'User'), cell: (u) => u.user },
                { name: t('機関', 'Agency'), cell: (u) => <AgencyName code={u.agency} /> },
                { name: t('役割', 'Roles'), cell: (u) => u.roles.map((r) => word('role', r)).join('、') },
                {
                    name: t('状態', 'State'),
                    cell: (u) => (
                        <>
                            <Badge tone={u.state === 'active' ? 'good' : 'warn'}>{word('user_state', u.state)}</Badge>
                            {u.locked_until ? (
                                <p class="hint">
                                    {t('続けて間違えたため、次の時刻まで入れません：', 'Too many wrong tries; not before: ')}
                                    <Moment at={u.locked_until} short />
                                </p>
                            ) : null}
                        </>
                    ),
                },
                {
                    name: t('最後のサインイン', 'Last seen'),
                    cell: (u) => (u.last_seen ? <Moment at={u.last_seen} short /> : t('まだない', 'never')),
                },
                { name: t('操作', 'Do'), cell: (u) => <Deeds of={u} onDeed={(deed) => p.onDeed(u, deed)} /> },
            ]}
        />
    );
}

function List(p: {
    of: Loaded<readonly UserLine[]>;
    agency: string;
    onAgency: (a: string) => void;
    onDeed: (user: UserLine, deed: Deed) => void;
}): JSX.Element {
    const [text, setText] = useState('');
    const [state, setState] = useState('');
    const [most, setMost] = useState(STEP);
    const found = (p.of.value ?? []).filter((u) => u.user.includes(text.trim()) && (!state || u.state === state));
    return (
        <section>
            <h2>{t('利用者の一覧', 'Users')}</h2>
            <div class="columns">
                <TextField label={t('名前でさがす', 'Find by name')} type="search" value={text} onValue={setText} />
                <AgencyPick label={t('所属でしぼる', 'Of one agency')} value={p.agency} onValue={p.onAgency} />
                <Select
                    label={t('状態', 'State')}
                    options={options('user_state')}
                    empty={t('すべて', 'any')}
                    value={state}
                    onValue={setState}
                />
            </div>
            <Show of={p.of}>
                {() => (
                    <>
                        <p class="hint" role="status">
                            {t(`${found.length}人`, `${found.length} users`)}
                        </p>
                        <Lines of={found.slice(0, most)} onDeed={p.onDeed} />
                        {found.length > most ? (
                            <p class="acts">
                                <Button onPress={() => setMost(most + STEP)}>{t('さらに見る', 'More')}</Button>
                            </p>
                        ) : null}
                    </>
                )}
            </Show>
        </section>
    );
}

export default function Users(): JSX.Element {
    const [agency, setAgency] = useState('');
    const [made, setMade] = useState<Invitation | null>(null);
    const [asked, setAsked] = useState<{ of: UserLine; deed: Deed } | null>(null);
    const list = useUsers(agency);
    const invited = (invitation: Invitation): void => {
        setMade(invitation);
        list.again();
        scrollTo(0, 0);
    };
    return (
        <>
            <h1>{t('利用者と役割', 'Users and roles')}</h1>
            {made ? <Invited of={made} onClose={() => setMade(null)} /> : null}
            <Invite onInvited={invited} />
            <List of={list} agency={agency} onAgency={setAgency} onDeed={(of, deed) => setAsked({ of, deed })} />
            {asked ? (
                <Question
                    of={asked.of}
                    deed={asked.deed}
                    onClose={() => setAsked(null)}
                    onInvited={invited}
                    onDone={() => {
                        setAsked(null);
                        list.again();
                    }}
                />
            ) : null}
        </>
    );
}
