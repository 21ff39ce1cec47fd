// An invitation, shown once: read, copied or printed as a sheet that is handed over. It is nowhere else, and goes when the page is left.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import '../../style/sheet.css';
import type { Invitation } from '@api';
import { href } from '../../route';
import { t } from '../../text';
import { Button } from '../../ui/button';
import { Moment } from '../../ui/moment';
import { Notice } from '../../ui/notice';

export function Invited(p: { of: Invitation; onClose: () => void }): JSX.Element {
    const [isCopied, setCopied] = useState(false);
    const { user, expires, sealed } = p.of;
    const copy = (): void => void navigator.clipboard.writeText(sealed.token).then(() => setCopied(true));
    return (
        <section class="sheet">
            <Notice
                tone="good"
                title={t(
                    `${user} の招待ができました。次の文字列を本人に手渡してください（一度だけ使えます）。`,
                    `${user} is invited: hand this over; it works once.`,
                )}
            >
                <p>
                    <code class="secret">{sealed.token}</code>
                </p>
                <p>
                    {t('利用者名：', 'User name: ')}
                    <strong>{user}</strong>　{t('有効期限：', 'Valid until: ')}
                    <Moment at={expires} />
                </p>
                <ol>
                    <li>
                        {t('ブラウザーで開く：', 'Open in a browser: ')}
                        <code>{new URL(href('enrol'), location.href).href}</code>
                    </li>
                    <li>
                        {t(
                            '上の文字列を入れ、パスワード（15文字以上）を決める',
                            'Type the token, and choose a password of 15 characters or more',
                        )}
                    </li>
                    <li>
                        {t(
                            '認証アプリで二次元コードを読み取り、6桁の数字を入れる',
                            'Scan the code with the authenticator app, and type its six digits',
                        )}
                    </li>
                </ol>
                <p class="hint">
                    {t(
                        'この文字列は、この画面にしか出ません。閉じると二度と見られません（もう一度招待すれば、新しいものができます）。',
                        'It is shown only here. Once closed it is gone; inviting again makes a new one.',
                    )}
                </p>
            </Notice>
            <p class="acts">
                <Button weight="main" onPress={() => print()}>
                    {t('印刷する', 'Print')}
                </Button>
                {'clipboard' in navigator ? (
                    <Button onPress={copy}>{isCopied ? t('コピーしました', 'Copied') : t('文字列をコピーする', 'Copy the token')}</Button>
                ) : null}
                <Button weight="quiet" onPress={p.onClose}>
                    {t('手渡したので閉じる', 'Handed over: close')}
                </Button>
            </p>
        </section>
    );
}
