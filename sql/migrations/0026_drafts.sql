-- What people are typing, kept for them alone: sealed under intake's own key. Nothing of it is a record of a case.
create table intake.draft (
    agency    text        not null,
    user_name text        not null,
    name      text        not null,
    sealed    bytea       not null,
    at        timestamptz not null,
    primary key (agency, user_name, name)
);
create index draft_at on intake.draft (at);
grant select, insert, update, delete on intake.draft to km_intake;
select kashimaru.secure('intake.draft');
create policy own on intake.draft
    using (agency = (select kashimaru.my_agency()) and user_name = (select kashimaru.my_user()))
    with check (agency = (select kashimaru.my_agency()) and user_name = (select kashimaru.my_user()));
-- Old ones are thrown away by the service, which sees nothing else of them.
create policy service on intake.draft for all using ((select kashimaru.is_service('intake')) and at < now() - interval '30 days');
