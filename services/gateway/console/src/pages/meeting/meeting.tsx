// One meeting: who is invited and has said when they can come, what somebody needs to take part, and, for whoever arranges it, the times
// with the reasons why they are good.
import type { JSX } from 'preact';
import type { MeetingView } from '@api';
import { who } from '../../net/session';
import { t, word } from '../../text';
import { AgencyName } from '../../ui/agency';
import { Link } from '../../ui/button';
import { Show, useCall } from '../../ui/load';
import { Badge } from '../../ui/notice';
import { Facts, Table } from '../../ui/table';
import { Accommodations } from './accommodations';
import { Answer } from './answer';
import { Arrange } from './arrange';
import { Cancel } from './cancel';
import { Stretch, Windows } from './windows';

function One(p: { view: MeetingView; again: () => void }): JSX.Element {
    const v = p.view;
    const role = who.value?.role;
    const isOpen = v.state === 'proposed';
    const isInvited = v.invitees.some((i) => i.agency === who.value?.agency);
    return (
        <>
            <Facts
                of={[
                    [t('状態', 'State'), word('meeting_state', v.state)],
                    [t('日時', 'When'), v.starts ? <Stretch starts={v.starts} ends={v.ends} /> : t('日程調整中', 'not fixed yet')],
                    v.sealed?.place
                        ? [
                              t('場所', 'Place'),
                              v.sealed.is_hidden ? t('支援措置のため表示しません', 'hidden by a protection') : v.sealed.place,
                          ]
                        : null,
                    v.sealed?.agenda ? [t('議題', 'Agenda'), v.sealed.agenda] : null,
                    [t('招集の理由', 'Called by'), word('meeting_why', v.called_by)],
                    [t('課題', 'Needs'), v.needs.map((n) => word('need', n)).join('、')],
                    [t('地域', 'Area'), word('area', v.area)],
                    v.basis === 'none' ? null : [t('根拠', 'Ground'), word('legal_basis', v.basis)],
                ]}
            />
            {role !== 'secretary' ? (
                <p>
                    <Link to={`case/${v.case_id}`}>
                        {t('ケースを開く（閲覧として記録されます）', 'Open the case (recorded as a reading)')}
                    </Link>
                </p>
            ) : null}
            <h2>{t('招集する機関', 'Invited')}</h2>
            <Table
                caption={t('招集する機関', 'Invited')}
                rows={v.invitees}
                rowKey={(i) => i.agency}
                empty="－"
                columns={[
                    {
                        name: t('機関', 'Agency'),
                        cell: (i) => (
                            <>
                                <AgencyName code={i.agency} /> {i.is_required ? <Badge>{t('必須', 'required')}</Badge> : null}
                            </>
                        ),
                    },
                    { name: t('立場', 'As'), cell: (i) => word('invited_as', i.invited_as) },
                    { name: t('日程の回答', 'Answered'), cell: (i) => <Windows of={i} /> },
                ]}
            />
            <Accommodations view={v} again={p.again} />
            {isOpen && isInvited ? <Answer view={v} again={p.again} /> : null}
            {isOpen && (role === 'coordinator' || role === 'secretary') ? <Arrange view={v} again={p.again} /> : null}
            {isOpen || v.state === 'fixed' ? <Cancel view={v} again={p.again} /> : null}
        </>
    );
}

/** When this agency did: what is being filled in begins anew then, and not because somebody else answers meanwhile. */
function answered(v: MeetingView): string {
    return v.invitees.find((i) => i.agency === who.value?.agency)?.answered_at ?? '';
}

export default function Meeting(p: { parts: string[] }): JSX.Element {
    const meeting_id = p.parts[0] ?? '';
    const view = useCall('meeting_show', { meeting_id }, [`meeting:${meeting_id}`]);
    return (
        <>
            <h1>{t('かしまる会議', 'Meeting')}</h1>
            <Show of={view}>{(v) => <One view={v} again={view.again} key={v.state + answered(v)} />}</Show>
        </>
    );
}
