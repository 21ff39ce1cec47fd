// The console's way of making evidence, without a browser: its own code against a real gateway. Usage: node evidence_console.mjs
//   make TOKEN CASE FOLDER   the bundle of the case and the proof of its event 3 into the folder
//   again BUNDLE             the same bundle, laid out anew, to the standard output
//   check BUNDLE KEY         is it good? else the word and the event, and 1
import { readFileSync, writeFileSync } from 'node:fs';

const { checkCase, layout, makeBundle, proofOf } = await import(process.env.KM_CODE);
const [what, ...words] = process.argv.slice(2);

async function ask(token, method, path, body) {
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
    const response = await fetch(`${process.env.KM_URL}/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
    if (!response.ok)
        throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.json();
}

async function make(token, id, folder) {
    const bundle = await makeBundle(id, {
        evidence: (from) => ask(token, 'GET', `/audit/cases/${id}/evidence?from=${from}`),
        open: async (sealed) => (await ask(token, 'POST', `/audit/cases/${id}/evidence/open`, { sealed })).sealed.events,
        keys: async (agencies) => (await ask(token, 'GET', `/audit/signing-keys?agencies=${agencies.join(',')}`)).keys,
        hosts: async () => (await ask(token, 'GET', '/hosts')).hosts,
        files: async (path) => {
            const response = await fetch(`${process.env.KM_URL}/log/${path}`);
            return response.ok ? new Uint8Array(await response.arrayBuffer()) : null;
        },
    });
    writeFileSync(`${folder}/bundle`, bundle.text);
    writeFileSync(`${folder}/proof`, proofOf(bundle.items[3]) ?? '');
    console.log(bundle.items.length);
}

/** Read as any reader would, and written by the console's own hand. */
function again(path) {
    const { events, count, format, ...head } = JSON.parse(readFileSync(path, 'utf8'));
    process.stdout.write(layout(head, events));
}

async function check(path, key) {
    try {
        const { events, erased } = await checkCase(readFileSync(path, 'utf8'), key);
        console.log(`good: ${events} events, ${erased} erased`);
    } catch (e) {
        console.log(`bad: ${e.message}`);
        process.exitCode = 1;
    }
}

const DO = { make, again, check };
await DO[what](...words);
