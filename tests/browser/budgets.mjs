// What the first page costs, and each page after it, measured over the wire as a browser without anything kept from before gets it.
import { BASE, check, end, launch, sit, signIn } from './lib.mjs';

const KB = 1000;
const FIRST_SCRIPT = 60 * KB;
const FIRST_STYLE = 15 * KB;
const PAGE = 40 * KB;
const PATHS = {
    sender: ['work', 'new', 'meetings', 'recalls', 'agencies', `case/${crypto.randomUUID()}`, `case/${crypto.randomUUID()}/refer`, `referral/${crypto.randomUUID()}`, `meeting/${crypto.randomUUID()}`],
    coordinator: ['board', 'flows', 'duplicates', 'notices', 'queues'],
    auditor: ['audit', 'reports', 'proof', 'keys', 'hosts', `audit/case/${crypto.randomUUID()}`],
    administrator: ['users', 'directory', 'settings'],
};

/** What came from now on, as it came over the wire, by kind: the console's own files only. */
async function weigh(page) {
    const session = await page.context().newCDPSession(page);
    const kinds = new Map();
    const sum = { script: 0, style: 0, plain: 0, files: 0 };
    await session.send('Network.enable');
    session.on('Network.responseReceived', (e) => {
        if (!new URL(e.response.url).pathname.startsWith('/console/'))
            return;
        kinds.set(e.requestId, e.type);
        sum.plain += /gzip/.test(e.response.headers['Content-Encoding'] ?? '') ? 0 : 1;
    });
    session.on('Network.loadingFinished', (e) => {
        const kind = kinds.get(e.requestId);
        if (kind === 'Script')
            sum.script += e.encodedDataLength;
        if (kind === 'Stylesheet')
            sum.style += e.encodedDataLength;
        sum.files += kind ? 1 : 0;
    });
    return sum;
}

const browser = await launch();
const first = await sit(browser, 'first');
const sum = await weigh(first);
await first.goto(`${BASE}c/`);
await first.getByLabel('確認コード').waitFor();
await first.waitForTimeout(500);
check('first load: something was measured', sum.script > KB && sum.style > KB, JSON.stringify(sum));
check(`first load: ${sum.script} bytes of script are at most ${FIRST_SCRIPT}`, sum.script <= FIRST_SCRIPT, String(sum.script));
check(`first load: ${sum.style} bytes of style are at most ${FIRST_STYLE}`, sum.style <= FIRST_STYLE, String(sum.style));
check('first load: every file comes compressed', sum.plain === 0, `${sum.plain} of ${sum.files}`);
await first.context().close();
for (const [who, paths] of Object.entries(PATHS)) {
    const page = await sit(browser, who);
    await signIn(page, who);
    await page.waitForTimeout(500);
    for (const path of paths) {
        const cold = await weigh(page);
        await page.evaluate((p) => {
            history.pushState(null, '', `/c/${p}`);
            dispatchEvent(new PopStateEvent('popstate'));
        }, path);
        await page.locator('main h1, main .notice, main .empty').first().waitFor();
        await page.waitForTimeout(150);
        const cost = cold.script + cold.style;
        const isMeasured = cost > 0 || path === paths[0]; // which signing in has opened already
        check(`${path.replace(/[0-9a-f-]{36}/, 'x')}: ${cost} bytes are at most ${PAGE}`, isMeasured && cost <= PAGE, String(cost));
    }
    await page.context().close();
}
await browser.close();
end();
