// What a story does to a page it does with hands: with the mouse, or by the keyboard alone (KM_HANDS=keyboard), and the story is the same. By
// keyboard nothing is clicked or filled: a control is reached by Tab and shows that it has the focus, as does every stop on the way; and
// nothing that is done may lose the focus.
export const BY_KEYBOARD = process.env.KM_HANDS === 'keyboard';

const STOPS_MOST = 200;
const CHOICES_MOST = 60;
const TURNS_MOST = 3; // back and forth over where it should be: it cannot be reached just now
const SOON_MS = 5_000; // what is shown, or shut, or opened, when something was done

class Mouse {
    constructor(page) {
        this.page = page;
    }

    async press(control) {
        await control.click();
    }

    async write(field, text) {
        await field.fill(text);
    }

    async check(box) {
        await box.check();
    }

    /** Of a list: by its value, or by its place with { index }. */
    async choose(list, option) {
        await list.selectOption(option);
    }

    /** In a combobox: found by a part of the name. */
    async pick(combobox, part, name) {
        await combobox.fill(part);
        await this.page.getByRole('option', { name }).first().click();
    }

    /** Cells of a week, each as day-half hour, counted from 0. */
    async mark(week, cells) {
        for (const at of cells)
            await week.locator(`[data-at="${at}"]`).click();
    }

    /** The path of the file that the press brings. */
    async save(link) {
        const ready = link.and(this.page.locator('[href^="blob:"]')); // the file is made a moment after its link
        await ready.waitFor();
        const [download] = await Promise.all([this.page.waitForEvent('download'), this.press(ready)]);
        return download.path();
    }

    /** What went wrong with the focus: nothing, with a mouse. */
    async faults() {
        return [];
    }
}

/** In the page: where the focus stands, seen from what is to be reached. Several controls of which Tab reaches one only are one stop. */
const stand = ([target]) => {
    const at = document.activeElement;
    const group = (e) => (e.type === 'radio' ? `${e.name}\n` : e.closest('[role=tablist], .week'));
    const style = getComputedStyle(at);
    const box = at.getBoundingClientRect();
    const label = at.labels?.[0]?.innerText ?? at.getAttribute('aria-label') ?? at.innerText ?? '';
    const needsNoRing = at === document.body || at.tagName === 'MAIN';
    const hasRing = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 && !/^rgba.*, 0\)$/.test(style.outlineColor);
    const isInSight = box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth && box.width > 0 && box.height > 0;
    return {
        isThere: at === target,
        isNear: !!target && !!group(target) && group(at) === group(target),
        isGone: !!target && !target.isConnected,
        isLost: at === document.body,
        goesBack: !!target && !!(at.compareDocumentPosition(target) & Node.DOCUMENT_POSITION_PRECEDING),
        isShown: needsNoRing || (hasRing && isInSight),
        name: `${at.tagName} ${label.replace(/\s+/g, ' ').trim().slice(0, 40)}`,
        isSkip: at.classList.contains('skip'),
    };
};

class Keyboard extends Mouse {
    hidden = new Set();
    lost = [];
    last = 'nothing';
    isNew = true;

    constructor(page) {
        super(page);
        page.on('domcontentloaded', () => {
            this.isNew = true;
        });
    }

    async stand(target = null) {
        const at = await this.page.evaluate(stand, [target]);
        if (!at.isShown)
            this.hidden.add(at.name);
        return at;
    }

    async key(name, times = 1) {
        for (let i = 0; i < times; i++)
            await this.page.keyboard.press(name);
    }

    /** Is the focus nowhere, and stays there? What goes away hands it on when what comes instead is shown. */
    async isLost() {
        for (const end = Date.now() + SOON_MS; (await this.stand()).isLost; await this.page.waitForTimeout(100))
            if (Date.now() > end)
                return true;
        return false;
    }

    /** Before anything is done: a page that was just opened leads past its menu, and what was done last has not lost the focus. */
    async ready() {
        if (!this.isNew && (await this.isLost()))
            this.lost.push(`the focus is lost after ${this.last}`);
        if (this.isNew && (await this.page.locator('.frame:not([inert]) .skip').count()) > 0) {
            await this.key('Tab');
            const first = await this.stand();
            if (!first.isSkip)
                this.lost.push(`the first stop is ${first.name}`);
        }
        this.isNew = false;
    }

    /** By Tab, backwards where that is the way; `isNear`: the stop of the group is enough. */
    async reach(control) {
        await this.ready();
        await control.waitFor();
        let target = await control.elementHandle();
        let way = '';
        const end = Date.now() + SOON_MS;
        for (let stops = 0, turns = 0; stops < STOPS_MOST && (turns < TURNS_MOST || Date.now() < end); stops++) {
            const at = await this.stand(target);
            if (at.isThere || at.isNear) {
                this.last = at.name;
                return target;
            }
            if (at.isGone)
                target = await control.elementHandle();
            const next = at.goesBack ? 'Shift+Tab' : 'Tab';
            turns += way !== '' && way !== next ? 1 : 0;
            way = next;
            await this.key(way);
        }
        throw new Error(`by keyboard there is no way to ${control}`);
    }

    /** Within a group of which Tab reaches one: by arrows. */
    async arrow(control, key, most = CHOICES_MOST) {
        const target = await this.reach(control);
        for (let i = 0; i < most && !(await this.stand(target)).isThere; i++)
            await this.key(key);
        if (!(await this.stand(target)).isThere)
            throw new Error(`${key} does not lead to ${control}`);
        return target;
    }

    async press(control) {
        await this.arrow(control, 'ArrowRight');
        await this.key('Enter');
    }

    async write(field, text) {
        const target = await this.reach(field);
        const kind = await target.evaluate((e) => e.type);
        if (/^date/.test(kind))
            return this.date(target, text);
        if (await target.evaluate((e) => e.value !== ''))
            await this.key('Control+A');
        await this.page.keyboard.insertText(text);
        return this.holds(target, text);
    }

    async holds(target, text) {
        const value = await target.evaluate((e) => e.value);
        if (value !== text)
            throw new Error(`${this.last} took «${value}», not «${text}»`);
    }

    /** Digit by digit, in the order in which this browser shows the parts: nobody says which that is, so it is tried. */
    async date(target, text) {
        const [year, month, day, hour = 0, minute = ''] = text.split(/[-T:]/);
        const noon = hour >= 12 ? 'P' : 'A';
        const orders = [
            [month, day, year, 'ArrowRight', ...(minute ? [String(hour % 12 || 12).padStart(2, '0'), minute, noon] : [])],
            [year, 'ArrowRight', month, day, ...(minute ? [hour, minute] : [])],
        ];
        for (const order of orders) {
            await this.key('ArrowLeft', 6);
            for (const part of order)
                await (part.startsWith('Arrow') ? this.key(part) : this.page.keyboard.type(part));
            if (await target.evaluate((e, t) => e.value === t, text))
                return;
        }
        await this.holds(target, text);
    }

    async check(box) {
        const target = await this.arrow(box, 'ArrowDown');
        if (!(await target.evaluate((e) => e.checked)))
            await this.key('Space');
        if (!(await target.evaluate((e) => e.checked)))
            throw new Error(`Space does not check ${box}`);
    }

    async choose(list, option) {
        const target = await this.reach(list);
        await this.page.waitForFunction(([e, o]) => (o.index === undefined ? [...e.options].some((x) => x.value === o) : o.index < e.options.length), [target, option]);
        const steps = await target.evaluate((e, o) => (o.index ?? [...e.options].findIndex((x) => x.value === o)) - e.selectedIndex, option);
        await this.key(steps < 0 ? 'ArrowUp' : 'ArrowDown', Math.abs(steps));
        const isChosen = await target.evaluate((e, o) => e.selectedIndex === o.index || e.value === o, option);
        if (!isChosen)
            throw new Error(`arrows do not choose ${JSON.stringify(option)} of ${list}`);
    }

    async pick(combobox, part, name) {
        await this.write(combobox, part);
        await this.page.getByRole('option', { name }).first().waitFor();
        const chosen = this.page.getByRole('option', { name, selected: true });
        for (let i = 0; !(await chosen.isVisible()); i++) {
            if (i === CHOICES_MOST)
                throw new Error(`ArrowDown does not lead to ${name}`);
            await this.key('ArrowDown');
        }
        await this.key('Enter');
    }

    async mark(week, cells) {
        for (const at of cells) {
            const [column, row] = at.split('-').map(Number);
            const target = await this.reach(week.locator(`[data-at="${at}"]`));
            const [c, r] = await this.page.evaluate(() => document.activeElement.dataset.at.split('-').map(Number));
            await this.key(c < column ? 'ArrowRight' : 'ArrowLeft', Math.abs(column - c));
            await this.key(r < row ? 'ArrowDown' : 'ArrowUp', Math.abs(row - r));
            if (!(await this.stand(target)).isThere)
                throw new Error(`arrows do not lead to ${at} of the week`);
            await this.key('Space');
        }
    }

    async faults() {
        if (!this.page.isClosed())
            await this.ready();
        return [...this.lost, ...[...this.hidden].map((name) => `nothing shows that ${name} has the focus`)];
    }
}

const of = new WeakMap();

export function hands(page) {
    if (!of.has(page))
        of.set(page, BY_KEYBOARD ? new Keyboard(page) : new Mouse(page));
    return of.get(page);
}
