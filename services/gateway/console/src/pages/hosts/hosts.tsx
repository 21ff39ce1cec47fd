// Agencies' own systems, and the log of who signed in.
import type { JSX } from 'preact';
import { t, word } from '../../text';
import { AgencyName } from '../../ui/agency';
import { Show, useCall } from '../../ui/load';
import { Moment } from '../../ui/moment';
import { Table } from '../../ui/table';

export default function Hosts(): JSX.Element {
    const hosts = useCall('host_list', {});
    const log = useCall('sign_in_list', { limit: 100 });
    return (
        <>
            <h1>{t('機関システムとサインイン', 'Systems and sign-ins')}</h1>
            <h2>{t('機関システム', 'Agencies’ own systems')}</h2>
            <Show of={hosts}>
                {(a) => (
                    <Table
                        caption={t('機関システム', 'Agencies’ own systems')}
                        rows={a.hosts}
                        rowKey={(h) => h.name + h.key_id}
                        empty={t('登録されていません。', 'None.')}
                        columns={[
                            { name: t('名前', 'Name'), cell: (h) => h.name },
                            { name: t('機関', 'Agency'), cell: (h) => <AgencyName code={h.agency} /> },
                            { name: t('署名鍵', 'Signing key'), cell: (h) => <code>{h.key_id}</code> },
                            { name: t('有効期限', 'Valid until'), cell: (h) => <Moment at={h.until} dateOnly /> },
                            { name: t('最後の要求', 'Last asked'), cell: (h) => <Moment at={h.last_seen} short /> },
                        ]}
                    />
                )}
            </Show>
            <h2>{t('サインインの記録', 'Sign-in log')}</h2>
            <Show of={log}>
                {(a) => (
                    <Table
                        caption={t('サインインの記録', 'Sign-in log')}
                        rows={a.attempts}
                        rowKey={(l) => l.at + l.user}
                        empty={t('まだありません。', 'None.')}
                        columns={[
                            { name: t('日時', 'When'), cell: (l) => <Moment at={l.at} short /> },
                            { name: t('利用者', 'User'), cell: (l) => l.user },
                            { name: t('結果', 'Outcome'), cell: (l) => word('sign_in_outcome', l.outcome) },
                        ]}
                    />
                )}
            </Show>
        </>
    );
}
