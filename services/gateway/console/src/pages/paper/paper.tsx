// The paper that is given to the person: who was told what of them, when and why, in plain words with readings. It says where nobody lives
// and how nobody is reached; what could put somebody at risk at home is left out until whoever prints it puts it in.
import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { CaseView, ConsentLine, DisclosureLine, Item } from '@api';
import { t, word } from '../../text';
import { AgencyName, useAgencyNames } from '../../ui/agency';
import { Button, Link } from '../../ui/button';
import { Checks } from '../../ui/form';
import { Show, useCall } from '../../ui/load';
import { Notice } from '../../ui/notice';
import { Plain } from '../../ui/plain';
import { brief } from '../../when';
import { NameOf } from '../case/summary';
import { Warnings } from '../case/warnings';
import { groundWords, itemWords, plainDay, purposeWords, RISKY } from './words';

/** Each question with its answer under it, so that nobody has to hold a long sentence in mind. */
function Asked(p: { of: readonly (readonly [string, ComponentChildren])[] }): JSX.Element {
    return (
        <dl>
            {p.of.map(([question, answer]) => (
                <div key={question}>
                    <dt>
                        <Plain>{question}</Plain>
                    </dt>
                    <dd>{answer}</dd>
                </div>
            ))}
        </dl>
    );
}

function Items(p: { of: readonly Item[] }): JSX.Element {
    return (
        <ul>
            {p.of.map((i) => (
                <li key={i}>
                    <Plain>{itemWords(i)}</Plain>
                </li>
            ))}
        </ul>
    );
}

/** The Western year first: not everybody counts in eras. */
function DayOf(p: { at: string | undefined }): JSX.Element {
    return <Plain>{p.at ? plainDay(new Date(p.at)) : '－'}</Plain>;
}

function Told(p: { of: DisclosureLine }): JSX.Element {
    const d = p.of;
    return (
        <li>
            <Asked
                of={[
                    [t('いつ', 'When'), <DayOf at={d.at} />],
                    [
                        t('だれに', 'To whom'),
                        <>
                            <strong>
                                <AgencyName code={d.receiver} />
                            </strong>
                            {t('（', ' (from ')}
                            <AgencyName code={d.from} />
                            {t('から）', ')')}
                        </>,
                    ],
                    [t('{何|なに}を', 'What'), <Items of={d.items} />],
                    [t('{何|なん}のために', 'What for'), <Plain>{purposeWords(d.purpose)}</Plain>],
                    [t('{伝|つた}えてよい{理由|りゆう}', 'Why we may'), <Plain>{groundWords(d.basis)}</Plain>],
                ]}
            />
        </li>
    );
}

function Agreed(p: { of: ConsentLine }): JSX.Element {
    const c = p.of;
    return (
        <li>
            <Asked
                of={[
                    [
                        t('だれに', 'To whom'),
                        c.receivers.length ? (
                            <>
                                {c.receivers.map((r, i) => (
                                    <span key={r}>
                                        {i ? t('、', ', ') : ''}
                                        <AgencyName code={r} />
                                    </span>
                                ))}
                            </>
                        ) : (
                            <Plain>{t('あなたを{手伝|てつだ}う{所|ところ}すべて', 'everybody who helps you')}</Plain>
                        ),
                    ],
                    [t('{何|なに}を', 'What'), <Items of={c.items} />],
                    [t('いつまで', 'Until'), <DayOf at={c.until} />],
                ]}
            />
        </li>
    );
}

function Rights(): JSX.Element {
    return (
        <>
            <h3>
                <Plain>{t('やめたいとき、{聞|き}きたいとき', 'To stop it, or to ask')}</Plain>
            </h3>
            <ul class="rights">
                <li>
                    <Plain>
                        {t(
                            '「もう{伝|つた}えないでほしい」と{思|おも}ったら、いつでも{言|い}ってください。{理由|りゆう}は、いりません。あなたが{困|こま}ることは、ありません。',
                            'If you do not want this any more, say so at any time. You need no reason, and nothing bad follows.',
                        )}
                    </Plain>
                </li>
                <li>
                    <Plain>
                        {t(
                            'あなたについての{記録|きろく}を{見|み}ることができます。まちがいがあったら、{直|なお}すことができます。',
                            'You may see what is written about you, and have mistakes put right.',
                        )}
                    </Plain>
                </li>
                <li>
                    <Plain>{t('わからないことは、なんでも{聞|き}いてください。', 'Ask about anything that is not clear.')}</Plain>
                </li>
            </ul>
            <Asked
                of={[
                    [t('{話|はな}す{人|ひと}', 'Whom to talk to'), <span class="line-to-write" />],
                    [t('{電話番号|でんわばんごう}', 'Telephone'), <span class="line-to-write" />],
                ]}
            />
        </>
    );
}

function Sheet(p: { view: CaseView; lead: string; told: readonly DisclosureLine[]; agreed: readonly ConsentLine[] }): JSX.Element {
    const s = p.view.sealed;
    return (
        <article class="paper">
            {s?.name ? (
                <p class="to">
                    <NameOf name={s.name} kana={s.kana} />
                    {t(' さんへ', '')}
                </p>
            ) : null}
            <h2>
                <Plain>{t('あなたのことを、だれに{伝|つた}えたか', 'Who was told about you')}</Plain>
            </h2>
            <p>
                <Plain>
                    {t(
                        'この{紙|かみ}には、あなたの{相談|そうだん}について、だれに、{何|なに}を、なぜ{伝|つた}えたかが{書|か}いてあります。',
                        'This paper says who was told what about you, and why.',
                    )}
                </Plain>
            </p>
            <h3>
                <Plain>{t('いま、あなたを{担当|たんとう}している{所|ところ}', 'Who looks after you now')}</Plain>
            </h3>
            <p>
                <strong>
                    <AgencyName code={p.lead} />
                </strong>
            </p>
            <h3>
                <Plain>{t('{伝|つた}えたこと', 'What was told')}</Plain>
            </h3>
            {p.told.length ? (
                <ol>
                    {p.told.map((d) => (
                        <Told key={d.disclosure_id} of={d} />
                    ))}
                </ol>
            ) : (
                <p>
                    <Plain>{t('この{紙|かみ}に{書|か}くことは、ありません。', 'There is nothing to write here.')}</Plain>
                </p>
            )}
            <h3>
                <Plain>{t('あなたが「{伝|つた}えてもよい」と{言|い}ったこと', 'What you said may be told')}</Plain>
            </h3>
            {p.agreed.length ? (
                <ol>
                    {p.agreed.map((c) => (
                        <Agreed key={c.consent_id} of={c} />
                    ))}
                </ol>
            ) : (
                <p>
                    <Plain>{t('いまは、ありません。', 'Nothing just now.')}</Plain>
                </p>
            )}
            <Rights />
            <p class="made">
                <Plain>{t('この{紙|かみ}をつくった{日|ひ}：', 'This paper is of ')}</Plain>
                <DayOf at={new Date().toISOString()} />
            </p>
        </article>
    );
}

function Choose(p: {
    view: CaseView;
    lead: string;
    disclosures: readonly DisclosureLine[];
    consents: readonly ConsentLine[];
}): JSX.Element {
    const { view, disclosures } = p;
    const [shown, setShown] = useState(() => disclosures.filter((d) => !RISKY.includes(d.basis)).map((d) => d.disclosure_id));
    const agreed = p.consents.filter((c) => c.person_id === view.case_id && !c.withdrawn_at && Date.parse(c.until) > Date.now());
    const nameOf = useAgencyNames(disclosures.map((d) => d.receiver));
    const hasRisk = disclosures.some((d) => RISKY.includes(d.basis));
    return (
        <>
            <div class="no-print">
                <h1>{t('本人に渡す紙', 'Paper for the person')}</h1>
                {view.sealed?.is_protected ? (
                    <Notice
                        tone="protect"
                        live={false}
                        title={t(
                            '郵送せず、本人に手渡してください。家で見つかると危険なことがあります。',
                            'Do not post it: hand it to the person. It can be dangerous when it is found at home.',
                        )}
                    />
                ) : null}
                {hasRisk ? (
                    <Notice
                        tone="warn"
                        live={false}
                        title={t(
                            '虐待・暴力にかかわる提供は、はじめは載せていません。載せて本人や家族に危険がないか、確かめてください。',
                            'What was told because of abuse or violence is left out at first. Make sure that printing it puts nobody at risk.',
                        )}
                    />
                ) : null}
                {disclosures.length ? (
                    <Checks
                        legend={t('この紙に載せるもの', 'What stands on it')}
                        value={shown}
                        onValue={setShown}
                        options={disclosures.map((d) => [
                            d.disclosure_id,
                            `${brief(new Date(d.at))}　${nameOf(d.receiver)}　${word('legal_basis', d.basis)}`,
                        ])}
                    />
                ) : null}
                <p class="acts">
                    <Button weight="main" onPress={() => print()}>
                        {t('印刷する', 'Print')}
                    </Button>
                    <Link class="button is-plain" to={`case/${view.case_id}`}>
                        {t('ケースへ戻る', 'Back to the case')}
                    </Link>
                </p>
            </div>
            <Sheet view={view} lead={p.lead} told={disclosures.filter((d) => shown.includes(d.disclosure_id))} agreed={agreed} />
        </>
    );
}

export default function Paper(p: { parts: string[] }): JSX.Element {
    const case_id = p.parts[0] ?? '';
    const view = useCall('case_show', { case_id });
    const custody = useCall('custody_show', { case_id });
    const disclosures = useCall('disclosure_list', { case_id, limit: 200 });
    const consents = useCall('consent_list', { case_id });
    return (
        <Show of={view}>
            {(v) => (
                <>
                    <Warnings view={v} onEnd={view.again} />
                    <Show of={custody}>
                        {(c) => (
                            <Show of={disclosures}>
                                {(d) => (
                                    <Show of={consents}>
                                        {(a) => <Choose view={v} lead={c.lead} disclosures={d.disclosures} consents={a.consents} />}
                                    </Show>
                                )}
                            </Show>
                        )}
                    </Show>
                </>
            )}
        </Show>
    );
}
