"""`python -m bench.ledger FILE CADRES [SEED]`: a log of an invented district, about fifty facts a cadre, its lines in no order.

Positions and times of recording rise together in each service, from 1 and without a gap. Made in passes over temporary files, month
by month, so that ten million facts need no more memory than a thousand.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path
from random import Random

from bench.careers import CADRES_TO_A_UNIT, cadre
from bench.district import district, unit
from bench.story import Said
from contracts.canonical import canonical
from contracts.message import CHINA, instant, midnight

PILES = 64
TIME, POSITION = b"0000-00-00T00:00:00.000000Z", b"0" * 20
SERVICES = ("registry", "assignments", "compliance")


def write(file: Path, cadres: int, seed: str = "1", *, shuffled: bool = True) -> int:
    """Returns how many facts were written; a line each."""
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        months = _by_month(Path(folder), cadres, seed)
        if not shuffled:
            with file.open("wb") as out:
                return sum(1 for line in _numbered(months) if out.write(line))
        return _shuffled(_numbered(months), Path(folder), file, Random(seed))


def _story(cadres: int, seed: str) -> Iterator[Said]:
    units = max(1, cadres // CADRES_TO_A_UNIT)
    return chain(
        district(seed),
        chain.from_iterable(unit(seed, n, units, cadres) for n in range(units)),
        chain.from_iterable(cadre(seed, n, units) for n in range(1, cadres + 1)),
    )


def _line(said: Said) -> bytes:
    kind = f"taizhang.{said.service}.{said.kind}.v1"
    actor = f"p-{said.role[:1]}{said.at.microsecond % 6 + 1}"
    request = f"{said.at.microsecond * 4096 + len(said.id):08x}"
    e = {
        "specversion": "1.0", "id": said.id, "source": f"/taizhang/{said.service}", "type": kind, "subject": said.subject,
        "time": midnight(said.time), "recordedtime": TIME.decode(), "sequence": POSITION.decode(), "actor": actor, "role": said.role,
        "unitref": said.unit, "correlationid": f"rq-{request}", "causationid": f"cmd-{request}", "dataschema": f"/schemas/{kind}.json",
        "datacontenttype": "application/json", "data": said.data,
    }  # fmt: skip
    if (number := said.data.get("decision_no") or said.data.get("document_no")) is not None:
        e["documentno"] = number
    return canonical(e)


def _by_month(folder: Path, cadres: int, seed: str) -> list[Path]:
    with ExitStack() as files:
        months = {}
        for said in _story(cadres, seed):
            month = f"{said.at:%Y-%m}"
            if month not in months:
                months[month] = files.enter_context((folder / month).open("wb"))
            months[month].write(b"%s %d %s\n" % (said.at.isoformat().encode(), SERVICES.index(said.service), _line(said)))
    return [folder / month for month in sorted(months)]


def _numbered(months: list[Path]) -> Iterator[bytes]:
    last = [datetime(1900, 1, 1, tzinfo=CHINA)] * len(SERVICES)
    positions = [0] * len(SERVICES)
    for month in months:
        for record in sorted(month.read_bytes().splitlines(keepends=True)):
            at, service, line = record.split(b" ", 2)
            n = int(service)
            when = datetime.fromisoformat(at.decode())
            last[n] = max(when, last[n] + timedelta(microseconds=1))
            positions[n] += 1
            yield line.replace(TIME, instant(last[n]).encode(), 1).replace(POSITION, b"%020d" % positions[n], 1)
        month.unlink()


def _shuffled(lines: Iterator[bytes], folder: Path, file: Path, dice: Random) -> int:
    with ExitStack() as files:
        piles = [files.enter_context((folder / f"pile-{n}").open("wb")) for n in range(PILES)]
        for line in lines:
            piles[dice.randrange(PILES)].write(line)
    count = 0
    with file.open("wb") as out:
        for n in range(PILES):
            pile = (folder / f"pile-{n}").read_bytes().splitlines(keepends=True)
            dice.shuffle(pile)
            out.writelines(pile)
            count += len(pile)
    return count


if __name__ == "__main__":
    print(write(Path(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:4]))
