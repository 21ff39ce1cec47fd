// What is wrong with the line, in words, wherever on a long page somebody is; it goes away by itself, and nothing moves when it comes.
import type { JSX } from 'preact';
import { trouble } from '../net/call';
import { isLive } from '../net/live';
import { t } from '../text';
import { Notice } from './notice';

/** What was asked for waits. */
export function Waiting(): JSX.Element | null {
    if (!trouble.value) return null;
    return (
        <div class="line">
            <Notice tone="warn" title={trouble.value.words}>
                <p>{t('続けて試しています。このページを閉じないでください。', 'Still trying. Please keep this page open.')}</p>
            </Notice>
        </div>
    );
}

/** The same, or that no news come. */
export function Line(): JSX.Element | null {
    if (trouble.value) return <Waiting />;
    if (isLive.value) return null;
    return (
        <div class="line">
            <Notice
                tone="info"
                title={t(
                    '新着の受信が途切れています。つながり次第、最新の状態に追いつきます。',
                    'News are interrupted; the page catches up as soon as the line is back.',
                )}
            />
        </div>
    );
}
