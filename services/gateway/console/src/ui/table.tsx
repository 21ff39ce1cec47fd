// A list with named columns. On a narrow screen each row becomes a card and its cells keep their names.
import type { ComponentChildren, JSX } from 'preact';

export interface Column<R> {
    name: string;
    cell: (row: R) => ComponentChildren;
    isNumber?: boolean;
}

export function Table<R>(p: {
    caption: string;
    columns: readonly Column<R>[];
    rows: readonly R[];
    rowKey: (row: R) => string;
    empty: string;
    mark?: (row: R) => string | undefined;
}): JSX.Element {
    if (!p.rows.length) return <p class="empty">{p.empty}</p>;
    return (
        <div class="table-frame" role="region" aria-label={p.caption} tabIndex={0}>
            <table>
                <caption class="unseen">{p.caption}</caption>
                <thead>
                    <tr>
                        {p.columns.map((c) => (
                            <th key={c.name} scope="col" class={c.isNumber ? 'is-number' : undefined}>
                                {c.name}
                            </th>
                        ))}
                    </tr>
                </thead>
                <tbody>
                    {p.rows.map((row) => (
                        <tr key={p.rowKey(row)} class={p.mark?.(row)}>
                            {p.columns.map((c, i) => {
                                const inside = (
                                    <>
                                        <span class="cell-name" aria-hidden="true">
                                            {c.name}
                                        </span>
                                        <div class="cell">{c.cell(row)}</div>
                                    </>
                                );
                                return i === 0 ? (
                                    <th key={c.name} scope="row">
                                        {inside}
                                    </th>
                                ) : (
                                    <td key={c.name} class={c.isNumber ? 'is-number' : undefined}>
                                        {inside}
                                    </td>
                                );
                            })}
                        </tr>
                    ))}
                </tbody>
            </table>
        </div>
    );
}

/** Names and values, one under the other. */
export function Facts(p: { of: readonly (readonly [string, ComponentChildren] | null | false | undefined)[] }): JSX.Element {
    return (
        <dl class="facts">
            {p.of.map((pair) =>
                pair ? (
                    <div key={pair[0]}>
                        <dt>{pair[0]}</dt>
                        <dd>{pair[1]}</dd>
                    </div>
                ) : null,
            )}
        </dl>
    );
}
