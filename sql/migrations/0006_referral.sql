-- つなぎ and the baton. "None" and "two" leads are made impossible here, whatever the program does: a case file needs a baton row
-- (deferred foreign key), a baton needs a member row that is lead (deferred foreign key on a column that can only be true), and a
-- case has at most one live lead (partial unique index). Nobody may delete.
create table referral.case_file (
    case_id     uuid        primary key,
    received_at timestamptz not null,
    received_by text        not null,
    area        text        not null,
    age_band    text        not null,
    needs       text[]      not null,
    urgency     text        not null,
    consent     text        not null,
    returns     bigint      not null default 0 check (returns >= 0),
    meeting_id  uuid
);

create table referral.member (
    case_id uuid        not null references referral.case_file,
    agency  text        not null,
    since   timestamptz not null,
    until   timestamptz check (until >= since),
    is_lead boolean     not null,
    primary key (case_id, agency, since),
    unique (case_id, agency, since, is_lead),
    check (not (is_lead and until is not null))
);
create unique index member_live on referral.member (case_id, agency) where until is null;
create unique index member_one_lead on referral.member (case_id) where is_lead;

create table referral.baton (
    case_id       uuid        primary key references referral.case_file,
    lead          text        not null,
    lead_since    timestamptz not null,
    is_lead       boolean     not null generated always as (true) stored,
    version       bigint      not null check (version > 0),
    since         timestamptz not null,
    closed_at     timestamptz,
    closed_reason text,
    successor     text,
    evaluation    uuid,
    constraint baton_has_lead foreign key (case_id, lead, lead_since, is_lead)
        references referral.member (case_id, agency, since, is_lead) deferrable initially deferred,
    constraint baton_closing_says_why check ((closed_at is null) = (closed_reason is null) and (closed_at is null) = (evaluation is null))
);
alter table referral.case_file add constraint case_has_baton
    foreign key (case_id) references referral.baton (case_id) deferrable initially deferred;

create table referral.referral (
    ref_id      uuid        primary key,
    case_id     uuid        not null references referral.case_file,
    kind        text        not null,
    sender      text        not null,
    receiver    text        not null,
    state       text        not null check (state in ('draft', 'offered', 'accepted', 'in_service', 'on_hold', 'cancel_requested',
                    'completed', 'declined', 'withdrawn', 'expired', 'cancelled', 'failed', 'entered_in_error')),
    needs       text[]      not null,
    items       text[]      not null,
    basis       text        not null,
    urgency     text        not null,
    reason      text,
    visit       text        not null default 'none',
    visit_at    timestamptz,
    review_at   timestamptz,
    drafted_at  timestamptz not null,
    due_at      timestamptz,
    read_at     timestamptz,
    answered_at timestamptz,
    version     bigint      not null default 1,
    broadcast   uuid,
    replaces    uuid        references referral.referral,
    override    text,
    check (sender <> receiver),
    check (cardinality(items) = 0 or basis <> 'none'),
    check (state = 'draft' or due_at is not null or state = 'entered_in_error')
);
create index referral_inbox on referral.referral (receiver, due_at)
    where state in ('offered', 'accepted', 'in_service', 'on_hold', 'cancel_requested');
create index referral_sent on referral.referral (sender, drafted_at desc);
create index referral_case on referral.referral (case_id, drafted_at);
create index referral_due on referral.referral (due_at) where state = 'offered';
create index referral_returned on referral.referral (answered_at desc) where state in ('declined', 'expired', 'failed');
create index referral_broadcast on referral.referral (broadcast) where broadcast is not null;

create table referral.decline (
    case_id uuid        not null references referral.case_file,
    agency  text        not null,
    need    text        not null,
    ref_id  uuid        not null references referral.referral,
    at      timestamptz not null,
    overridden_by uuid  references referral.referral,
    primary key (case_id, agency, need, ref_id)
);

create index referral_answered on referral.referral (answered_at) where answered_at is not null;

create table directory.answer_time (
    agency     text   primary key,
    median_min bigint not null
);
grant select, insert, update on directory.answer_time to km_referral;

grant select, insert, update on referral.case_file, referral.member, referral.baton, referral.referral, referral.decline to km_referral;
