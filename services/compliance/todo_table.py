"""The to-dos of today, kept where answers are derived and in the same transaction: what changes by itself is derived anew on its day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import psycopg

from services.compliance.todos import Owed

DDL = """
create table if not exists todos (id text collate "C" primary key, about text collate "C" not null, code text not null,
  article text not null, unit text collate "C", role text not null, office text, since_on date not null, due_on date,
  evidence text[] not null);
create index if not exists todos_about on todos (about);
create index if not exists todos_order on todos (coalesce(due_on, 'infinity'::date), id);
create index if not exists todos_unit on todos (unit, (coalesce(due_on, 'infinity'::date)), id);
"""
COLUMNS = "id, about, code, article, unit, role, office, since_on, due_on, evidence"
KNOWN = f"select {COLUMNS} from todos where about = any(%s)"  # noqa: S608
GONE = "delete from todos where id = any(%s)"
WRITE = f"""insert into todos ({COLUMNS})
  select i, a, c, p, u, r, o, s, d, case when e = '' then '{{}}' else string_to_array(e, ' ') end
  from unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::date[], %s::date[], %s::text[])
    n(i, a, c, p, u, r, o, s, d, e)
  on conflict (id) do update set about = excluded.about, code = excluded.code, article = excluded.article, unit = excluded.unit,
    role = excluded.role, office = excluded.office, since_on = excluded.since_on, due_on = excluded.due_on, evidence = excluded.evidence"""  # noqa: S608
EVERY = f"""with owed as (select {COLUMNS} from todos
    union all select i collate "C", a collate "C", c, p, u collate "C", r, o, s, d, '{{}}'::text[] from unnest(%(i)s::text[], %(a)s::text[], %(c)s::text[],
      %(p)s::text[], %(u)s::text[], %(r)s::text[], %(o)s::text[], %(s)s::date[], %(d)s::date[]) m(i, a, c, p, u, r, o, s, d))"""  # noqa: S608
"""What is kept, and what is about no cadre and no unit: see `of_nobody`."""
LISTED = f"""{EVERY} select {COLUMNS} from owed
  where (%(role)s::text is null or role = %(role)s) and (%(unit)s::text is null or unit = %(unit)s)
    and (%(about)s::text is null or about = %(about)s) and (%(due_before)s::date is null or due_on < %(due_before)s)
    and (%(overdue)s::bool is null or coalesce(due_on < %(today)s, false) = %(overdue)s)
    and (coalesce(due_on, 'infinity'::date), id) > (%(after)s::date, %(after_id)s::text)
  order by coalesce(due_on, 'infinity'::date), id limit %(most)s"""  # noqa: S608

Conn = psycopg.AsyncConnection[Any]


class Wanted(NamedTuple):
    """Which to-dos, and after which of them: its due day (`infinity` for none) and id. `due_before`: that day not included."""

    role: str | None = None
    unit: str | None = None
    about: str | None = None
    due_before: date | None = None
    overdue: bool | None = None
    after: str = "-infinity"
    after_id: str = ""


def known(rows: Iterable[tuple[Any, ...]]) -> dict[str, dict[str, Owed]]:
    """By whom they are about, then by id."""
    found: dict[str, dict[str, Owed]] = {}
    for row in rows:
        one = owed(row)
        found.setdefault(one.about, {})[one.id] = one
    return found


def owed(row: Sequence[Any]) -> Owed:
    *rest, evidence = row
    return Owed._make((*rest, tuple(evidence)))


async def replace(conn: Conn, now: Mapping[str, Sequence[Owed]], before: Mapping[str, Mapping[str, Owed]]) -> None:
    """What is kept about these cadres and units becomes this. Nothing is written where nothing changed."""
    gone = [id_ for about in now for id_ in before.get(about, {}).keys() - {one.id for one in now[about]}]
    new = [one for about, of in now.items() for one in of if before.get(about, {}).get(one.id) != one]
    if gone:
        await conn.execute(GONE, (gone,), prepare=True)
    if new:
        columns: list[list[Any]] = [list(column) for column in zip(*new, strict=True)]
        columns[-1] = [" ".join(evidence) for evidence in columns[-1]]
        await conn.execute(WRITE, columns, prepare=True)


def of_nobody(also: Sequence[Owed]) -> dict[str, list[Any]]:
    """What EVERY is given."""
    return {name: [one[n] for one in also] for n, name in enumerate("iacpurosd")}


async def listed(conn: Conn, wanted: Wanted, also: Sequence[Owed], today: date, most: int) -> list[Owed]:
    """The first so many, in their order. `also`: what is about no cadre and no unit."""
    found = await conn.execute(LISTED, {**of_nobody(also), **wanted._asdict(), "today": today, "most": most})
    return [owed(row) for row in await found.fetchall()]
