// What the first page costs, and each page after it, measured over the wire as a browser without anything kept from before gets it.
import { BASE, becomes, check, end, launch, sit, signIn } from './lib.mjs';

const KB = 1000;
const QUIET_MS = 300;
const FIRST_SCRIPT = 60 * KB;
const FIRST_STYLE = 15 * KB;
const PAGE = 40 * KB;
const PATHS = {
    sender: ['work', 'new', 'meetings', 'recalls', 'agencies', `case/${crypto.randomUUID()}`, `case/${crypto.randomUUID()}/refer`, `referral/${crypto.randomUUID()}`, `meeting/${crypto.randomUUID()}`],
    coordinator: ['board', 'flows', 'duplicates', 'notices', 'queues'],
    auditor: ['audit', 'reports', 'proof', 'keys', 'hosts', `audit/case/${crypto.randomUUID()}`],
    administrator: ['users', 'directory', 'settings'],
};

/** What came from now on, as it came over the wire, by kind, and how much is still on its way: the console's own files only. */
async function weigh(page) {
    const session = await page.context().newCDPSession(page);
    const kinds = new Map();
    const sum = { script: 0, style: 0, plain: 0, files: 0, onTheirWay: 0 };
    const asked = new Set();
    const isOurs = (url) => new URL(url).pathname.startsWith('/console/');
    const done = (e) => {
        asked.delete(e.requestId);
        sum.onTheirWay = asked.size;
    };
    await session.send('Network.enable');
    session.on('Network.requestWillBeSent', (e) => {
        if (isOurs(e.request.url))
            asked.add(e.requestId);
        sum.onTheirWay = asked.size;
    });
    session.on('Network.loadingFailed', done);
    session.on('Network.responseReceived', (e) => {
        if (!isOurs(e.response.url))
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
        done(e);
    });
    return sum;
}

/** Everything is here, and was counted. */
async function isIn(page, name, sum) {
    await becomes(`${name}: all of it came`, async () => {
        await page.waitForTimeout(QUIET_MS);
        return sum.onTheirWay;
    }, (n) => n === 0);
}

const browser = await launch();
const first = await sit(browser, 'first');
const sum = await weigh(first);
await first.goto(`${BASE}c/`);
await first.getByLabel('確認コード').waitFor();
await isIn(first, 'first load', sum);
check('first load: something was measured', sum.script > KB && sum.style > KB, JSON.stringify(sum));
check(`first load: ${sum.script} bytes of script are at most ${FIRST_SCRIPT}`, sum.script <= FIRST_SCRIPT, String(sum.script));
check(`first load: ${sum.style} bytes of style are at most ${FIRST_STYLE}`, sum.style <= FIRST_STYLE, String(sum.style));
check('first load: every file comes compressed', sum.plain === 0, `${sum.plain} of ${sum.files}`);
await first.context().close();
for (const [who, paths] of Object.entries(PATHS)) {
    const page = await sit(browser, who);
    await signIn(page, who);
    await page.locator('main h1').first().waitFor();
    await isIn(page, who, await weigh(page));
    for (const path of paths) {
        const cold = await weigh(page);
        await page.evaluate((p) => {
            history.pushState(null, '', `/c/${p}`);
            dispatchEvent(new PopStateEvent('popstate'));
        }, path);
        const isOpened = path === paths[0]; // by signing in
        await becomes(`${path.replace(/[0-9a-f-]{36}/, 'x')}: it opens`, async () => (isOpened || cold.script > 0) && (await page.locator('main .loading').count()) === 0);
        await isIn(page, path.replace(/[0-9a-f-]{36}/, 'x'), cold);
        const cost = cold.script + cold.style;
        const isMeasured = cost > 0 || isOpened;
        check(`${path.replace(/[0-9a-f-]{36}/, 'x')}: ${cost} bytes are at most ${PAGE}`, isMeasured && cost <= PAGE, String(cost));
    }
    await page.context().close();
}
await browser.close();
end();
