// What stands around every page: whose eyes these are, the way to the other pages, and whether the line is up.
import type { ComponentChildren, JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { call, trouble } from '../net/call';
import { isLive } from '../net/live';
import { signedOut, who } from '../net/session';
import { go, here } from '../route';
import { language, speak, t, word } from '../text';
import { Button, Link } from '../ui/button';
import { Notice } from '../ui/notice';
import { AgencyName } from '../ui/agency';
import { navOf, titleOf } from './pages';
import { choose, theme } from './theme';

async function leave(): Promise<void> {
    try {
        await call('sign_out', {});
    } finally {
        signedOut(true);
        go('', true);
    }
}

function Bar(): JSX.Element {
    const me = who.value;
    return (
        <header class="bar">
            <Link to="" class="brand">
                かしまる
            </Link>
            <p class="me">
                <span class="me-agency">
                    <AgencyName code={me?.agency} />
                </span>
                <span class="me-user">
                    {me?.user}（{word('role', me?.role)}）
                </span>
            </p>
            <div class="bar-acts">
                <Link to="settings" class="button is-quiet">
                    {t('設定', 'Settings')}
                </Link>
                <Button weight="quiet" onPress={() => speak(language.value === 'ja' ? 'en' : 'ja')}>
                    {t('English', '日本語')}
                </Button>
                <Button weight="quiet" onPress={() => choose(theme.value === 'light' ? 'contrast' : 'light')}>
                    {theme.value === 'light' ? t('高コントラスト', 'High contrast') : t('標準の配色', 'Standard colours')}
                </Button>
                <Button weight="quiet" onPress={() => void leave()}>
                    {t('サインアウト', 'Sign out')}
                </Button>
            </div>
        </header>
    );
}

function Nav(): JSX.Element {
    const top = here.value.split('/')[0] ?? '';
    return (
        <nav class="nav" aria-label={t('主なページ', 'Main pages')}>
            <ul>
                {navOf(who.value?.role).map((p) => (
                    <li key={p.path}>
                        <Link to={p.path} current={top === p.path}>
                            {t(p.ja, p.en)}
                        </Link>
                    </li>
                ))}
            </ul>
        </nav>
    );
}

/** What is wrong with the line, where everybody sees it; it goes away by itself. */
function Line(): JSX.Element | null {
    if (trouble.value)
        return (
            <Notice tone="warn" title={trouble.value.words}>
                <p>{t('続けて試しています。このページを閉じないでください。', 'Still trying. Please keep this page open.')}</p>
            </Notice>
        );
    if (!isLive.value)
        return (
            <Notice
                tone="info"
                title={t(
                    '新着の受信が途切れています。つながり次第、最新の状態に追いつきます。',
                    'News are interrupted; the page catches up as soon as the line is back.',
                )}
            />
        );
    return null;
}

export function Frame(p: { children: ComponentChildren; isHidden: boolean }): JSX.Element {
    const main = useRef<HTMLElement>(null);
    const path = here.value;
    const isFirst = useRef(true);
    useLayoutEffect(() => {
        document.title = `${titleOf(path)} – かしまる`;
    }, [path, language.value]);
    // at once, not after the next picture: whoever is quick has begun to type by then
    useLayoutEffect(() => {
        if (isFirst.current) isFirst.current = false;
        else main.current?.focus();
    }, [path]);
    return (
        <div class="frame" inert={p.isHidden}>
            <a class="skip" href="#main">
                {t('本文へ移動', 'Skip to the contents')}
            </a>
            <Bar />
            <Nav />
            <main id="main" ref={main} tabIndex={-1}>
                <Line />
                {p.children}
            </main>
        </div>
    );
}
