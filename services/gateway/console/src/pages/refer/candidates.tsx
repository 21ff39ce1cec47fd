// Who could carry the case. What is the same for every candidate is said once above, so that what differs stands out.
import type { JSX } from 'preact';
import type { Candidate, Need } from '@api';
import { language, t, word } from '../../text';
import { Button } from '../../ui/button';

const FIRST_SHOWN = 3;
const TIE = 'code'; // who stands first when all else is equal: a rule, not a reason

interface Reason {
    name: string;
    words: string;
}

function reasonsOf(c: Candidate): Reason[] {
    return c.reasons.map((r) => ({ name: r.name, words: language.value === 'ja' ? r.ja : r.en }));
}

/** The reasons that every one of them has, in the same words; none where there is nobody to compare with. */
function commonOf(list: readonly Candidate[]): string[] {
    const [first, ...others] = list;
    if (!first || !others.length) return [];
    return reasonsOf(first)
        .filter((r) => r.name !== TIE && others.every((c) => reasonsOf(c).some((o) => o.words === r.words)))
        .map((r) => r.words);
}

function One(p: {
    of: Candidate;
    needs: readonly Need[];
    common: readonly string[];
    isChosen: boolean;
    onChoose: () => void;
}): JSX.Element {
    const c = p.of;
    const lacking = p.needs.filter((n) => !c.covers.includes(n));
    const own = reasonsOf(c).filter((r) => !p.common.includes(r.words));
    return (
        <article class={p.isChosen ? 'candidate is-chosen' : 'candidate'}>
            <h3>{c.name}</h3>
            <p>
                {t('対応する課題：', 'Covers: ')}
                <strong>
                    {c.covers.length
                        ? c.covers.map((n) => word('need', n)).join('、')
                        : t('なし（つなぎ先を一緒に考えます）', 'none; they help to find who does')}
                </strong>
            </p>
            {c.covers.length && lacking.length ? (
                <p class="lacks">
                    {t('残る課題：', 'Not covered: ')}
                    {lacking.map((n) => word('need', n)).join('、')}
                </p>
            ) : null}
            <h4>{t('候補にした理由', 'Why')}</h4>
            <ul>
                {own.map((r) => (
                    <li key={r.name} class={r.name === TIE ? 'lacks' : undefined}>
                        {r.words}
                    </li>
                ))}
            </ul>
            <Button
                weight={p.isChosen ? 'main' : 'plain'}
                onPress={p.onChoose}
                label={p.isChosen ? t(`${c.name}を選択中`, `Chosen: ${c.name}`) : t(`${c.name}を選ぶ`, `Choose ${c.name}`)}
            >
                {p.isChosen ? <span aria-hidden="true">✓</span> : null}
                {p.isChosen ? t('選択中', 'Chosen') : t('選ぶ', 'Choose')}
            </Button>
        </article>
    );
}

/** The best with what is theirs; the others when asked for. Whoever is chosen stays in sight. */
export function Candidates(p: {
    of: readonly Candidate[];
    needs: readonly Need[];
    chosen: readonly string[];
    onChoose: (agency: string) => void;
}): JSX.Element {
    const first = p.of.filter((c, i) => i < FIRST_SHOWN || p.chosen.includes(c.agency));
    const others = p.of.filter((c) => !first.includes(c));
    const common = commonOf(p.of);
    const grid = (list: readonly Candidate[]): JSX.Element => (
        <div class="candidates">
            {list.map((c) => (
                <One
                    key={c.agency}
                    of={c}
                    needs={p.needs}
                    common={common}
                    isChosen={p.chosen.includes(c.agency)}
                    onChoose={() => p.onChoose(c.agency)}
                />
            ))}
        </div>
    );
    return (
        <>
            {common.length ? (
                <div class="common">
                    <p>
                        <strong>{t('どの候補にも共通：', 'The same for all: ')}</strong>
                        {common.join('、')}
                    </p>
                </div>
            ) : null}
            {p.of.length ? null : <p class="empty">{t('候補がありません。', 'There is no candidate.')}</p>}
            {grid(first)}
            {others.length ? (
                <details>
                    <summary>{t(`ほかの候補（${others.length}機関）`, `Others who could (${others.length})`)}</summary>
                    {grid(others)}
                </details>
            ) : null}
        </>
    );
}
