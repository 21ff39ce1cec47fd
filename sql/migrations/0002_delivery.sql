-- The rows that make delivery exact, the same in every service's schema (architecture.md §3 of the design; README "How a message lives").
create function kashimaru.delivery_tables(service text) returns void language plpgsql as $fn$
begin
    execute format($sql$
        create table %1$I.stream_out (
            dest     text   not null,
            key      uuid   not null,
            last_seq bigint not null check (last_seq > 0),
            primary key (dest, key)
        );
        create table %1$I.outbox (
            dest        text        not null,
            key         uuid        not null,
            seq         bigint      not null check (seq > 0),
            id          uuid        not null,
            type        text        not null,
            payload     text        not null,
            actor       text        not null,
            role        text        not null,
            agency      text        not null,
            trace       text        not null,
            sent_at     timestamptz not null,
            next_try    timestamptz not null,
            sends       integer     not null default 0,
            attempts    bigint      not null default 0,
            parked_at   timestamptz,
            last_status text,
            last_why    text,
            constraint outbox_pkey primary key (dest, key, seq)
        ) with (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000);
        create index outbox_next_try on %1$I.outbox (next_try) where parked_at is null;
        create index outbox_parked on %1$I.outbox (id) where parked_at is not null;
        create table %1$I.inbox (
            source    text   not null,
            key       uuid   not null,
            prior_seq bigint not null,
            last_seq  bigint not null constraint inbox_last_seq_check check (last_seq >= prior_seq),
            primary key (source, key)
        ) with (fillfactor = 80);
        create table %1$I.request (
            id     uuid primary key,
            digest bytea       not null check (length(digest) = 16),
            type   text        not null,
            answer text        not null,
            at     timestamptz not null
        );
        create index request_at on %1$I.request using brin (at) with (autosummarize = on);
        grant select, insert, update, delete on %1$I.outbox, %1$I.request to %2$I;
        grant select, insert, update on %1$I.stream_out, %1$I.inbox to %2$I;
    $sql$, service, 'km_' || service);
end
$fn$;
select kashimaru.delivery_tables(s) from unnest(array['intake', 'referral', 'meeting', 'audit']) as s;
