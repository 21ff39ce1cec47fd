// One case: opening this page reads it, and the reading is recorded. What a protection hides is hidden until somebody who may asks for it;
// a case that is not theirs to see says so, and opens in an emergency only.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { CaseView } from '@api';
import { Problem } from '../../net/problem';
import { t } from '../../text';
import { Link } from '../../ui/button';
import { Show, useCall } from '../../ui/load';
import { Notice } from '../../ui/notice';
import { Tabs } from '../../ui/tabs';
import { Consents } from './consents';
import { Disclosures } from './disclosures';
import { Glass } from './glass';
import { Head } from './head';
import { History } from './history';
import { Members } from './members';
import { Notes } from './notes';
import { Notifier } from './notifier';
import { People } from './people';
import { Summary } from './summary';
import { Warnings } from './warnings';

const ASK_MS = 1_500;
const ASK_MOST = 20;

function Body(p: { view: CaseView; again: () => void }): JSX.Element {
    const v = p.view;
    const case_id = v.case_id;
    const isProtected = v.sealed?.is_protected === true;
    return (
        <>
            <Warnings view={v} onEnd={p.again} />
            {isProtected ? (
                <p class="print-refused">
                    {t('支援措置の対象のため、このページは印刷できません。', 'Protected: this page cannot be printed.')}
                </p>
            ) : null}
            <div class={isProtected ? 'is-shielded' : undefined}>
                {v.access === 'member' ? <Head case_id={case_id} /> : null}
                {v.access !== 'offered' && v.access !== 'emergency' ? (
                    <p class="acts">
                        <Link class="button is-main" to={`case/${case_id}/refer`}>
                            {t('つなぐ', 'Refer')}
                        </Link>
                        <Link class="button is-plain" to={`case/${case_id}/meeting`}>
                            {t('小会議を求める', 'Call a meeting')}
                        </Link>
                        <Link class="button is-plain" to={`case/${case_id}/paper`}>
                            {t('本人に渡す紙', 'Paper for the person')}
                        </Link>
                        <Link class="button is-plain" to={`case/${case_id}/close`}>
                            {t('終結する', 'Close')}
                        </Link>
                    </p>
                ) : null}
                <Tabs
                    label={t('ケースの内容', 'Parts of the case')}
                    tabs={[
                        { name: 'summary', title: t('相談', 'Consultation'), body: () => <Summary view={v} /> },
                        { name: 'people', title: t('世帯', 'Household'), body: () => <People view={v} again={p.again} /> },
                        { name: 'notes', title: t('経過記録', 'Notes'), body: () => <Notes view={v} again={p.again} /> },
                        { name: 'members', title: t('支援機関', 'Agencies'), body: () => <Members view={v} /> },
                        { name: 'history', title: t('できごと', 'Timeline'), body: () => <History case_id={case_id} /> },
                        { name: 'consents', title: t('同意', 'Consents'), body: () => <Consents view={v} /> },
                        { name: 'disclosures', title: t('提供記録', 'Disclosures'), body: () => <Disclosures case_id={case_id} /> },
                        { name: 'notifier', title: t('通報者', 'Who reported'), body: () => <Notifier view={v} /> },
                    ]}
                />
            </div>
        </>
    );
}

/** Refused, not merely out of reach just now: nothing of it may stay on the page. */
function isRefusal(problem: unknown): boolean {
    return problem instanceof Problem && (problem.http === 403 || problem.http === 404);
}

export default function Case(p: { parts: string[] }): JSX.Element {
    const case_id = p.parts[0] ?? '';
    const view = useCall('case_show', { case_id }, [`case:${case_id}`]);
    const [asks, setAsks] = useState(0);
    const isShut = isRefusal(view.problem);
    useEffect(() => {
        // the word that the glass is broken is on its way to where the case is kept
        if (!asks || !isShut) return undefined;
        const timer = setTimeout(() => {
            setAsks(asks < ASK_MOST ? asks + 1 : 0);
            view.again();
        }, ASK_MS);
        return () => clearTimeout(timer);
    }, [asks, isShut]);
    const again = (): void => {
        setAsks(0);
        view.again();
    };
    return (
        <>
            <h1>
                {t('ケース', 'Case')} <code>{case_id.slice(0, 8)}</code>
            </h1>
            {isShut && asks ? <Notice tone="info" title={t('緊急閲覧を始めています…', 'The emergency reading begins…')} /> : null}
            {isShut && !asks ? (
                <Glass
                    case_id={case_id}
                    problem={view.problem}
                    onOpen={() => {
                        setAsks(1);
                        view.again();
                    }}
                />
            ) : null}
            {isShut ? null : <Show of={view}>{(v) => <Body view={v} again={again} />}</Show>}
        </>
    );
}
