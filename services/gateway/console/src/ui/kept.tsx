// Whether what was typed is safe, in a word beside the form; and the form whose draft goes when what it says was recorded, not before.
import type { ComponentChildren, JSX } from 'preact';
import { trouble } from '../net/call';
import type { Draft } from '../net/draft';
import { t } from '../text';
import { ActForm, useAct } from './act';

const WORDS: Record<Draft<object>['state'], () => string> = {
    loading: () => t('下書きを確認中…', 'Looking for a draft…'),
    new: () => t('入力は自動で保存されます', 'What you type is kept'),
    typing: () => t('保存中…', 'Keeping…'),
    kept: () => t('下書き保存済み', 'Draft kept'),
    waiting: () => t('保存を待っています（この画面には残っています）', 'Waiting to be kept (it is still here)'),
};

export function Kept(p: { state: Draft<object>['state'] }): JSX.Element {
    return (
        <p class="kept" role="status">
            {WORDS[p.state === 'typing' && trouble.value ? 'waiting' : p.state]()}
        </p>
    );
}

export function KeptForm<Form>(p: {
    draft: Draft<Form>;
    onSend: (key: string) => Promise<unknown>;
    onDone?: () => void;
    isReady?: boolean;
    send: string;
    more: ComponentChildren;
    children: ComponentChildren;
}): JSX.Element {
    const act = useAct();
    async function send(key: string): Promise<void> {
        await p.onSend(key);
        await p.draft.drop().catch(() => undefined);
    }
    return (
        <>
            <Kept state={p.draft.state} />
            <ActForm {...p} act={act} onSend={send} />
        </>
    );
}
