-- What became of an attempt to sign in or to enrol that said which press of a button it was, kept for two minutes: when its answer is lost and
-- the very same attempt comes again, it ends as it did. The digest is keyed, over all that was sent: nothing can be told from it.
create table account.sign_in_once (
    digest      bytea       primary key check (length(digest) = 16),
    user_name   text        not null references account.person,
    is_passed   boolean     not null,
    has_session boolean     not null, -- it opened one
    at          timestamptz not null, -- of the first time
    constraint sign_in_once_refused_has_none check (is_passed or not has_session)
);
create index sign_in_once_at on account.sign_in_once (at);
grant select, insert, delete, update (is_passed, has_session, at) on account.sign_in_once to km_account;
select kashimaru.secure('account.sign_in_once');
-- It is asked before anybody is known, and by nobody else.
create policy service on account.sign_in_once using ((select kashimaru.is_service('account')));
