// Name, password, and the code of the authenticator app.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Role } from '@api';
import { call } from '../../net/call';
import { signedIn } from '../../net/session';
import { language, options, speak, t } from '../../text';
import { Button, Link } from '../../ui/button';
import { Select, TextField } from '../../ui/form';
import { Fault } from '../../ui/notice';

const PEOPLE = (w: string): boolean => w !== 'service' && w !== 'agency_host';

export function SignInForm(p: { user?: string | undefined; role?: Role | undefined }): JSX.Element {
    const [user, setUser] = useState(p.user ?? '');
    const [password, setPassword] = useState('');
    const [code, setCode] = useState('');
    const [role, setRole] = useState<string>(p.role ?? '');
    const [problem, setProblem] = useState<unknown>(null);
    const [isBusy, setBusy] = useState(false);
    async function enter(): Promise<void> {
        setBusy(true);
        setProblem(null);
        try {
            signedIn(
                await call('sign_in', {
                    ...(role ? { role: role as Role } : {}),
                    sealed: { user: user.trim(), password, code: code.replace(/\s/g, '') },
                }),
            );
        } catch (e) {
            setProblem(e);
            setCode('');
        }
        setBusy(false);
    }
    return (
        <form
            onSubmit={(e) => {
                e.preventDefault();
                if (!isBusy) void enter();
            }}
        >
            <Fault of={problem} />
            <TextField
                label={t('利用者名', 'User name')}
                name="user"
                value={user}
                onValue={setUser}
                autocomplete="username"
                required
                disabled={!!p.user}
            />
            <TextField
                label={t('パスワード', 'Password')}
                name="password"
                type="password"
                value={password}
                onValue={setPassword}
                autocomplete="current-password"
                required
            />
            <TextField
                label={t('確認コード', 'Code')}
                name="code"
                value={code}
                onValue={setCode}
                autocomplete="one-time-code"
                inputMode="numeric"
                hint={t('認証アプリの6桁の数字、または回復コード', 'Six digits of the authenticator app, or a recovery code')}
                required
            />
            {p.user ? null : (
                <details>
                    <summary>{t('役割が2つ以上ある方', 'If you have more than one role')}</summary>
                    <Select
                        label={t('どの役割で入るか', 'In which role')}
                        options={options('role').filter(([w]) => PEOPLE(w))}
                        empty={t('いつもの役割', 'the usual one')}
                        value={role}
                        onValue={setRole}
                    />
                </details>
            )}
            <p class="acts">
                <Button type="submit" weight="main" busy={isBusy}>
                    {t('サインイン', 'Sign in')}
                </Button>
            </p>
        </form>
    );
}

export function SignIn(): JSX.Element {
    return (
        <main class="gate">
            <h1>かしまる</h1>
            <p>{t('支援機関のあいだで相談をつなぐ', 'Handing consultations from agency to agency')}</p>
            <SignInForm />
            <p>
                <Link to="enrol">{t('招待を受けた方の登録', 'Enrol with an invitation')}</Link>
            </p>
            <Button weight="quiet" onPress={() => speak(language.value === 'ja' ? 'en' : 'ja')}>
                {t('English', '日本語')}
            </Button>
        </main>
    );
}
