-- What a handler sees of the ticket in force; for tickets.c.

-- name: who_asks :one
-- out:  who text, agency text, own bool
select coalesce(kashimaru.my_user(), '') as who, coalesce(kashimaru.my_agency(), '') as agency, kashimaru.is_service('intake') as own;
