// A consultation that was taken on: its number, who leads now, and what comes next, so that nothing must be remembered.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { CaseReceipt } from '@api';
import { t } from '../../text';
import { Button, Link } from '../../ui/button';
import { Notice } from '../../ui/notice';
import { WriteNote } from '../../ui/write-note';

export function Taken(p: { receipt: CaseReceipt; isNamed: boolean; onNext: () => void }): JSX.Element {
    const id = p.receipt.case_id;
    const [isWriting, setWriting] = useState(false);
    const [isWritten, setWritten] = useState(false);
    return (
        <>
            <h1>{t('相談を受け付けました', 'The consultation is taken on')}</h1>
            <Notice tone="good" title={t('このケースの主担当は、いま、あなたの機関です。', 'Your agency leads this case from now on.')}>
                <p>
                    {t('ケース番号：', 'Case number: ')}
                    <strong class="case-number">{id.slice(0, 8)}</strong>
                </p>
                {p.isNamed ? (
                    <p>
                        {t(
                            '同じ人の相談がほかにないかは自動で照合され、見つかれば調整担当が確かめます。',
                            'Whether the same person is known elsewhere is looked for by itself; a coordinator decides on what is found.',
                        )}
                    </p>
                ) : null}
            </Notice>
            <h2>{t('次にすること', 'What comes next')}</h2>
            <p class="acts">
                <Link class="button is-main" to={`case/${id}/refer`}>
                    {t('つなぎ先をさがす', 'Find who can carry it')}
                </Link>
                {isWriting ? null : (
                    <Button onPress={() => setWriting(true)}>{t('電話・訪問・面談の記録を書く', 'Write a note of a call or visit')}</Button>
                )}
                <Link class="button is-plain" to={`case/${id}`}>
                    {t('ケースを開く', 'Open the case')}
                </Link>
                <Button onPress={p.onNext}>{t('次の相談を受け付ける', 'Take the next one')}</Button>
                <Link class="button is-plain" to="work">
                    {t('わたしの仕事へ戻る', 'Back to my work')}
                </Link>
            </p>
            {isWritten ? <Notice tone="good" title={t('経過記録に書きました。', 'The note is recorded.')} /> : null}
            {isWriting ? (
                <section class="group">
                    <h2>{t('経過記録', 'Note')}</h2>
                    <WriteNote
                        case_id={id}
                        onDone={() => {
                            setWriting(false);
                            setWritten(true);
                        }}
                    />
                </section>
            ) : null}
        </>
    );
}
