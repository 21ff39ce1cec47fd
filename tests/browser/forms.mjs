// The forms a worker fills in with the telephone between ear and shoulder: dates as they are said, a reading that writes itself, an order that
// can be changed, what is missing said at once, and what goes to whom before it goes.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { ask, becomes, check, end, launch, leave, look, offer, openCase, PHONE, sees, sit, signIn, stands, TOLD, until } from './lib.mjs';

const need = createRequire(`${process.env.KM_CONSOLE}/package.json`);

/** A part of the console that depends on nothing, as the browser would run it. */
async function part(path) {
    const ts = need('typescript');
    const source = readFileSync(`${process.env.KM_CONSOLE}/src/${path}`, 'utf8');
    const { outputText } = ts.transpileModule(source, { compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 } });
    return import(`data:text/javascript;base64,${Buffer.from(outputText).toString('base64')}`);
}

const TODAY = '2026-11-22';
const MEANT = [
    ['', 'none'],
    ['S21.3.5', '1946-03-05'],
    ['s21.3.5', '1946-03-05'],
    ['Ｓ２１．３．５', '1946-03-05'],
    ['S210305', '1946-03-05'],
    ['S21/3/5', '1946-03-05'],
    ['S21-03-05', '1946-03-05'],
    ['S21 3 5', '1946-03-05'],
    ['昭和21年3月5日', '1946-03-05'],
    ['昭和２１年　３月　５日生まれ', '1946-03-05'],
    ['㍼21年3月5日', '1946-03-05'],
    ['昭21.3.5', '1946-03-05'],
    ['1946-03-05', '1946-03-05'],
    ['1946/3/5', '1946-03-05'],
    ['1946年3月5日', '1946-03-05'],
    ['19460305', '1946-03-05'],
    ['１９４６０３０５', '1946-03-05'],
    ['M45.7.29', '1912-07-29'],
    ['T元.7.30', '1912-07-30'],
    ['大正15年12月25日', '1926-12-25'],
    ['昭和元年12月25日', '1926-12-25'],
    ['S64.1.7', '1989-01-07'],
    ['H1.1.8', '1989-01-08'],
    ['平成元年1月8日', '1989-01-08'],
    ['H31.4.30', '2019-04-30'],
    ['令和元年5月1日', '2019-05-01'],
    ['R1.5.1', '2019-05-01'],
    ['R8.11.22', '2026-11-22'],
    ['H12.2.29', '2000-02-29'],
    ['昭和21年3月', '1946-03'],
    ['S21.3', '1946-03'],
    ['1946-03', '1946-03'],
    ['昭和21年', '1946'],
    ['S21', '1946'],
    ['S64', '1989'],
    ['1946', '1946'],
    ['80歳', 'age 80'],
    ['約８０歳くらい', 'age 80'],
    ['S64.1.8', 'era'],
    ['S64.2', 'era'],
    ['S65', 'era'],
    ['H1.1.7', 'era'],
    ['H31.5.1', 'era'],
    ['R1.4.30', 'era'],
    ['大正15年12月26日', 'era'],
    ['S1.12.24', 'era'],
    ['R8.11.23', 'future'],
    ['2027', 'future'],
    ['1895-12-31', 'date'],
    ['1895-11-21', 'too_old'],
    ['M20.1.1', 'too_old'],
    ['200歳', 'too_old'],
    ['1946-02-29', 'no_such_day'],
    ['S21.13.1', 'no_such_day'],
    ['S21.4.31', 'no_such_day'],
    ['S0.3.5', 'form'],
    ['S21.0.5', 'form'],
    ['21.3.5', 'form'],
    ['460305', 'form'],
    ['194635', 'form'],
    ['3月5日', 'form'],
    ['さくら', 'form'],
    ['S', 'form'],
];

async function dates() {
    const { understand, inEra, agesOf, bandTold } = await part('birth.ts');
    for (const [text, wanted] of MEANT) {
        const u = understand(text, TODAY);
        const got = { none: () => 'none', age: () => `age ${u.age}`, fault: () => u.why, date: () => (wanted === 'date' ? 'date' : u.iso) }[u.kind]();
        check(`dates: 「${text}」 is ${wanted}`, got === wanted, got);
    }
    const SAID = { '1946-03-05': '昭和21年3月5日', '1926-12-25': '昭和元年12月25日', '1989': '昭和64年・平成元年', '2019-05': '令和元年5月', '1912-07-30': '大正元年7月30日' };
    for (const [iso, words] of Object.entries(SAID))
        check(`dates: ${iso} is said as ${words}`, inEra(iso).ja === words, inEra(iso).ja);
    const AGES = { '1946-11-22': [80, 80], '1946-11-23': [79, 79], '1946-11': [79, 80], '1946-10': [80, 80], '1946': [79, 80], '2026-11-22': [0, 0] };
    for (const [iso, ages] of Object.entries(AGES))
        check(`dates: who was born ${iso} is ${ages.join(' to ')}`, agesOf(iso, TODAY).join() === ages.join(), agesOf(iso, TODAY).join());
    const BANDS = { '2008-11-23': 'child', '2008-11-22': 'youth', '1986-11-23': 'youth', '1986-11-22': 'adult', '1961-11-23': 'adult', '1961-11-22': 'elder', '1961-11': undefined, '80歳': 'elder', 'S64.1.8': undefined };
    for (const [text, band] of Object.entries(BANDS))
        check(`dates: 「${text}」 is of the age ${band}`, bandTold(text, TODAY) === band, String(bandTold(text, TODAY)));
}

/** With an input method: what it is given grows, becomes what it is to become, and is taken. */
async function compose(page, steps, taken) {
    page.ime ??= await page.context().newCDPSession(page);
    for (const text of steps)
        await page.ime.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });
    await page.ime.send('Input.insertText', { text: taken });
}

const focused = (page) => page.evaluate(() => (document.activeElement.labels?.[0] ?? document.activeElement).innerText.replace(/\s+/g, ' ').trim());

async function missing(page) {
    await page.getByRole('link', { name: '新しい相談' }).click();
    await page.getByRole('button', { name: '受け付ける' }).click();
    const alert = page.getByRole('alert');
    await sees(page, 'what is missing is named, all of it', alert.getByText('まだ送れません：相談の内容、課題'));
    await sees(page, 'and where it is missing', page.locator('.field.is-wrong').getByText('相談の内容を書いてください'));
    await becomes('forms: the focus is where something is missing', () => focused(page), (is) => /^相談の内容/.test(is));
    await look(page, 'missing');
    await page.keyboard.insertText(TOLD);
    await page.keyboard.press('Control+Enter');
    await becomes('forms: and then at the next', () => focused(page), (is) => is === '病気');
}

async function reading(page) {
    const name = page.getByLabel('氏名');
    const kana = page.getByLabel('ふりがな');
    const reads = (words, wanted) => becomes(`forms: ${words}`, () => kana.inputValue(), (is) => is === wanted);
    await name.focus();
    await compose(page, ['ｋ', 'か', 'かｋ', 'かく', 'かくう', '架空'], '架空');
    await reads('the reading follows the name', 'かくう');
    await page.keyboard.insertText('　');
    await compose(page, ['は', 'はな', 'はなこ', '花子'], '花子');
    await reads('with its blank', 'かくう はなこ');
    await page.keyboard.press('Enter');
    await page.waitForTimeout(100);
    check('forms: Enter in a field sends nothing, and moves nothing', /^氏名/.test(await focused(page)), await focused(page));
    await page.keyboard.press('Backspace');
    await page.keyboard.press('Backspace');
    await reads('what is taken out of the name is not read', 'かくう');
    await compose(page, ['シン', '新'], '新');
    await reads('katakana becomes hiragana', 'かくう しん');
    await page.keyboard.press('Backspace');
    await compose(page, ['しｎ', '新'], '新');
    await reads('an n at the end is ん', 'かくう しん');
    await page.keyboard.press('Backspace');
    await compose(page, ['は', 'はな', ''], '');
    await reads('what was given up is not read', 'かくう');
    await kana.fill('かくう はなえ');
    await name.focus();
    await page.keyboard.press('End');
    await compose(page, ['はな', 'はなこ', '花子'], '花子');
    await reads('what was written by hand stays', 'かくう はなえ');
    await becomes('forms: the name is whole', () => name.inputValue(), (is) => is === '架空　花子');
}

async function birth(page) {
    const field = page.getByLabel('生年月日');
    const age = page.getByLabel('年齢層');
    await field.fill('H31.5.2');
    await page.keyboard.press('Tab');
    await sees(page, 'an era that was over says so', page.getByText('平成は1989年1月8日から2019年4月30日までです'));
    await field.fill('80歳くらい');
    await sees(page, 'an age alone will do', page.getByText('約80歳：生年月日は空のまま、年齢層を「高齢者（65歳以上）」にします'));
    await becomes('forms: and is the age', () => age.inputValue(), (is) => is === 'elder');
    await field.fill('S60.3.5');
    await becomes('forms: the age follows the date', () => age.inputValue(), (is) => is === 'adult');
    await age.selectOption('youth');
    await field.fill('昭和21年3月5日');
    await sees(page, 'both calendars and the age are said', page.getByText(/^昭和21年3月5日（1946年3月5日）・\d+歳$/));
    await becomes('forms: an age chosen by hand stays', () => age.inputValue(), (is) => is === 'youth');
    await sees(page, 'and what does not fit is said', page.getByText('生年月日からは「高齢者（65歳以上）」です'));
    await age.selectOption('elder');
}

const order = (page) => page.locator('.order > li > span:first-child').allInnerTexts();

async function needs(page) {
    await page.getByLabel('ひきこもり').check();
    await page.getByLabel('経済的困窮').check();
    await page.getByLabel('ほかの課題をさがす').fill('債務');
    await page.keyboard.press('Enter');
    await becomes('forms: what is found is taken by Enter', () => order(page), (is) => is.length === 3);
    await page.getByRole('button', { name: /^上へ.*経済的困窮/ }).focus();
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => /^いちばん急ぐ/.test(document.activeElement.innerText)).catch(() => undefined);
    await becomes('forms: the order is changed by keyboard', () => order(page), (is) => is.slice(0, 2).join() === '経済的困窮,ひきこもり');
    await becomes('forms: and the focus stays with what was moved', () => focused(page), (is) => /経済的困窮/.test(is));
    await page.getByRole('button', { name: /^いちばん上へ/ }).click();
    await becomes('forms: the last goes to the top at once', () => order(page), (is) => /債務/.test(is[0]));
    return order(page);
}

async function takeOn(page) {
    await page.getByLabel('相談の経路').selectOption('phone_family');
    await page.getByLabel('相談に来た人').fill('架空 次郎（弟）');
    await page.getByLabel('同意あり').check();
    await look(page, 'filled');
    await page.getByLabel('相談の内容').focus();
    const sent = page.waitForResponse((r) => r.request().method() === 'POST' && /\/api\/v1\/cases$/.test(r.url()));
    await page.keyboard.press('Control+Enter');
    const { case_id } = await (await sent).json();
    await sees(page, 'Ctrl+Enter sends', page.getByRole('heading', { name: '相談を受け付けました' }));
    await sees(page, 'the number of the case is said', page.getByText(case_id.slice(0, 8)));
    await page.getByRole('button', { name: '電話・訪問・面談の記録を書く' }).click();
    await page.getByLabel('記録', { exact: false }).last().fill('弟に折り返し電話（架空）');
    await look(page, 'taken');
    await page.keyboard.press('Control+Enter');
    await sees(page, 'a note is written at once', page.getByText('経過記録に書きました'));
    return case_id;
}

async function kept(page, case_id, wanted) {
    const view = await ask(page, 'GET', `/cases/${case_id}`);
    const { sealed } = view;
    check('forms: the birth date is kept as ISO', sealed.birth_date === '1946-03-05', sealed.birth_date);
    check('forms: the reading is kept', sealed.kana === 'かくう はなえ', sealed.kana);
    check('forms: who called is kept', sealed.visitor === '架空 次郎（弟）', sealed.visitor);
    const words = await page.evaluate(() => navigator.language);
    check('forms: the most urgent need is first', view.needs.length === wanted.length && view.needs[1] === 'poverty' && view.needs[2] === 'hikikomori', `${view.needs} ${words}`);
}

async function refer(page) {
    await page.getByRole('link', { name: 'つなぎ先をさがす' }).click();
    await stands(page, page.getByRole('button', { name: /を選ぶ$/ }));
    const names = () => page.locator('.candidate h3').allInnerTexts();
    await becomes('forms: the candidates have names', names, (all) => all.length > 1 && all.every((name) => !/^A\d+$/.test(name)));
    const common = await page.locator('.common').innerText();
    check('forms: what all candidates have in common stands above', /^どの候補にも共通：.+/.test(common), common);
    const first = await page.locator('.candidate').first().innerText();
    const repeated = common.replace(/^[^：]*：/, '').split('、').filter((words) => first.includes(words));
    check('forms: and is not said again', repeated.length === 0, repeated.join());
    const chosen = await names();
    await page.getByRole('button', { name: `${chosen[0]}を選ぶ` }).click();
    await page.getByLabel('氏名・ふりがな・生年月日').check();
    await page.getByLabel('根拠').selectOption('none');
    await page.getByRole('button', { name: '送る' }).click();
    await sees(page, 'nothing about the person goes without a ground', page.getByRole('alert').getByText('根拠を選んでください'));
    await page.getByLabel('根拠').selectOption('consent');
    await sees(page, 'the ground is explained', page.getByText('本人が「伝えてよい」と言った項目を'));
    await sees(page, 'what goes to whom is said', page.locator('.goes').getByText(`${chosen[0]}に渡るもの：`));
    await sees(page, 'and what does not', page.getByText('渡らないもの：住所・電話、相談内容、支援経過記録'));
    await page.getByRole('button', { name: `${chosen[1]}を選ぶ` }).click();
    await sees(page, 'of several the first to accept has it', page.getByText('2機関に同時に打診します'));
    await look(page, 'refer');
    await page.getByRole('button', { name: `${chosen[1]}を選択中` }).click();
    await page.getByRole('button', { name: '送る' }).click();
    await sees(page, 'it is sent', page.getByRole('heading', { name: '送りました' }));
    await page.getByRole('link', { name: 'ケースへ戻る' }).click();
}

async function caseHead(page) {
    const head = page.getByRole('region', { name: 'いまの状況' });
    await sees(page, 'who leads stands first', head.getByText('（あなたの機関）'));
    await sees(page, 'and until when an answer is due', head.getByText('回答期限'));
    await sees(page, 'the latest note is in sight', page.getByText('弟に折り返し電話（架空）'));
    await page.getByRole('tab', { name: '経過記録' }).click();
    await page.getByRole('button', { name: 'この記録を訂正する' }).click();
    await page.getByLabel('記録', { exact: false }).last().fill('妹に折り返し電話（架空）');
    await page.getByRole('button', { name: '記録する' }).click();
    await sees(page, 'a correction says so', page.getByText('（あとで訂正あり）'));
    await look(page, 'case');
}

/** A member of the household: the same reading, the same dates. */
async function household(page) {
    await page.getByRole('tab', { name: '世帯' }).click();
    await page.getByRole('button', { name: '世帯員を表示する' }).click();
    await page.getByRole('button', { name: '世帯員を加える' }).click();
    await page.getByLabel('本人との続柄').selectOption('child');
    await page.getByLabel('氏名').focus();
    await compose(page, ['た', 'たろ', 'たろう', '太郎'], '太郎');
    await becomes('forms: the reading of a member follows the name', () => page.getByLabel('ふりがな').inputValue(), (is) => is === 'たろう');
    await page.getByLabel('生年月日').fill('50歳くらい');
    await page.getByRole('button', { name: '記録する' }).click();
    await sees(page, 'an age alone is not recorded', page.getByText('年齢だけでは記録できません'));
    await page.getByLabel('生年月日').fill('S51.4');
    await page.getByRole('button', { name: '記録する' }).click();
    await sees(page, 'a month is, and is said in both calendars', page.locator('dd').getByText(/^昭和51年4月（1976年4月）・\d+(〜\d+)?歳$/));
}

/** What was typed is thrown away only after being asked. */
async function clear(page) {
    await page.getByRole('link', { name: '新しい相談' }).click();
    await page.getByLabel('相談の内容').fill('書きかけ（架空）');
    await page.getByRole('button', { name: '入力を消す' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'やめる' }).click();
    await becomes('forms: nothing is cleared by mistake', () => page.getByLabel('相談の内容').inputValue(), (is) => is === '書きかけ（架空）');
    await page.getByRole('button', { name: '入力を消す' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '消す' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await becomes('forms: what is to go goes', () => page.getByLabel('相談の内容').inputValue(), (is) => is === '');
}

/** What is offered reaches the other agency, which takes it on and ends it. */
async function answer(page, ref_id) {
    await until(page, () => page.getByRole('button', { name: '辞退' }).isVisible(), () => page.goto(`${process.env.KM_URL}c/referral/${ref_id}`));
    await page.getByRole('button', { name: '辞退' }).click();
    await sees(page, 'what follows from declining is said', page.getByText('つなぎ元に戻り、つなぎ元が次をさがします'));
    check('forms: the reasons are those of declining', !(await page.getByLabel('理由').innerText()).includes('目標達成'));
    await look(page, 'decline');
    await page.getByRole('button', { name: '戻る' }).click();
    await page.getByRole('button', { name: '受入' }).click();
    await page.getByRole('button', { name: '確定する' }).click();
    await page.getByRole('button', { name: '保留' }).click();
    await page.getByLabel('見直す日').fill('2031-04-01');
    await sees(page, 'the day of the review is said in words', page.getByText('令和13年4月1日（火）'));
    await page.getByRole('button', { name: '戻る' }).click();
    await page.getByRole('button', { name: '完了' }).click();
    await page.getByLabel('理由').selectOption('goal_reached');
    await page.getByRole('button', { name: '確定する' }).click();
    await sees(page, 'it is completed', page.locator('dd').getByText('完了'));
}

await dates();
const browser = await launch();
const page = await sit(browser, 'forms');
await signIn(page, 'sender');
await missing(page);
await reading(page);
await birth(page);
const wanted = await needs(page);
const case_id = await takeOn(page);
await kept(page, case_id, wanted);
await refer(page);
await caseHead(page);
await household(page);
await clear(page);
const other = await openCase(page);
let sent;
await until(page, async () => (sent = await offer(page, other, 'A062', 'consult')));
await leave(page);
const receiver = await sit(browser, 'receiver', PHONE);
await signIn(receiver, 'receiver');
await answer(receiver, sent.ref_id);
await receiver.goto(`${process.env.KM_URL}c/new`);
await receiver.getByRole('button', { name: '受け付ける' }).click();
await look(receiver, 'new');
await leave(receiver);
await browser.close();
end();
