// What stands around every page: whose eyes these are, the way to the other pages, and whether the line is up.
import type { ComponentChildren, JSX } from 'preact';
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { call } from '../net/call';
import { signedOut, who } from '../net/session';
import { go, here } from '../route';
import { language, speak, t, word } from '../text';
import { Button, Link } from '../ui/button';
import { Line } from '../ui/line';
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
                <span lang="ja">かしまる</span>
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
                    <span lang={t('en', 'ja')}>{t('English', '日本語')}</span>
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

/** Where there is little room it is one line that opens; the page named on it is the one that stands below. */
function Nav(): JSX.Element {
    const id = useId();
    const path = here.value;
    const top = path.split('/')[0] ?? '';
    const [isOpen, setOpen] = useState(false);
    useLayoutEffect(() => setOpen(false), [path]);
    return (
        <nav class={isOpen ? 'nav is-open' : 'nav'} aria-label={t('主なページ', 'Main pages')}>
            <button type="button" class="nav-open" aria-expanded={isOpen} aria-controls={id} onClick={() => setOpen(!isOpen)}>
                <svg viewBox="0 0 20 16" aria-hidden="true">
                    <path d="M0 2h20M0 8h20M0 14h20" />
                </svg>
                {t('メニュー', 'Menu')}
                <span class="hint">{titleOf(path)}</span>
            </button>
            <ul id={id}>
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
