// An invitation is taken up: a password, the app's secret, its first code; and the recovery codes, which are shown once. A step whose answer is
// lost is made by pressing again: the first gives a new secret for the one nobody saw, the second ends as it did.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { EnrolOffer } from '@api';
import { call } from '../../net/call';
import { go } from '../../route';
import { t } from '../../text';
import { useAct } from '../../ui/act';
import { Button } from '../../ui/button';
import { TextField } from '../../ui/form';
import { Waiting } from '../../ui/line';
import { Fault, Notice } from '../../ui/notice';
import { CodeField, codeOf, isPassword, NewPassword, NO_PASSWORD, useBreaks } from './parts';

export function Enrol(): JSX.Element {
    const [token, setToken] = useState('');
    const [password, setPassword] = useState(NO_PASSWORD);
    const [code, setCode] = useState('');
    const [offer, setOffer] = useState<EnrolOffer | null>(null);
    const [isDone, setDone] = useState(false);
    const [isDoneBefore, setDoneBefore] = useState(false);
    const act = useAct();
    const isAfterBreak = useBreaks();
    const begin = async (key: string): Promise<void> =>
        setOffer(await call('enrol_begin', { sealed: { token: token.trim(), password: password.first } }, key));
    const confirm = async (key: string): Promise<void> => {
        setDoneBefore(false);
        try {
            await call('enrol_confirm', { sealed: { token: token.trim(), code: codeOf(code) } }, key);
            setDone(true);
        } catch (e) {
            setDoneBefore(isAfterBreak(e));
            throw e;
        }
    };
    if (isDone)
        return (
            <main class="gate">
                <Notice tone="good" title={t('登録が終わりました。', 'You are enrolled.')} />
                <Button weight="main" onPress={() => go('', true)}>
                    {t('サインインへ', 'To sign-in')}
                </Button>
            </main>
        );
    const fault = (
        <>
            <Fault of={act.problem} />
            {isDoneBefore ? (
                <Notice
                    tone="info"
                    title={t(
                        '途中でサーバーとの接続が切れたため、登録はもう終わっているかもしれません。サインインを試してください。',
                        'The line broke: you may be enrolled already. Try to sign in.',
                    )}
                >
                    <Button onPress={() => go('', true)}>{t('サインインへ', 'To sign-in')}</Button>
                </Notice>
            ) : null}
        </>
    );
    return (
        <main class="gate">
            <h1>{t('利用者の登録', 'Enrolment')}</h1>
            <Waiting />
            {offer ? (
                <form
                    key="code"
                    onSubmit={(e) => {
                        e.preventDefault();
                        void act.run(confirm);
                    }}
                >
                    <h2>{t('認証アプリ', 'Authenticator app')}</h2>
                    <p>
                        {t(
                            '認証アプリで読み取るか、秘密の文字列を入力してください。',
                            'Scan this with the authenticator app, or type the secret.',
                        )}
                    </p>
                    <img
                        class="qr"
                        alt={t('認証アプリ用の二次元コード', 'Code for the authenticator app')}
                        src={`data:image/svg+xml;base64,${btoa(offer.sealed.qr)}`}
                    />
                    <p>
                        <code class="secret">{offer.sealed.secret}</code>
                    </p>
                    <h2>{t('回復コード', 'Recovery codes')}</h2>
                    <p>
                        {t(
                            '電話をなくしたときに一度ずつ使えます。今だけ表示されます。印刷して鍵のかかる場所に。',
                            'Each works once if the telephone is lost. They are shown only now: print and lock them away.',
                        )}
                    </p>
                    <ul class="codes">
                        {offer.sealed.recovery.map((c) => (
                            <li key={c}>
                                <code>{c}</code>
                            </li>
                        ))}
                    </ul>
                    <p class="acts">
                        <Button onPress={() => print()}>{t('印刷する', 'Print')}</Button>
                    </p>
                    <CodeField label={t('アプリに出た6桁の数字', 'The six digits in the app')} value={code} onValue={setCode} />
                    {fault}
                    <Button type="submit" weight="main" busy={act.isBusy}>
                        {t('登録を終える', 'Finish')}
                    </Button>
                </form>
            ) : (
                <form
                    key="password"
                    onSubmit={(e) => {
                        e.preventDefault();
                        if (isPassword(password)) void act.run(begin);
                    }}
                >
                    <TextField label={t('招待の文字列', 'Invitation token')} value={token} onValue={setToken} required wide />
                    <NewPassword
                        label={t('パスワード', 'Password')}
                        labelAgain={t('パスワード（確認）', 'Password again')}
                        value={password}
                        onValue={setPassword}
                    />
                    {fault}
                    <Button type="submit" weight="main" busy={act.isBusy}>
                        {t('次へ', 'Next')}
                    </Button>
                </form>
            )}
        </main>
    );
}
