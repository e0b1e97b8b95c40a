"""The attributes around the data of an event, and their forms."""

from __future__ import annotations

import re
from collections.abc import Mapping
from operator import itemgetter

from contracts.malformed import Malformed

REQUIRED = (
    "id", "source", "type", "subject", "time", "recordedtime", "sequence", "actor", "role", "unitref", "correlationid", "causationid",
)  # fmt: skip
OPTIONAL = ("onbehalfof", "documentno", "sealed")
NOTHING = (None, None, None)
"""What an event has of OPTIONAL when it has none of them."""
SOURCE, TYPE, TIME, RECORDED, SEQUENCE, ACTOR, DATA = 1, 2, 4, 5, 6, 7, 12
"""Where they are among the attributes: REQUIRED, then `data`, then OPTIONAL."""

NAME = r"/[A-Za-z0-9_-]{1,160}@[1-9][0-9]{0,9}"
AT = r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}Z"
PLACE = r"\d{20}"
ID = re.compile(rf"[a-z]+{NAME}", re.ASCII).fullmatch
INSTANT = re.compile(AT, re.ASCII).fullmatch
POSITION = re.compile(PLACE, re.ASCII).fullmatch
FORMS = re.compile(rf"([a-z]+){NAME} {AT} {PLACE} /taizhang/\1", re.ASCII).fullmatch
"""id, recordedtime, sequence and source in one: the source is that of the id."""
given = itemgetter(*REQUIRED)


def wrong(e: object) -> Malformed:
    """Which attributes of something that is not an event are missing or not of their form."""
    if not isinstance(e, Mapping):
        return Malformed(("event", "not_an_object"))
    found = [(name, "missing") for name in (*REQUIRED, "data") if name not in e]
    found += [(name, "string_type") for name in (*REQUIRED, *OPTIONAL) if name in e and not isinstance(e[name], str)]
    forms = (("id", ID), ("recordedtime", INSTANT), ("sequence", POSITION))
    found += [(name, "form") for name, form in forms if isinstance(e.get(name), str) and not form(e[name])]
    return Malformed(*(found or [("source", "form")]))
