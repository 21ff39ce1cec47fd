// Before and after, side by side, before anything takes effect.
import type { JSX } from 'preact';
import { t } from '../../text';
import { Table } from '../../ui/table';
import { fieldName, type Change } from './fields';

export function Changes(p: { caption: string; of: readonly Change[]; isNew?: boolean }): JSX.Element {
    const after = { name: p.isNew ? t('内容', 'Contents') : t('変更後', 'After'), cell: (c: Change) => c.after };
    return (
        <Table
            caption={p.caption}
            rows={p.of}
            rowKey={(c) => c.field}
            empty={t('変わるところはありません。', 'Nothing changes.')}
            columns={[
                { name: t('項目', 'Field'), cell: (c) => fieldName(c.field) },
                ...(p.isNew ? [after] : [{ name: t('いま', 'Now'), cell: (c: Change) => c.before }, after]),
            ]}
        />
    );
}
