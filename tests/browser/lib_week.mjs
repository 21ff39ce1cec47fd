// The week in which meetings of stories are: the next one, on a day on which offices are open, whatever day it is today; and the same for the
// whole story, also when that goes on over midnight.
import { hands } from './hands.mjs';

const TOKYO_MS = 9 * 3_600_000;
const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
const MARGIN_MS = 3_600_000; // what begins in the last hour of a Sunday ends on a Monday
const WEEKS_MOST = 3;
/** Month and day of whatever may be a holiday or shuts offices at the year's end, other than holidays that are always on a Monday. */
const SHUT = /^(01-0[123]|02-11|02-23|03-(19|2[0-2])|04-29|05-0[3-6]|08-11|09-2[1-3]|11-03|11-23|12-(29|3[01]))$/;

const local = Date.now() + MARGIN_MS + WEEK_MS + TOKYO_MS; // as if Tokyo were at Greenwich
const midnight = local - (local % DAY_MS);
const MONDAY = midnight - ((new Date(midnight).getUTCDay() + 6) % 7) * DAY_MS;
const isOpen = (column) => !SHUT.test(new Date(MONDAY + column * DAY_MS).toISOString().slice(5, 10));
const COLUMN = [1, 2, 3, 4, 0].find(isOpen) ?? 1; // Tuesday, where it can be

/** The cells of these rows, half hours from nine on, of that day; or of the day after it. */
export const cells = (rows, plus = 0) => rows.map((row) => `${(COLUMN + plus) % 5}-${row}`);

/** So many half hours after nine on that day, for so many. */
export function stretch(half, count) {
    const starts = MONDAY + COLUMN * DAY_MS + 9 * 3_600_000 + half * 1_800_000 - TOKYO_MS;
    return { starts: new Date(starts).toISOString(), ends: new Date(starts + count * 1_800_000).toISOString() };
}

/** That week stands on the page. */
export async function turnToWeek(page) {
    const date = new Intl.DateTimeFormat('ja-JP-u-ca-japanese', { era: 'long', year: 'numeric', month: 'long', day: 'numeric', timeZone: 'UTC' }).format(MONDAY);
    const shown = page.locator('.week-bar strong').first();
    for (let i = 0; i < WEEKS_MOST && (await shown.innerText()) !== `${date}（月）の週`; i++)
        await hands(page).press(page.getByRole('button', { name: '次の週' }).first());
    await page.locator('.week-bar strong').filter({ hasText: `${date}（月）の週` }).first().waitFor();
}
