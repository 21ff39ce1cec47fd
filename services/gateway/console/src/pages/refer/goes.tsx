// What goes to whom, in words, before it is sent: each receiver by name, what they will see, what they will not, and on which ground.
import type { JSX } from 'preact';
import { WORDS, type Item, type LegalBasis, type ReferralKind } from '@api';
import { t, word } from '../../text';
import { useAgencyNames } from '../../ui/agency';

const JOINS: readonly ReferralKind[] = ['transfer', 'added_support'];

function words(items: readonly Item[]): string {
    return items.map((i) => word('item', i)).join('、');
}

export function Goes(p: { to: readonly string[]; kind: ReferralKind; items: readonly Item[]; basis: LegalBasis }): JSX.Element {
    const nameOf = useAgencyNames(p.to);
    const kept = (Object.keys(WORDS.item) as Item[]).filter((i) => !p.items.includes(i));
    return (
        <section class="group" aria-label={t('送る前の確認', 'Before it is sent')}>
            <h3>{t('送ると、相手に見えるもの', 'What they will see')}</h3>
            {p.to.length ? (
                <ul class="goes">
                    {p.to.map((agency) => (
                        <li key={agency}>
                            <p>
                                <strong>{t(`${nameOf(agency)}に渡るもの：`, `To ${nameOf(agency)}: `)}</strong>
                                {p.items.length
                                    ? `${words(p.items)}${t('（根拠：', ' (ground: ')}${word('legal_basis', p.basis)}${t('）', ')')}`
                                    : t('本人の情報は渡りません', 'nothing about the person')}
                            </p>
                        </li>
                    ))}
                </ul>
            ) : (
                <p class="hint">{t('つなぎ先を選ぶと、渡るものをここに示します。', 'Choose whom to ask: what they get is shown here.')}</p>
            )}
            {kept.length ? (
                <p>
                    {t('渡らないもの：', 'Not given: ')}
                    {words(kept)}
                </p>
            ) : null}
            <p class="hint">
                {t(
                    '課題・緊急度・年齢層・地域は、だれかを示さない情報として、いつも相手に見えます。',
                    'Needs, urgency, age and area are always seen; they do not say who it is.',
                )}
                {JOINS.includes(p.kind) && p.items.length
                    ? t(
                          '相手が引き受けたあとは、同じ根拠で渡せる範囲で、ほかの項目も見えるようになります。',
                          ' Once they accept, they see the rest as far as the same ground covers it.',
                      )
                    : ''}
            </p>
            {p.to.length > 1 ? (
                <p>
                    {t(
                        `${p.to.length}機関に同時に打診します。最初に引き受けた機関に決まり、ほかへの打診は取り下げられます。`,
                        `${p.to.length} agencies are asked at once: the first to accept has it, and the others are taken back.`,
                    )}
                </p>
            ) : null}
        </section>
    );
}
