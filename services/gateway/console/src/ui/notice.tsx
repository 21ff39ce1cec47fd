// What must be noticed: in words and with a sign, never by colour alone.
import type { ComponentChildren, JSX } from 'preact';
import { Problem } from '../net/problem';
import { t } from '../text';

type Tone = 'info' | 'good' | 'warn' | 'bad' | 'protect';

const SHIELD = (
    <svg viewBox="0 0 16 18" width={16} height={18}>
        <path fill="currentColor" d="M8 0l8 3v6c0 4-3 7-8 9-5-2-8-5-8-9V3z" />
    </svg>
);

const SIGNS: Record<Tone, [JSX.Element | string, string, string]> = {
    info: ['i', 'お知らせ', 'Note'],
    good: ['✓', '完了', 'Done'],
    warn: ['!', '注意', 'Attention'],
    bad: ['×', 'エラー', 'Error'],
    protect: [SHIELD, '保護', 'Protected'],
};

export function Notice(p: { tone: Tone; title?: string; children?: ComponentChildren; live?: boolean }): JSX.Element {
    const [sign, ja, en] = SIGNS[p.tone];
    return (
        <div class={`notice is-${p.tone}`} role={p.live === false ? undefined : p.tone === 'bad' ? 'alert' : 'status'}>
            <span class="sign" aria-hidden="true">
                {sign}
            </span>
            <div>
                <p class="notice-title">
                    <span class="unseen">
                        {t(ja, en)}
                        {t('：', ': ')}
                    </span>
                    {p.title}
                </p>
                {p.children}
            </div>
        </div>
    );
}

/** Why something failed, in the server's words where it said any. */
export function Fault(p: { of: unknown }): JSX.Element | null {
    if (!p.of) return null;
    const words =
        p.of instanceof Problem
            ? p.of.words
            : t('思わぬ誤りが起きました。もう一度お試しください。', 'Something unexpected went wrong. Please try again.');
    return <Notice tone="bad" title={words} />;
}

export function Badge(p: { tone?: 'plain' | 'good' | 'warn' | 'bad'; children: ComponentChildren }): JSX.Element {
    return <span class={`badge is-${p.tone ?? 'plain'}`}>{p.children}</span>;
}
