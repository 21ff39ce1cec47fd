// What somebody began to write and did not send, with the way back to where it goes on.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { DraftLine } from '@api';
import { call } from '../../net/call';
import { Link } from '../../ui/button';
import { Show, useCall } from '../../ui/load';
import { Moment } from '../../ui/moment';
import { Table } from '../../ui/table';
import { t } from '../../text';

interface Form {
    title: () => string;
    /** Where it is written, of what its name is about; a case's own page when nothing is said. */
    path?: (about: string) => string;
    /** It may be about something else than a case: a person, a note. */
    isUnsure?: boolean;
}

const FORMS: Readonly<Record<string, Form>> = {
    case_open: { title: () => t('新しい相談', 'New consultation'), path: () => 'new' },
    referral_draft: { title: () => t('つなぐ', 'Refer'), path: (id) => `case/${id}/refer` },
    meeting_propose: { title: () => t('小会議を求める', 'Call a meeting'), path: (id) => `case/${id}/meeting` },
    meeting_fix: { title: () => t('会議の日時を決める', 'Fix a meeting'), path: (id) => `meeting/${id}` },
    case_close: { title: () => t('終結する', 'Close'), path: (id) => `case/${id}/close` },
    consent_give: { title: () => t('同意を記録する', 'Record a consent') },
    break_glass: { title: () => t('緊急閲覧', 'Emergency reading') },
    note_add: { title: () => t('経過記録', 'Note'), isUnsure: true },
    person_put: { title: () => t('世帯員の記録', 'Record of a member'), isUnsure: true },
};

/** The page where a draft of this name goes on; whether that is sure. */
function placeOf(name: string): { form: Form | undefined; path: string; about: string; isSure: boolean } {
    const [kind, whole] = name.split(':');
    const form = FORMS[kind ?? ''];
    const about = (whole ?? '').replace(/^new-/, '');
    const path = form?.path ? form.path(about) : `case/${about}`;
    return { form, path, about, isSure: form !== undefined && (!form.isUnsure || about !== whole) };
}

/** Of a person or a note only its case knows where it is; who has the case open finds it there. */
function Place(p: { name: string }): JSX.Element {
    const { form, path, about, isSure } = placeOf(p.name);
    const [isThere, setThere] = useState(isSure);
    useEffect(() => {
        if (isSure || !about) return;
        call('custody_show', { case_id: about }).then(
            () => setThere(true),
            () => undefined,
        );
    }, [p.name]);
    const title = form?.title() ?? t('その他の書きかけ', 'Something else');
    if (isThere) return <Link to={path}>{title}</Link>;
    return (
        <>
            {title}
            <span class="hint">{t('（ケースを開き、同じ画面で続きを書けます）', ' (open its case and go on in the same form)')}</span>
        </>
    );
}

export function Drafts(): JSX.Element | null {
    const drafts = useCall('draft_list', {});
    const rows: readonly DraftLine[] = drafts.value?.drafts ?? [];
    if (!rows.length && !drafts.problem) return null;
    const title = t('書きかけ', 'Not finished yet');
    return (
        <section>
            <h2>
                {title}
                {t(`（${rows.length}件）`, ` (${rows.length})`)}
            </h2>
            <Show of={drafts}>
                {() => (
                    <Table
                        caption={title}
                        rows={rows}
                        rowKey={(d) => d.name}
                        empty={t('ありません。', 'None.')}
                        columns={[
                            { name: t('画面', 'Form'), cell: (d) => <Place name={d.name} /> },
                            { name: t('最後に書いた日時', 'Last typed'), cell: (d) => <Moment at={d.at} short /> },
                        ]}
                    />
                )}
            </Show>
        </section>
    );
}
