// Until when this user reads which case in an emergency: the server ends it, this only lets the page say how long it still is. Kept for all
// tabs; nothing but ids and moments.
import { signal } from '@preact/signals';

const KEPT = 'kashimaru.emergency';

type Ends = Record<string, string>;

function kept(): Ends {
    try {
        const all = JSON.parse(localStorage.getItem(KEPT) ?? '{}') as Ends;
        return Object.fromEntries(Object.entries(all).filter(([, until]) => Date.parse(until) > Date.now()));
    } catch {
        return {};
    }
}

export const emergencies = signal<Ends>(kept());

export function broken(case_id: string, until: string): void {
    emergencies.value = { ...kept(), [case_id]: until };
    localStorage.setItem(KEPT, JSON.stringify(emergencies.value));
}

addEventListener('storage', (e) => {
    if (e.key === KEPT) emergencies.value = kept();
});
