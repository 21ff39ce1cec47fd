// A minute before the screen is locked it says so, over the page, and one press keeps it open.
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { lockIn, stay, watch } from '../net/idle';
import { isOver, who } from '../net/session';
import { t } from '../text';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';

export function Idle(): JSX.Element | null {
    const isIn = who.value !== null && !isOver.value;
    useEffect(() => (isIn ? watch() : undefined), [isIn]);
    const seconds = lockIn.value;
    if (seconds === null || !isIn) return null;
    return (
        <Dialog title={t('まもなく画面をロックします', 'The screen will be locked soon')} onClose={stay}>
            <p>{t('しばらく操作がありません。入力中の内容は残ります。', 'Nothing was done for a while. What you are typing is kept.')}</p>
            <p>
                {t('あと', 'In ')}
                <strong class="countdown" role="timer" aria-live="off">
                    {seconds}
                </strong>
                {t('秒', ' s')}
            </p>
            <p class="acts">
                <Button weight="main" onPress={stay}>
                    {t('続ける', 'Stay')}
                </Button>
            </p>
        </Dialog>
    );
}
