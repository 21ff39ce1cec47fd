// One list of many under its heading, with how many there are in all and a way to the rest.
import type { ComponentChildren, JSX } from 'preact';
import { Button } from '../../ui/button';
import { Show } from '../../ui/load';
import { Table, type Column } from '../../ui/table';
import { t } from '../../text';
import type { Page, Paged } from './pages';

function countOf(page: Page<unknown> | undefined): string {
    if (!page) return '';
    if (page.total === null) return t('（1000件以上）', ' (1000 or more)');
    return t(`（${page.total}件）`, ` (${page.total})`);
}

export function Part<R>(p: {
    title: string;
    caption?: string;
    list: Paged<R>;
    columns: readonly Column<R>[];
    rowKey: (row: R) => string;
    empty: string;
    children?: ComponentChildren;
}): JSX.Element {
    const caption = p.caption ?? p.title;
    return (
        <section>
            <h2>
                {p.title}
                {countOf(p.list.value)}
            </h2>
            {p.children}
            <Show of={p.list}>
                {(page) => (
                    <>
                        <Table caption={caption} columns={p.columns} rowKey={p.rowKey} rows={page.rows} empty={p.empty} />
                        {page.hasMore ? (
                            <p class="acts">
                                <Button
                                    onPress={p.list.more}
                                    busy={p.list.isBusy}
                                    label={t(`さらに表示：${caption}`, `Show more: ${caption}`)}
                                >
                                    {t('さらに表示', 'Show more')}
                                </Button>
                                <span role="status">{t(`${page.rows.length}件を表示しています`, `${page.rows.length} are shown`)}</span>
                            </p>
                        ) : null}
                    </>
                )}
            </Show>
        </section>
    );
}
