// Whose case a row is. Nobody's name stands in a list by itself: it is asked for, one case at a time, which is recorded as a reading. It stays
// in this tab's memory alone, and is gone when the tab is locked, signed out or loaded anew.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { effect, signal } from '@preact/signals';
import { call } from '../../net/call';
import { Problem } from '../../net/problem';
import { isOver, who } from '../../net/session';
import { Button } from '../../ui/button';
import { Badge } from '../../ui/notice';
import { t } from '../../text';
import { NameOf } from '../case/summary';

interface Seen {
    name: string | undefined;
    kana: string | undefined;
    isProtected: boolean;
}

const seen = signal<ReadonlyMap<string, Seen>>(new Map());
const whose = (): string => (who.value && !isOver.value ? `${who.value.user} ${who.value.agency} ${who.value.role}` : '');
let reader = whose();

effect(() => {
    const now = whose();
    if (now !== reader || !now) seen.value = new Map();
    reader = now;
});

async function ask(case_id: string): Promise<void> {
    const mine = whose();
    const { sealed } = await call('people_show', { case_id });
    const first = sealed.people[0];
    if (!mine || mine !== whose()) return; // locked meanwhile
    seen.value = new Map(seen.value).set(case_id, {
        name: first?.name,
        kana: first?.kana,
        isProtected: sealed.people.some((p) => p.is_protected),
    });
}

function why(problem: unknown): string {
    const isRefused = problem instanceof Problem && (problem.http === 403 || problem.http === 404);
    if (isRefused) return t('担当チームの職員だけが見られます', 'For the team of the case only');
    return problem instanceof Problem ? problem.words : t('いまは見られません', 'Not to be seen just now');
}

/** The name, or the way to it; `what` tells the row apart for who does not see it. */
export function NameCell(p: { case_id: string; what: string }): JSX.Element {
    const [isBusy, setBusy] = useState(false);
    const [problem, setProblem] = useState<unknown>(null);
    const known = seen.value.get(p.case_id);
    const press = (): void => {
        setBusy(true);
        setProblem(null);
        ask(p.case_id)
            .catch(setProblem)
            .finally(() => setBusy(false));
    };
    return (
        <span role="status">
            {known ? (
                <>
                    {known.name ? (
                        <NameOf name={known.name} kana={known.kana} />
                    ) : (
                        t('氏名は伏せられているか、まだ記録がありません', 'Hidden or not recorded')
                    )}
                    {known.isProtected ? <Badge tone="bad">{t('支援措置の対象', 'Protected')}</Badge> : null}
                </>
            ) : problem ? (
                why(problem)
            ) : (
                <Button weight="quiet" busy={isBusy} onPress={press} label={t(`氏名を見る：${p.what}`, `See the name: ${p.what}`)}>
                    {t('氏名を見る', 'See the name')}
                </Button>
            )}
        </span>
    );
}

/** Said once, above the lists. */
export function NamesHint(): JSX.Element {
    return (
        <p class="hint">
            {t(
                '氏名は伏せてあります。「氏名を見る」を押すと1件だけ表示し、見たことが記録されます。画面のロック、サインアウト、再読み込みでまた伏せられます。',
                'Names are hidden. "See the name" shows one and records that you saw it; locking, signing out or reloading hides them again.',
            )}
        </p>
    );
}
