-- The limit: gap-free positions in commit order and an optimistic check in one round trip, and nothing else.
create table head (one bool primary key default true check (one), position bigint not null) with (fillfactor = 10);
insert into head values (true, 0);
create table events (position bigint primary key, stream_id text not null, version int not null, type text not null,
                     body bytea not null, unique (stream_id, version));
create function append(stream text, expected int, types text[], bodies bytea[]) returns bigint language plpgsql as $$
declare p bigint; n int := cardinality(types);
begin
  update head set position = position + n returning position - n into p;
  insert into events select p + o, stream, expected + o, t, b from unnest(types, bodies) with ordinality x(t, b, o);
  notify events;
  return p + n;
end $$;
