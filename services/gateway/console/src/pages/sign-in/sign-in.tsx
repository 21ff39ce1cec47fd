// Name, password, and the code of the authenticator app.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Role } from '@api';
import { call } from '../../net/call';
import { Problem } from '../../net/problem';
import { signedIn } from '../../net/session';
import { language, options, speak, t } from '../../text';
import { Button, Link } from '../../ui/button';
import { Select, TextField } from '../../ui/form';
import { Waiting } from '../../ui/line';
import { Fault } from '../../ui/notice';
import { CodeField, codeOf, PasswordField } from './parts';

const PEOPLE = (w: string): boolean => w !== 'service' && w !== 'agency_host';

/** A code works once: it may have been used up by a first try whose answer was lost. */
function wordsOf(e: unknown): unknown {
    if (!(e instanceof Problem) || e.isPassing || !e.isAfterBreak) return e;
    return new Problem(
        e.word,
        e.http,
        '途中でサーバーとの接続が切れたため、この確認コードはもう使えないかもしれません。次のコードが出てから、もう一度押してください。',
        'The line broke, and this code may be used up. Wait for the next one and try again.',
    );
}

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
                    sealed: { user: user.trim(), password, code: codeOf(code) },
                }),
            );
        } catch (e) {
            setProblem(wordsOf(e));
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
            <Waiting />
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
            <PasswordField value={password} onValue={setPassword} />
            <CodeField
                value={code}
                onValue={setCode}
                hint={t('認証アプリの6桁の数字、または回復コード', 'Six digits of the authenticator app, or a recovery code')}
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
