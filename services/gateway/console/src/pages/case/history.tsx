// What happened, in its order.
import type { JSX } from 'preact';
import type { HistoryLine } from '@api';
import { t, word } from '../../text';
import { AgencyName } from '../../ui/agency';
import { Show, useCall } from '../../ui/load';
import { Moment } from '../../ui/moment';

/** A referral's event is told by its own word, everything else by what happened. */
function what(line: HistoryLine): string {
    return line.happened === 'referral'
        ? t(`つなぎ：${word('referral_event', line.detail)}`, `referral: ${word('referral_event', line.detail)}`)
        : word('happening', line.happened);
}

export function History(p: { case_id: string }): JSX.Element {
    const history = useCall('history_show', { case_id: p.case_id }, [`case:${p.case_id}`]);
    return (
        <Show of={history}>
            {(h) => (
                <ol class="steps">
                    {h.events.map((e, i) => (
                        <li key={i}>
                            <Moment at={e.at} short />　<strong>{what(e)}</strong>　<AgencyName code={e.agency} />
                            {e.counterpart && e.counterpart !== e.agency ? (
                                <>
                                    {e.happened === 'baton_moved' ? ' ← ' : ' → '}
                                    <AgencyName code={e.counterpart} />
                                </>
                            ) : null}
                            {e.reason ? (
                                <>
                                    　{t('理由：', 'reason: ')}
                                    {word('reason', e.reason)}
                                </>
                            ) : null}
                        </li>
                    ))}
                </ol>
            )}
        </Show>
    );
}
