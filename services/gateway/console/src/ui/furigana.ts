// A reading that writes itself: what the input method is given in kana before it turns it into kanji is the reading of what it becomes. It
// stands in its field until somebody writes there by hand; from then on that is theirs.
import { useRef } from 'preact/hooks';
import type { Composing } from './form';

const KANA = /^[ぁ-ゖァ-ヶーゝゞヽヾ\s]+$/;
const ROMAN = /[a-zａ-ｚ]+$/i;

/** Of what stands in the composition, if it is kana still; an n at its end is going to be ん. */
function kanaOf(composition: string): string | null {
    const kana = composition.replace(ROMAN, (rest) => (/^[nｎ]$/i.test(rest) ? 'ん' : ''));
    if (!kana || !KANA.test(kana)) return null;
    return kana.replace(/[ァ-ヶヽヾ]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0x60));
}

/** Something that was written at one go, and how it is read. */
interface Part {
    text: string;
    kana: string;
}

/** Those parts that the name still has, in its order: what was taken out of the name is not read any longer. */
function partsIn(name: string, parts: readonly Part[]): Part[] {
    const found: { at: number; part: Part }[] = [];
    for (const part of parts) {
        let at = name.indexOf(part.text);
        while (at >= 0 && found.some((f) => f.at < at + part.text.length && at < f.at + f.part.text.length))
            at = name.indexOf(part.text, at + 1);
        if (at >= 0) found.push({ at, part });
    }
    return found.sort((a, b) => a.at - b.at).map((f) => f.part);
}

/** The reading of a whole name: its parts, with a blank where the name has one between them. */
function readingOf(name: string, parts: readonly Part[]): string {
    let reading = '';
    let rest = name;
    for (const part of parts) {
        const at = rest.indexOf(part.text);
        if (reading && /[\s　]/.test(rest.slice(0, at))) reading += ' ';
        reading += part.kana;
        rest = rest.slice(at + part.text.length);
    }
    return reading;
}

/** useFurigana: for the field of a name. `name` is told whenever the name changes by hand. */
export function useFurigana(kana: string, onKana: (kana: string) => void): { composing: Composing; onName: (name: string) => void } {
    const parts = useRef<Part[]>([]);
    const said = useRef('');
    const made = useRef('');
    const latest = useRef(kana);
    latest.current = kana;
    const tell = (name: string): void => {
        parts.current = partsIn(name, parts.current);
        if (latest.current !== made.current && latest.current !== '') return; // written by hand
        const reading = readingOf(name, parts.current);
        if (reading === latest.current) return;
        made.current = reading;
        latest.current = reading;
        onKana(reading);
    };
    return {
        onName: (name) => {
            if (parts.current.length) tell(name);
        },
        composing: {
            onUpdate: (text) => {
                if (!text) said.current = '';
                else said.current = kanaOf(text) ?? said.current;
            },
            onEnd: (text, whole) => {
                const spoken = said.current;
                said.current = '';
                if (!text.trim() || !spoken) return;
                parts.current = [...parts.current, { text: text.trim(), kana: spoken.trim() }];
                tell(whole);
            },
        },
    };
}
