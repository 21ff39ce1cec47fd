// A draft whose name says nothing: forms that must not be known to have been opened are kept within the draft of the person's own record, so
// that what lies on the server for a protection, or for who reported, is called as what lies there for a corrected telephone number.
import { type Draft, useDraft } from '../../net/draft';

type Part = 'protection' | 'notifier';

/** useQuietDraft: of a person's record (the case's own id = the person supported), beside what is typed to correct it (person-form.tsx). */
export function useQuietDraft<T extends object>(part: Part, person_id: string, relation: string, empty: T): Draft<T> {
    const whole = useDraft<Record<string, unknown>>('person_put', person_id, { relation });
    const value = { ...empty, ...(whole.value[part] as Partial<T> | undefined) };
    const hasMore = Object.keys(whole.value).some((k) => k !== part && k !== 'relation' && whole.value[k] !== undefined);
    return {
        value,
        state: whole.state,
        set: (change) => whole.set({ [part]: { ...value, ...change } }),
        drop: async () => {
            if (hasMore) whole.set({ [part]: undefined });
            else await whole.drop();
        },
    };
}
