// What the console stands on is taken away: a process is killed or held still, and the supervisor with it, so that nothing comes back before
// somebody has seen what the page says. Only processes of the installation that this test started.
import { readdirSync, readFileSync } from 'node:fs';
import { becomes, check, sees } from './lib.mjs';

const SUPERVISOR = Number(readFileSync(process.env.KM_PIDS, 'utf8').match(/^supervisor 0 (\d+)$/m)[1]);
const BACK_MS = 120_000; // whoever asks in vain asks again for a minute

/** Whatever is said while something is away: in words, and that nothing typed is lost. */
export const WORDS = /入力した内容は残っています/;
export const AGAIN = /入力した内容は残っています。(しばらくしてから自動でやり直します|つながり次第、自動で続けます)/;
/** What is nothing to people. */
const CODES = /\b[45]\d\d\b|Idempotency|undefined|\[object|urn:|UNAVAILABLE|Error\b|思わぬ誤り/;

const held = new Set();
const goOn = () => {
    for (const pid of held)
        try {
            process.kill(pid, 'SIGCONT');
        } catch {
            // it ended
        }
    held.clear();
};
process.on('exit', goOn);
for (const signal of ['SIGTERM', 'SIGINT'])
    process.on(signal, () => process.exit(1));

function hold(pid) {
    held.add(pid);
    process.kill(pid, 'SIGSTOP');
}

/** The supervisor's children of that name: nobody else's, whatever their number was before. */
function processesOf(program) {
    const parentOf = (pid) => Number(readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ')[1]);
    const nameOf = (pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[0].split('/').at(-1);
    return readdirSync('/proc').filter((n) => /^\d+$/.test(n)).map(Number).filter((pid) => {
        try {
            return parentOf(pid) === SUPERVISOR && nameOf(pid) === program;
        } catch {
            return false; // it ended
        }
    });
}

export function kill(program) {
    const all = processesOf(program);
    for (const pid of all)
        process.kill(pid, 'SIGKILL');
    check(`${program} was killed`, all.length > 0, 'no such process');
}

/** Until the returned function is called, those programs are dead. */
export function away(...programs) {
    hold(SUPERVISOR);
    programs.forEach(kill);
    return goOn;
}

/** Until the returned function is called, they live and say nothing. */
export function still(program) {
    const all = processesOf(program);
    all.forEach(hold);
    check(`${program} stands still`, all.length > 0, 'no such process');
    return goOn;
}

/** The page says what is happening, where it is seen, and in words. */
export async function says(page, name, words = WORDS) {
    const told = page.locator('.notice').filter({ hasText: words });
    await sees(page, `${name}: the page says so in words`, told);
    const { height } = page.viewportSize();
    await becomes(`${page.story}: ${name}: where it is seen`, () => told.first().boundingBox({ timeout: 1000 }), (box) => box !== null && box.y >= 0 && box.y + box.height <= height + 1);
    const all = await page.locator('body').innerText();
    const code = CODES.exec(all);
    check(`${page.story}: ${name}: and in no code`, code === null, code?.[0]);
}

/** Nothing is said of it any more. */
export async function isQuiet(page, name) {
    const loud = page.locator('.line, .notice.is-bad');
    let left = await loud.allInnerTexts();
    for (const until = Date.now() + BACK_MS; left.length > 0 && Date.now() < until; left = await loud.allInnerTexts())
        await page.waitForTimeout(100);
    check(`${page.story}: ${name}: the page is quiet again`, left.length === 0, left.join(' | '));
}

/** A page of the menu. */
export const menu = (page, name) => page.getByRole('navigation', { name: '主なページ' }).getByRole('link', { name, exact: true }).click();

export async function comes(page, name, locator) {
    await locator.first().waitFor({ timeout: BACK_MS }).catch(() => undefined);
    await sees(page, name, locator);
}

/** They die; somebody presses; the page says so and keeps what was typed; they come back, and it ends by itself. */
export async function survives(page, name, programs, { press, typed, done, words }) {
    const before = typed ? await typed() : '';
    const back = away(...programs);
    await press();
    await says(page, name, words);
    if (typed)
        check(`${page.story}: ${name}: what was typed stands there`, before !== '' && (await typed()) === before, await typed());
    back();
    await comes(page, `${name}: it ends well by itself`, done);
    await isQuiet(page, name);
}
