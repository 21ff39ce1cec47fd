// Name, password, and the code of the authenticator app. A press whose answer is lost is made again as it was, code and all: it ends as it
// did the first time.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Role } from '@api';
import { call } from '../../net/call';
import { Problem } from '../../net/problem';
import { signedIn } from '../../net/session';
import { language, options, speak, t } from '../../text';
import { useAct } from '../../ui/act';
import { Button, Link } from '../../ui/button';
import { Select, TextField } from '../../ui/form';
import { Waiting } from '../../ui/line';
import { Fault } from '../../ui/notice';
import { CodeField, codeOf, PasswordField, useBreaks } from './parts';

const PEOPLE = (w: string): boolean => w !== 'service' && w !== 'agency_host';

/** The server knows a press again for two minutes; afterwards its code is used up or out of date. */
function wordsOf(e: unknown, isAfterBreak: boolean): unknown {
    if (!(e instanceof Problem)) return e;
    if (isAfterBreak)
        return new Problem(
            e.word,
            e.http,
            '途中でサーバーとの接続が切れたため、この確認コードはもう使えないかもしれません。次のコードが出てから、もう一度押してください。',
            'The line broke, and this code may be used up. Wait for the next one and try again.',
        );
    if (!e.isUnclear) return e;
    return new Problem(
        e.word,
        e.http,
        'サーバーにつながりませんでした。入力した内容は残っています。そのまま、もう一度押してください。',
        'The server could not be reached. What you typed is kept: just press again.',
    );
}

export function SignInForm(p: { user?: string | undefined; role?: Role | undefined }): JSX.Element {
    const [user, setUser] = useState(p.user ?? '');
    const [password, setPassword] = useState('');
    const [code, setCode] = useState('');
    const [role, setRole] = useState<string>(p.role ?? '');
    const act = useAct();
    const isAfterBreak = useBreaks();
    async function enter(key: string): Promise<void> {
        const message = { ...(role ? { role: role as Role } : {}), sealed: { user: user.trim(), password, code: codeOf(code) } };
        try {
            signedIn(await call('sign_in', message, key));
        } catch (e) {
            if (!(e instanceof Problem && e.isPassing)) setCode('');
            throw wordsOf(e, isAfterBreak(e));
        }
    }
    return (
        <form
            onSubmit={(e) => {
                e.preventDefault();
                void act.run(enter);
            }}
        >
            <Waiting />
            <Fault of={act.problem} />
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
                <Button type="submit" weight="main" busy={act.isBusy}>
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
