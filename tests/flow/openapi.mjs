// The published document against the rules of OpenAPI 3.1, and recorded requests and answers against the document.
//   node openapi.mjs FOLDER DOCUMENT RECORD     FOLDER holds node_modules; prints one line «ok …» or «FAIL …» per finding
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [folder, documentFile, recordFile] = process.argv.slice(2);
const require = createRequire(pathToFileURL(`${folder}/x.js`));
const Ajv = require('ajv/dist/2020').default;
const addFormats = require('ajv-formats').default;
const { Validator } = await import(pathToFileURL(`${folder}/node_modules/@seriousme/openapi-schema-validator/index.js`));

const text = readFileSync(documentFile, 'utf8');
const record = readFileSync(recordFile, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
const doc = JSON.parse(text);

function say(isGood, name, why) {
    console.log(isGood ? `ok ${name}` : `FAIL ${name}: ${JSON.stringify(why).slice(0, 600)}`);
}

const verdict = await new Validator().validate(JSON.parse(text));
say(verdict.valid, 'the document is OpenAPI', verdict.errors);
say(doc.openapi.startsWith('3.1.'), 'of version 3.1', doc.openapi);

const ajv = new Ajv({ strict: false, allErrors: true });
addFormats(ajv);
ajv.addSchema({ $id: 'https://example.test/doc', ...doc });

// What a JSON pointer into the document must look like as a reference.
const pointer = (...parts) => parts.map((p) => String(p).replaceAll('~', '~0').replaceAll('/', '~1')).map(encodeURIComponent).join('/');
const compile = (ref) => ajv.compile({ $ref: `https://example.test/doc#/${ref}` });

const operations = Object.entries(doc.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
        path,
        method: method.toUpperCase(),
        operation,
        pattern: new RegExp(`^${path.replace(/\{[^}]+\}/g, '[^/]+')}$`),
        at: pointer('paths', path, method),
        good: 0,
    })),
).filter((o) => !o.operation.responses['200']?.content?.['text/event-stream']); // what does not end is no body to look at: feed.sh hears it
const ids = operations.map((o) => o.operation.operationId);
say(new Set(ids).size === ids.length, `${ids.length} operations, each with a name of its own`, ids);

const compiled = new Map();
function validator(ref) {
    if (!compiled.has(ref))
        compiled.set(ref, compile(ref));
    return compiled.get(ref);
}

// errors: what is wrong with a body that should be as the document says at `ref`
function errors(ref, body) {
    let value;
    try {
        value = JSON.parse(body);
    } catch {
        return 'not JSON';
    }
    const check = validator(ref);
    return check(value) ? null : { body: body.slice(0, 200), errors: check.errors.slice(0, 3) };
}

const wrong = [];
let answers = 0;
let requests = 0;
for (const exchange of record) {
    const path = exchange.path.split('?')[0];
    const found = operations.filter((o) => o.method === exchange.method && o.pattern.test(path));
    if (found.length !== 1) {
        wrong.push({ exchange: `${exchange.method} ${path}`, why: `${found.length} operations` });
        continue;
    }
    const [o] = found;
    const isGood = exchange.status.startsWith('2');
    const ref = isGood
        ? `${o.at}/${pointer('responses', exchange.status, 'content', 'application/json', 'schema')}`
        : 'components/schemas/problem';
    if (isGood && !o.operation.responses[exchange.status]) {
        wrong.push({ operation: o.operation.operationId, why: `undocumented ${exchange.status}` });
        continue;
    }
    const answer = errors(ref, exchange.body);
    if (answer)
        wrong.push({ operation: o.operation.operationId, status: exchange.status, answer });
    answers++;
    if (!isGood)
        continue;
    o.good++;
    if (exchange.sent && o.operation.requestBody) {
        const sent = errors(`${o.at}/${pointer('requestBody', 'content', 'application/json', 'schema')}`, exchange.sent);
        if (sent)
            wrong.push({ operation: o.operation.operationId, sent });
        requests++;
    }
}
say(wrong.length === 0, `${answers} answers and ${requests} requests are as the document says`, wrong);
const unseen = operations.filter((o) => o.good === 0).map((o) => o.operation.operationId);
say(unseen.length === 0, 'every operation was seen to succeed', unseen);
