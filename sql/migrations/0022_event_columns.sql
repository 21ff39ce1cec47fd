-- What an event promises and what proves who asked for it: of a sending, until when an answer is due; of what an agency's own system
-- asked for, the request as it signed it.
alter table audit.event add column due timestamptz;
alter table audit.event add column request bytea check (length(request) <= 65536);
grant insert (due, request) on audit.event to km_intake, km_referral, km_meeting, km_audit, km_account;
