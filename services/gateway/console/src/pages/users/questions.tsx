// What an administrator does to an account is asked first, and what it means for its owner is said.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Invitation, Role, UserLine } from '@api';
import { call } from '../../net/call';
import { t, word } from '../../text';
import { Ask } from '../../ui/dialog';
import { RoleChecks } from './roles';

export type Deed = 'suspend' | 'resume' | 'reset' | 'roles';

interface Asked {
    of: UserLine;
    onClose: () => void;
    onDone: () => void;
}

function Suspend(p: Asked): JSX.Element {
    const { user } = p.of;
    return (
        <Ask
            title={t(`${user} を停止しますか`, `Suspend ${user}?`)}
            yes={t('停止する', 'Suspend')}
            onClose={p.onClose}
            onYes={(key) => call('user_put', { user, state: 'suspended' }, key)}
            onDone={p.onDone}
        >
            <p>
                {t(
                    'いま使っている画面も含めて、30秒以内にサインインが切れ、再開するまで入れなくなります。記録や担当はそのまま残ります。',
                    'Every session ends within 30 seconds, and nobody signs in as them until they are let in again. Records and tasks stay.',
                )}
            </p>
        </Ask>
    );
}

function Resume(p: Asked): JSX.Element {
    const { user, roles } = p.of;
    return (
        <Ask
            title={t(`${user} を再開しますか`, `Let ${user} in again?`)}
            yes={t('再開する', 'Let in')}
            onClose={p.onClose}
            onYes={(key) => call('user_put', { user, state: 'active' }, key)}
            onDone={p.onDone}
        >
            <p>
                {t(
                    `これまでのパスワードと認証アプリで、${roles.map((r) => word('role', r)).join('、')}としてまた入れるようになります。`,
                    `With the same password and authenticator app, as ${roles.map((r) => word('role', r)).join(', ')}.`,
                )}
            </p>
        </Ask>
    );
}

function Reset(p: Asked & { onInvited: (made: Invitation) => void }): JSX.Element {
    const { user, agency, roles, state } = p.of;
    const isAgain = state === 'invited';
    return (
        <Ask
            title={
                isAgain
                    ? t(`${user} をもう一度招待しますか`, `Invite ${user} again?`)
                    : t(`${user} の登録をやり直しますか`, `Enrol ${user} anew?`)
            }
            yes={isAgain ? t('招待する', 'Invite') : t('やり直す', 'Enrol anew')}
            onClose={p.onClose}
            onYes={async (key) => p.onInvited(await call('user_invite', { user, agency, roles }, key))}
            onDone={p.onDone}
        >
            <p>
                {isAgain
                    ? t(
                          '前に渡した文字列は使えなくなり、新しいものができます。',
                          'The token handed over before stops working; a new one is made.',
                      )
                    : t(
                          'パスワードと認証アプリ（二要素認証）が無効になり、いまのサインインも切れます。電話をなくしたときなどに使います。新しい招待の文字列を本人に手渡してください。',
                          'The password and the authenticator app stop working, and every session ends: for a lost telephone. A new token is made, to be handed over.',
                      )}
            </p>
        </Ask>
    );
}

function Roles(p: Asked): JSX.Element {
    const { user } = p.of;
    const [roles, setRoles] = useState<string[]>(p.of.roles);
    return (
        <Ask
            title={t(`${user} の役割を変える`, `Roles of ${user}`)}
            yes={t('変える', 'Change')}
            isReady={roles.length > 0 && [...roles].sort().join() !== [...p.of.roles].sort().join()}
            onClose={p.onClose}
            onYes={(key) => call('user_put', { user, roles: roles as Role[] }, key)}
            onDone={p.onDone}
        >
            <RoleChecks value={roles} onValue={setRoles} />
            <p>
                {t(
                    '外した役割でのサインインは30秒以内に切れます。加えた役割は、次のサインインから選べます。',
                    'Sessions in a role that is taken away end within 30 seconds; a role that is added can be chosen at the next sign-in.',
                )}
            </p>
        </Ask>
    );
}

export function Question(p: Asked & { deed: Deed; onInvited: (made: Invitation) => void }): JSX.Element {
    if (p.deed === 'suspend') return <Suspend {...p} />;
    if (p.deed === 'resume') return <Resume {...p} />;
    if (p.deed === 'reset') return <Reset {...p} />;
    return <Roles {...p} />;
}
