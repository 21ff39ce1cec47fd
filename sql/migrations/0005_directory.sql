-- The directory: agencies, programmes, needs, routing facts, indicators and code lists of the two plans, each dated. A change of a line
-- with a later valid_from ends the row before it; nothing is deleted.
create schema directory;
grant usage on schema directory to km_referral;

create table directory.version (
    only_one boolean primary key default true check (only_one),
    version  bigint  not null
);
insert into directory.version (version) values (1);

create table directory.agency (
    code         text   not null,
    name         text   not null,
    kind         text   not null,
    parent       text,
    areas        text[] not null, -- area words; none = city-wide
    targets      text[] not null, -- as printed
    target_words text[] not null, -- the same as words of the target list
    can_receive  boolean not null,
    aliases      text[] not null,
    sources      text[] not null,
    programs     text[] not null,
    note         text,
    digest       bytea  not null,
    valid_from   date   not null,
    valid_to     date   check (valid_to > valid_from),
    primary key (code, valid_from)
);
create unique index agency_live on directory.agency (code) where valid_to is null;

create table directory.programme (
    code       text   not null,
    name       text   not null,
    kind       text   not null,
    mode       text   not null check (mode in ('person', 'conference', 'none')),
    targets    text[] not null,
    layered    boolean not null,
    body       json   not null,
    digest     bytea  not null,
    primary key (code)
);

create table directory.need (
    code       text   not null,
    label      text   not null,
    field      text   not null,
    targets    text[] not null,
    digest     bytea  not null,
    valid_from date   not null,
    primary key (code)
);

create table directory.duty (
    need   text   not null references directory.need,
    ord    bigint not null,
    ages   text[] not null,
    agency text   not null,
    law    text   not null,
    primary key (need, ord)
);

create table directory.routing (
    agency      text   not null,
    specialises text[] not null,
    emergency   boolean not null,
    regime      text   not null,
    opens_min   bigint not null check (opens_min between 0 and 1440),
    closes_min  bigint not null check (closes_min between 0 and 1440),
    weekdays    bigint[] not null,
    capacity    bigint,
    ages        text[],
    why         text   not null,
    digest      bytea  not null,
    valid_from  date   not null,
    valid_to    date,
    primary key (agency)
);

create table directory.indicator (
    code   text  primary key,
    body   json  not null,
    digest bytea not null
);

create table directory.code (
    list  text not null,
    code  text not null,
    label text not null,
    primary key (list, code),
    unique (list, label)
);

grant select, insert, update on directory.agency, directory.programme, directory.need, directory.routing, directory.indicator,
      directory.code to km_referral;
grant select, insert, update, delete on directory.duty to km_referral;
grant select, update on directory.version to km_referral;
