// What everybody sets for themselves: the password, the language, how it looks.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { call } from '../../net/call';
import { who } from '../../net/session';
import { language, speak, t, type Language } from '../../text';
import { choose, theme, type Theme } from '../../shell/theme';
import { ActForm, useAct } from '../../ui/act';
import { Radios, TextField } from '../../ui/form';
import { Notice } from '../../ui/notice';

const LEAST = 15;

function Password(): JSX.Element {
    const act = useAct();
    const [old, setOld] = useState('');
    const [next, setNext] = useState('');
    const [again, setAgain] = useState('');
    const [code, setCode] = useState('');
    const [isDone, setDone] = useState(false);
    const isShort = next !== '' && [...next].length < LEAST;
    const differs = again !== '' && again !== next;
    const isReady = old !== '' && next !== '' && !isShort && again === next && code.trim() !== '';
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
                onSend={(key) => call('password_change', { sealed: { old, new: next, code: code.replace(/\s/g, '') } }, key)}
                onDone={() => {
                    for (const clear of [setOld, setNext, setAgain, setCode]) clear('');
                    setDone(true);
                }}
            >
                <input type="text" name="user" autocomplete="username" value={who.value?.user} readOnly hidden />
                <TextField
                    label={t('いまのパスワード', 'Password so far')}
                    type="password"
                    autocomplete="current-password"
                    value={old}
                    onValue={setOld}
                    required
                />
                <TextField
                    label={t('新しいパスワード', 'New password')}
                    type="password"
                    autocomplete="new-password"
                    value={next}
                    onValue={setNext}
                    required
                    hint={t(
                        `${LEAST}文字以上。いくつかの単語をつなげた文が覚えやすく安全です。`,
                        `${LEAST} characters or more; a few words in a row are easy to keep in mind, and safe.`,
                    )}
                    fault={isShort ? t(`${LEAST}文字以上にしてください`, `${LEAST} characters or more`) : undefined}
                />
                <TextField
                    label={t('新しいパスワード（もう一度）', 'New password, once more')}
                    type="password"
                    autocomplete="new-password"
                    value={again}
                    onValue={setAgain}
                    required
                    fault={differs ? t('新しいパスワードと違います', 'Not the same') : undefined}
                />
                <TextField
                    label={t('確認コード', 'Code')}
                    autocomplete="one-time-code"
                    inputMode="numeric"
                    value={code}
                    onValue={setCode}
                    required
                    hint={t('認証アプリの6桁の数字', 'Six digits of the authenticator app')}
                />
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
