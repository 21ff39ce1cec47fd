// What waits for this person, the most pressing first: offers to answer, what came back, what was sent and waits for others, what they began
// to write, what they took on, and their agency's open cases.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { t } from '../../text';
import { Button } from '../../ui/button';
import { heldColumns, useCases } from './cases';
import { Drafts } from './drafts';
import { NamesHint } from './names';
import { Part } from './part';
import { backColumns, columnsOf, useBox } from './referrals';

const keyOf = (r: { ref_id: string }): string => r.ref_id;

function Back(): JSX.Element | null {
    const back = useBox('back');
    if (back.value && !back.value.rows.length) return null;
    return (
        <Part
            title={t('戻ってきたつなぎ（次の一手が要ります）', 'Came back: needs a next step')}
            caption={t('戻ってきたつなぎ', 'Came back')}
            list={back}
            columns={backColumns(false)}
            rowKey={keyOf}
            empty={t('ありません。', 'None.')}
        />
    );
}

function Active(): JSX.Element | null {
    const active = useBox('active');
    if (active.value && !active.value.rows.length) return null;
    return (
        <Part
            title={t('引き受けて支援しているつなぎ', 'Taken on')}
            list={active}
            columns={columnsOf('active')}
            rowKey={keyOf}
            empty={t('ありません。', 'None.')}
        />
    );
}

function Running(): JSX.Element {
    return (
        <Part
            title={t('送って、相手が支援しているつなぎ', 'Sent, and taken on by others')}
            list={useBox('running')}
            columns={columnsOf('running')}
            rowKey={keyOf}
            empty={t('ありません。', 'None.')}
        />
    );
}

export default function Work(): JSX.Element {
    const [isAll, setAll] = useState(false);
    return (
        <>
            <h1>{t('わたしの仕事', 'My work')}</h1>
            <NamesHint />
            <Part
                title={t('回答を待っているつなぎ', 'Waiting for your answer')}
                list={useBox('answer')}
                columns={columnsOf('answer')}
                rowKey={keyOf}
                empty={t('いま回答するものはありません。', 'Nothing waits for your answer.')}
            />
            <Back />
            <Part
                title={t('送ったつなぎ（返事待ち・送る前）', 'Sent and not answered, or not sent yet')}
                caption={t('送ったつなぎ', 'Sent, not answered')}
                list={useBox('awaited')}
                columns={columnsOf('awaited')}
                rowKey={keyOf}
                empty={t('待っている返事はありません。', 'No answer is awaited.')}
            />
            <Drafts />
            <Active />
            <Part
                title={t('ケース', 'Cases')}
                list={useCases('held')}
                columns={heldColumns()}
                rowKey={(c) => c.case_id}
                empty={t('受け持ちのケースはありません。', 'There are no open cases.')}
            >
                <p class="hint">
                    {t(
                        '新しく受け持ったものから。終結したケースは載りません。',
                        'The last that came to you first; closed cases are left out.',
                    )}
                </p>
            </Part>
            {isAll ? (
                <Running />
            ) : (
                <p class="acts">
                    <Button onPress={() => setAll(true)}>
                        {t('送って、相手が支援しているつなぎも表示', 'Show those that others took on, too')}
                    </Button>
                </p>
            )}
        </>
    );
}
