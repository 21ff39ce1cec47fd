-- 20,000 cases, some of them on their second key.
insert into keys.case_key
select md5(n::text)::uuid, e, decode(repeat('00', 72), 'hex'), now() from generate_series(1, 20000) n, generate_series(1, 2) e where e = 1 or n % 10 = 0;
analyze;
