// What everybody sets for themselves: the password, the language, how it looks.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { call } from '../../net/call';
import { who } from '../../net/session';
import { language, speak, t, type Language } from '../../text';
import { choose, theme, type Theme } from '../../shell/theme';
import { ActForm, useAct } from '../../ui/act';
import { Radios } from '../../ui/form';
import { Notice } from '../../ui/notice';
import { CodeField, codeOf, isPassword, NewPassword, NO_PASSWORD, PasswordField } from '../sign-in/parts';

function Password(): JSX.Element {
    const act = useAct();
    const [old, setOld] = useState('');
    const [next, setNext] = useState(NO_PASSWORD);
    const [code, setCode] = useState('');
    const [isDone, setDone] = useState(false);
    const isReady = old !== '' && isPassword(next) && code.trim() !== '';
    return (
        <section class="group">
            <h2>{t('パスワードを変える', 'Change the password')}</h2>
            {isDone ? (
                <Notice
                    tone="good"
                    title={t(
                        'パスワードを変えました。ほかの端末のサインインは切れました。',
                        'The password is changed; your other sessions have ended.',
                    )}
                />
            ) : null}
            <ActForm
                act={act}
                send={t('変える', 'Change')}
                isReady={isReady}
                onSend={(key) => call('password_change', { sealed: { old, new: next.first, code: codeOf(code) } }, key)}
                onDone={() => {
                    setOld('');
                    setCode('');
                    setNext(NO_PASSWORD);
                    setDone(true);
                }}
            >
                <input type="text" name="user" autocomplete="username" value={who.value?.user} readOnly hidden />
                <PasswordField label={t('いまのパスワード', 'Password so far')} value={old} onValue={setOld} />
                <NewPassword
                    label={t('新しいパスワード', 'New password')}
                    labelAgain={t('新しいパスワード（もう一度）', 'New password, once more')}
                    value={next}
                    onValue={setNext}
                />
                <CodeField value={code} onValue={setCode} hint={t('認証アプリの6桁の数字', 'Six digits of the authenticator app')} />
            </ActForm>
        </section>
    );
}

export default function Settings(): JSX.Element {
    return (
        <>
            <h1>{t('設定', 'Settings')}</h1>
            <section class="group">
                <h2>{t('表示', 'How it looks')}</h2>
                <Radios
                    legend={t('ことば / Language', 'Language / ことば')}
                    value={language.value}
                    onValue={(v) => speak(v as Language)}
                    options={[
                        ['ja', '日本語'],
                        ['en', 'English'],
                    ]}
                />
                <Radios
                    legend={t('配色', 'Colours')}
                    value={theme.value}
                    onValue={(v) => choose(v as Theme)}
                    options={[
                        ['light', t('標準', 'Standard')],
                        ['contrast', t('高コントラスト', 'High contrast')],
                    ]}
                />
                <p class="hint">
                    {t(
                        'この端末のこのブラウザーに残ります。文字の大きさは、ブラウザーの拡大（200%まで）に合わせて並びが変わります。',
                        'Kept in this browser. Pages rearrange themselves when the browser enlarges them, up to 200 %.',
                    )}
                </p>
            </section>
            <Password />
        </>
    );
}
