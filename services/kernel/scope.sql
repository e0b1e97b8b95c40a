-- Where every cadre belongs on every day, and who sees which rows. Readers never own a table and never see what their scope leaves
-- out, whatever statement they are given: `taizhang.scope` is set for one transaction, as {"all": bool, "units": [], "cadres": [],
-- "hidden": [types], "on": day}; without it nothing is seen.
create table if not exists moves (cadre text collate "C" not null, on_day date not null, position bigint not null,
  unit text collate "C" not null, event text collate "C" not null, primary key (cadre, position));
create index if not exists moves_unit on moves (unit);
create table if not exists merges (unit text collate "C" not null, into_unit text collate "C" not null, on_day date not null,
  position bigint primary key, event text collate "C" not null);

-- Grants are about a cadre, a unit or the principal: whoever holds them is found by the stream.
create or replace function principal_of(line text) returns text language sql immutable parallel safe as $$
  select substring(line::jsonb ->> 'id' from '^registry/principal-(.*)@[0-9]+$') $$;
create index if not exists facts_principal on facts (principal_of(line)) where type = any (array['taizhang.registry.RoleGranted.v1',
  'taizhang.registry.RoleRevoked.v1', 'taizhang.registry.TokenIssued.v1', 'taizhang.registry.TokenRevoked.v1',
  'taizhang.registry.RegistryFactRetracted.v1']);

create or replace function place(kind text, line text, at bigint) returns void language plpgsql as $$
declare e jsonb := line::jsonb; d jsonb := e -> 'data';
begin
  case kind
    when 'taizhang.registry.CadreRegistered.v1' then          -- holds for every day until a transfer
      insert into moves values (d ->> 'cadre_id', '-infinity', at, d ->> 'unit_id', e ->> 'id') on conflict do nothing;
    when 'taizhang.registry.CadreTransferred.v1' then
      insert into moves values (d ->> 'cadre_id', (d ->> 'transferred_on')::date, at, d ->> 'to_unit_id', e ->> 'id') on conflict do nothing;
    when 'taizhang.registry.UnitMerged.v1' then
      insert into merges values (d ->> 'unit_id', d ->> 'into_unit_id', (d ->> 'merged_on')::date, at, e ->> 'id') on conflict do nothing;
    when 'taizhang.registry.RegistryFactRetracted.v1' then
      delete from moves where event = d ->> 'retracts';
      delete from merges where event = d ->> 'retracts';
    else null;
  end case;
end $$;
create or replace function placed() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin perform place(new.type, new.line, new.position); return null; end $$;
create or replace trigger places after insert on log for each row when (new.type in ('taizhang.registry.CadreRegistered.v1',
  'taizhang.registry.CadreTransferred.v1', 'taizhang.registry.UnitMerged.v1', 'taizhang.registry.RegistryFactRetracted.v1')) execute function placed();
create or replace trigger places after insert on facts for each row when (new.type in ('taizhang.registry.CadreRegistered.v1',
  'taizhang.registry.CadreTransferred.v1', 'taizhang.registry.UnitMerged.v1', 'taizhang.registry.RegistryFactRetracted.v1')) execute function placed();
do $$ begin                                                     -- a ledger from before there were scopes
  if not exists (select from moves) then
    perform place(type, line, position) from (select type, line, position from log union all select type, line, position from facts
      where source = 'registry') p where type like 'taizhang.registry.%' order by position;
  end if;
end $$;

create or replace function settled(u text, d date) returns text language plpgsql stable as $$
declare n text;
begin
  for _ in 1 .. 32 loop
    select into_unit into n from merges where unit = u and on_day <= d order by on_day desc, position desc limit 1;
    exit when n is null;
    u := n;
  end loop;
  return u;
end $$;
create or replace function unit_of(c text, d date) returns text language sql stable security definer set search_path = public, pg_temp as $$
  select settled(unit, d) from moves where cadre = c and on_day <= d order by on_day desc, position desc limit 1 $$;

create or replace function scope(name text) returns jsonb language sql stable as $$
  select nullif(current_setting('taizhang.scope', true), '')::jsonb -> name $$;
create or replace function sees_all() returns bool language sql stable as $$ select coalesce(scope('all')::bool, false) $$;
create or replace function hidden() returns text[] language sql stable as $$
  select array(select jsonb_array_elements_text(coalesce(scope('hidden'), '[]'))) $$;
create or replace function seen() returns text[] language sql stable security definer set search_path = public, pg_temp as $$
  with recursive day as (select (scope('on') #>> '{}')::date d),
  named as (select jsonb_array_elements_text(coalesce(scope('units'), '[]')) collate "C" unit),
  under as (select unit from named union select m.unit from merges m join under u on m.into_unit = u.unit, day where m.on_day <= d),
  near as (select distinct cadre from moves where unit in (select unit from under))
  select array(select unit from named union select jsonb_array_elements_text(coalesce(scope('cadres'), '[]'))
    union select cadre from near, day where unit_of(cadre, d) in (select unit from named)) $$;

-- Who read what of somebody that is not everybody's to read, and what was refused to whom. Written before the answer is sent.
create table if not exists reads (id bigint generated always as identity primary key, at timestamptz not null default clock_timestamp(),
  actor text not null, role text not null, unit text not null, what text not null, cadre text, object text, purpose text,
  allowed bool not null, code text);
create index if not exists reads_cadre on reads (cadre, id);
create or replace trigger append_only before update or delete or truncate on reads execute function refuse();
