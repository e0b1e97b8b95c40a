-- One log of facts: positions 1, 2, 3 … in commit order without gaps. `line` is the event as it is published, exported and
-- hashed; its sequence and recordedtime are written here, under the lock, because nobody can know them earlier. `leaf` is the
-- RFC 6962 leaf hash of the line and `frontier` the right edge of the tree over all leaves.
create table if not exists head (one bool primary key default true check (one), position bigint not null,
  recorded_at timestamptz not null, frontier bytea[] not null) with (fillfactor = 10);
insert into head values (true, 0, '-infinity', '{}') on conflict do nothing;
create table if not exists log (position bigint primary key, version int not null,
  stream text collate "C" not null, subject text collate "C" not null, type text collate "C" not null,
  line text not null, sealed bytea, leaf bytea not null,
  unique (stream, version), check (octet_length(line) < 900000));   -- the bus takes 1 MiB: what cannot travel is not stored
create index if not exists log_subject on log (subject, position);
create table if not exists commands (id text collate "C" primary key, first bigint not null, last bigint not null, digest bytea not null);
create or replace view log_events as           -- the columns that the eventsourcing library selects
  select position notification_id, stream originator_id, version originator_version, type topic, convert_to((line::json -> 'data')::text, 'UTF8') state from log;
create or replace function refuse() returns trigger language plpgsql as $$ begin raise '% of % refused', tg_op, tg_table_name; end $$;
create or replace trigger append_only before update or delete or truncate on log execute function refuse();
create or replace trigger append_only before update or delete or truncate on commands execute function refuse();

-- Places a group of commands. The command i has the id ids[i], the request hash digests[i] and the facts starts[i]..ends[i];
-- firsts = the facts that begin a stream of their command; no stream is in two commands. A guard says that no fact about a
-- subject lies beyond a position. Returns the position before the first fact, or null without writing anything if an id is
-- known already, a version does not follow its stream's last, or a guard does not hold: ask which, settle those, send the
-- others again. The head row is locked first, so that every later statement sees all that was committed before: that is what
-- makes a retry after a lost connection safe. `clock` stands in for the server's clock where time is told (demo, tests).
create or replace function append(clock timestamptz, ids text[], starts int[], ends int[], digests bytea[], guarded text[], seen bigint[],
                                  firsts int[], versions int[], streams text[], subjects text[], types text[], lines text[], seals bytea[])
returns bigint language plpgsql security definer set search_path = public, pg_temp as $$
declare base bigint; p bigint; t timestamptz; f bytea[]; leaves bytea[]; h bytea; e text; k int; m bigint;
begin
  select position, recorded_at, frontier into base, t, f from head for update;
  t := greatest(coalesce(clock, clock_timestamp()), t + interval '1 microsecond');      -- of a moment when the lock was held: see reach
  if exists (select from commands c where c.id = any (ids)) or exists (
      select from unnest(firsts) s where versions[s] <> 1 + coalesce(
        (select l.version from log l where l.stream = streams[s] order by l.version desc limit 1), 0)) or exists (
      select from unnest(guarded, seen) g(s, n) where n < (select l.position from log l where l.subject = s order by l.position desc limit 1)) then
    return null;
  end if;
  p := base;
  for i in 1 .. cardinality(lines) loop
    if i > 1 then t := t + interval '1 microsecond'; end if;
    e := replace(replace(lines[i], '"recordedtime":""', '"recordedtime":"' || to_char(t at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"'),
                 '"sequence":""', '"sequence":"' || lpad((p + 1)::text, 20, '0') || '"');
    h := sha256('\x00'::bytea || convert_to(e, 'UTF8'));
    lines[i] := e; leaves[i] := h;
    k := 1; m := p; p := p + 1;
    while m & 1 = 1 loop h := sha256('\x01'::bytea || f[k] || h); m := m >> 1; k := k + 1; end loop;
    f[k] := h;                                         -- one interior hash a leaf on average
  end loop;
  insert into log (position, version, stream, subject, type, line, sealed, leaf)
    select base + o, v, s, u, y, x, z, l from unnest(versions, streams, subjects, types, lines, seals, leaves) with ordinality a(v, s, u, y, x, z, l, o);
  insert into commands select i, base + a, base + z, d from unnest(ids, starts, ends, digests) u(i, a, z, d);
  update head set position = p, recorded_at = t, frontier = f;
  notify log;
  return base;
end $$;

-- The same for one command with one fact, which is what people mostly do: no arrays to pack and unpack.
create or replace function append_one(clock timestamptz, command text, request bytea, guard text, seen bigint,
                                      ver int, strm text, subj text, typ text, body text, seal bytea)
returns bigint language plpgsql security definer set search_path = public, pg_temp as $$
declare base bigint; t timestamptz; f bytea[]; leaf bytea; h bytea; k int := 1; m bigint;
begin
  select position, recorded_at, frontier into base, t, f from head for update;
  t := greatest(coalesce(clock, clock_timestamp()), t + interval '1 microsecond');      -- of a moment when the lock was held: see reach
  if exists (select from commands c where c.id = command)
      or ver <> 1 + coalesce((select l.version from log l where l.stream = strm order by l.version desc limit 1), 0)
      or (guard is not null and seen < (select l.position from log l where l.subject = guard order by l.position desc limit 1)) then
    return null;
  end if;
  body := replace(replace(body, '"recordedtime":""', '"recordedtime":"' || to_char(t at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"'),
                  '"sequence":""', '"sequence":"' || lpad((base + 1)::text, 20, '0') || '"');
  leaf := sha256('\x00'::bytea || convert_to(body, 'UTF8'));
  h := leaf; m := base;
  while m & 1 = 1 loop h := sha256('\x01'::bytea || f[k] || h); m := m >> 1; k := k + 1; end loop;
  f[k] := h;
  insert into log (position, version, stream, subject, type, line, sealed, leaf) values (base + 1, ver, strm, subj, typ, body, seal, leaf);
  insert into commands values (command, base + 1, base + 1, request);
  update head set position = base + 1, recorded_at = t, frontier = f;
  notify log;
  return base;
end $$;

-- A command that added nothing, because it was true already: remembered under its id, with the position at which it was true and
-- no facts. An id that is known stays as it is.
create or replace function remember(command text, at bigint, request bytea)
returns void language sql security definer set search_path = public, pg_temp as $$
  insert into commands values (command, at + 1, at, request) on conflict do nothing
$$;

-- How far the log reaches, and an instant: every fact with a recordedtime up to it lies at or before that position. Waits for
-- the append that is under way; the next one takes a later time.
create or replace function reach(clock timestamptz, out place bigint, out at timestamptz)
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  select position, recorded_at into place, at from head for share;
  at := greatest(coalesce(clock, clock_timestamp()) - interval '1 microsecond', at);
end $$;
