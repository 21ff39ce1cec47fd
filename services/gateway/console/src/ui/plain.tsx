// Plain language: {漢字|かんじ} in a fixed sentence is printed with its reading above.
import type { JSX } from 'preact';

const PART = /\{([^|}]+)\|([^}]+)\}/g;

export function Plain(p: { children: string }): JSX.Element {
    const parts: (JSX.Element | string)[] = [];
    let end = 0;
    for (const found of p.children.matchAll(PART)) {
        parts.push(
            p.children.slice(end, found.index),
            <ruby>
                {found[1]}
                <rp>（</rp>
                <rt>{found[2]}</rt>
                <rp>）</rp>
            </ruby>,
        );
        end = found.index + found[0].length;
    }
    parts.push(p.children.slice(end));
    return <>{parts}</>;
}
