// A session that ended by itself: the page behind is covered and unmoved, and goes on when the same person signs in again.
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { isOver, who } from '../net/session';
import { SignInForm } from '../pages/sign-in/sign-in';
import { t } from '../text';

export function Lock(): JSX.Element | null {
    const box = useRef<HTMLDialogElement>(null);
    const before = useRef<Element | null>(null);
    const isShut = isOver.value;
    useEffect(() => {
        if (isShut && !box.current?.open) box.current?.showModal();
    }, [isShut]);
    // where it was, before the page behind was shut
    useLayoutEffect(() => {
        if (isShut) before.current = document.activeElement;
        else if (before.current instanceof HTMLElement) before.current.focus();
    }, [isShut]);
    if (!isShut) return null;
    return (
        <dialog ref={box} class="lock" aria-labelledby="lock-title" onCancel={(e) => e.preventDefault()}>
            <h1 id="lock-title">{t('画面をロックしました', 'This screen is locked')}</h1>
            <p>
                {t(
                    'しばらく操作がなかったため、サインインが切れました。入力中の内容は残っています。',
                    'You were signed out because nothing was done for a while. What you were typing is kept.',
                )}
            </p>
            <SignInForm user={who.value?.user} role={who.value?.role} />
        </dialog>
    );
}
