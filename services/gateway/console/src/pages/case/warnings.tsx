// What stands above every part of a case and of every page about it, and stays in sight when one moves down: a protection, and an
// emergency reading with the time that is left of it.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { CaseView } from '@api';
import { emergencies } from '../../net/emergency';
import { t, word } from '../../text';
import { Notice } from '../../ui/notice';
import { yearWords } from './year';
import '../../style/case.css';

const SECOND_MS = 1000;

/** 59:04 */
function left(ms: number): string {
    const s = Math.max(0, Math.floor(ms / SECOND_MS));
    return `${String(Math.floor(s / 60)).padStart(2, '0')}:${String(s % 60).padStart(2, '0')}`;
}

function Countdown(p: { until: string; onEnd: () => void }): JSX.Element {
    const end = Date.parse(p.until);
    const [now, setNow] = useState(Date.now());
    useEffect(() => {
        const timer = setInterval(() => setNow(Date.now()), SECOND_MS);
        return () => clearInterval(timer);
    }, []);
    const isOver = now >= end;
    useEffect(() => {
        if (isOver) p.onEnd();
    }, [isOver]);
    return (
        <p>
            {t('残り時間：', 'Time left: ')}
            <span class="countdown" role="timer" aria-live="off">
                {left(end - now)}
            </span>
        </p>
    );
}

function Emergency(p: { case_id: string; onEnd: () => void }): JSX.Element {
    const until = emergencies.value[p.case_id];
    return (
        <Notice
            tone="bad"
            live={false}
            title={t(
                '緊急閲覧中です。所属長と監査担当に知らされ、後で確認されます。',
                'Emergency reading: your team lead and the auditor were told and will review it.',
            )}
        >
            {until ? (
                <Countdown until={until} onEnd={p.onEnd} />
            ) : (
                <p>{t('始まりから60分で終わります。', 'It ends 60 minutes after it began.')}</p>
            )}
        </Notice>
    );
}

export function Warnings(p: { view: CaseView; onEnd: () => void }): JSX.Element {
    const { view } = p;
    const masked = view.sealed?.masked ?? [];
    const year = yearWords(view.sealed?.protected_until);
    return (
        <>
            <div class="shield">
                {view.access === 'emergency' ? <Emergency case_id={view.case_id} onEnd={p.onEnd} /> : null}
                {view.sealed?.is_protected ? (
                    <Notice
                        tone="protect"
                        live={false}
                        title={t(
                            '支援措置の対象です。住所・連絡先・行き先を、だれにも伝えないでください。',
                            'Protected: never tell anybody the address, how to reach them, or where they go.',
                        )}
                    >
                        {masked.length ? (
                            <p>
                                {t('あなたに伏せている項目：', 'Hidden from you: ')}
                                {masked.map((m) => word('masked_field', m)).join('、')}
                            </p>
                        ) : null}
                        {year ? <p>{year}</p> : null}
                    </Notice>
                ) : null}
            </div>
            {view.access === 'offered' ? (
                <Notice
                    tone="info"
                    live={false}
                    title={t('打診中のため、示された項目だけが見えます。', 'Offered to your agency: only what was disclosed is shown.')}
                />
            ) : null}
        </>
    );
}
