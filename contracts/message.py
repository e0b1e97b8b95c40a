"""The one form of a fact: what a service stores is what it publishes, exports and hashes, and what a rule reads.

CloudEvents 1.0, JSON. A stored line is the RFC 8785 form of the whole event; `line` makes it, `Event.parse` reads it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from typing import Annotated, Any, ClassVar, Literal, NamedTuple, Self

import orjson
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from contracts.canonical import canonical
from contracts.envelope import DATA, FORMS, NOTHING, OPTIONAL, RECORDED, REQUIRED, SEQUENCE, SOURCE, TIME, TYPE, given, wrong
from contracts.malformed import Malformed, malformed

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
"""Civil days are days here; China has had no summer time since 1991, before the first fact."""

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
EventId = Annotated[str, StringConstraints(pattern=r"^[a-z]+/[A-Za-z0-9_-]{1,160}@[1-9][0-9]{0,9}$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=300)]
Prose = Annotated[str, StringConstraints(max_length=20_000)]
Month = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]
Value = bool | int | float | str | list[str]
KeyClass = Literal["identity", "career", "health", "attachment"]
Grant = Literal["open", "restricted"]


class Part(BaseModel):
    """A piece of a fact: frozen, in the catalogue's own names (`from` is `from_` in Python)."""

    model_config = ConfigDict(
        frozen=True, extra="ignore", serialize_by_alias=True, validate_by_name=True, validate_by_alias=True, allow_inf_nan=False
    )


class Fact(Part):
    """The `data` of an event. Class attributes repeat the catalogue's remarks about the event."""

    SERVICE: ClassVar[str]
    STREAM: ClassVar[str]
    """Template of the stream; its facts are numbered from 1."""
    TIME: ClassVar[str]
    """A field's name, or the catalogue's words for what the envelope's `time` is."""
    CLASS: ClassVar[KeyClass] = "career"
    """Key class of the private fields."""
    GRANT: ClassVar[Grant] = "open"
    ARTICLES: ClassVar[tuple[int, ...]] = ()
    BY: ClassVar[str] = ""
    DERIVED: ClassVar[bool] = False

    @classmethod
    def event_name(cls) -> str:
        """`CadreExited`, also for the command `RegisterExit`, which is the same fact, proposed."""
        return next(c.__name__ for c in cls.__mro__ if not issubclass(c, Command))

    @classmethod
    def type(cls) -> str:
        return f"taizhang.{cls.SERVICE}.{cls.event_name()}.v1"

    def public(self) -> dict[str, Any]:
        """What travels: JSON values, only what was given, nothing private."""
        return self.model_dump(mode="json", exclude_unset=True, exclude_none=True, exclude={"private"})

    def personal(self) -> dict[str, Any]:
        """What is sealed: the private fields that were given, or nothing."""
        private = getattr(self, "private", None)
        return private.model_dump(mode="json", exclude_none=True) if private is not None else {}

    def stream(self) -> str:
        values = {k: v for k, v in self.__dict__.items() if v is not None}
        if self.STREAM == "school-calendar-{unit_id, else all}":
            return f"school-calendar-{values.get('unit_id', 'all')}"
        if self.STREAM == "the stream of the retracted fact":
            return str(values["retracts"]).split("/", 1)[1].rsplit("@", 1)[0]
        return self.STREAM.format(**values)

    def subject(self) -> str:
        """The cadre that it is about, else the unit; else the policy, interpretation, import, principal, calendar or year."""
        for name in ("cadre_id", "about", "unit_id", "policy_id", "interpretation_id", "proposal_id", "import_id", "principal"):
            if value := getattr(self, name, None):
                return str(value)
        return self.stream()


class Command(Part):
    """What somebody asks a service to do: the fact that it would bring about, proposed. Field for field the same, private
    fields included; ids are the caller's, so that saying it twice names the same thing. Unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Event(NamedTuple):
    """A recorded fact. `time` is the civil day from which it is true, `recordedtime` the instant since when it is
    known (UTC, microseconds, as written: such strings compare as instants do)."""

    id: str
    source: str
    type: str
    subject: str
    time: date
    recordedtime: str
    sequence: int
    actor: str
    role: str
    unitref: str
    correlationid: str
    causationid: str
    data: Fact
    onbehalfof: str | None = None
    documentno: str | None = None
    sealed: str | None = None

    @property
    def service(self) -> str:
        return self.source.rsplit("/", 1)[1]

    @property
    def stream(self) -> str:
        return self.id.split("/", 1)[1].rsplit("@", 1)[0]

    @property
    def version(self) -> int:
        return int(self.id.rsplit("@", 1)[1])

    @classmethod
    def parse(cls, line: bytes | str) -> Self:
        """Reads a line. Raises Malformed, a ValueError that names what is wrong and never a value."""
        try:
            return cls.of(orjson.loads(line))
        except orjson.JSONDecodeError:
            raise Malformed(("line", "json")) from None

    @classmethod
    def of(cls, e: Mapping[str, Any]) -> Self:
        """The same of an event that is already JSON values. Unknown attributes and fields are ignored."""
        return cls.read(attributes(e))

    @classmethod
    def read(cls, found: Attributes) -> Self:
        """The same of the attributes that `attributes` found good. Raises Malformed for data that is none of its type."""
        values = list(found)
        try:
            values[DATA] = _readers()[values[TYPE]](values[DATA])
        except ValidationError as error:
            raise malformed(error, "data") from None
        values[TIME], values[SEQUENCE] = DAYS[values[TIME]], int(values[SEQUENCE])
        return tuple.__new__(cls, values)


Attributes = Sequence[Any]
"""REQUIRED, then `data`, then OPTIONAL, as `Event` has them: JSON values, all but `data` and `time` checked. As a JSON array they
may lie in a file until their data is asked for."""


def attributes(e: Mapping[str, Any]) -> Attributes:
    """What an event has around its data. Raises Malformed, a ValueError that names what is wrong and never a value."""
    try:
        values = given(e)
        extra = e.get("onbehalfof"), e.get("documentno"), e.get("sealed")
        "".join(values if extra == NOTHING else (*values, *filter(None, extra)))  # all are text, or TypeError
        if not FORMS(f"{values[0]} {values[RECORDED]} {values[SEQUENCE]} {values[SOURCE]}"):
            raise wrong(e)
        return *values, e["data"], *extra
    except (KeyError, TypeError):
        raise wrong(e) from None


class Unknown(Fact):
    """A fact of a type that this version does not know: kept as it is, counted, read by no rule."""

    model_config = ConfigDict(extra="allow")

    SERVICE = "unknown"
    STREAM = ""
    TIME = ""


def line_of(event: Event) -> bytes:
    """The canonical line of an event: the line that was parsed, as far as this version knows its attributes and fields."""
    e = {name: getattr(event, name) for name in (*REQUIRED, *OPTIONAL) if getattr(event, name) is not None}
    e |= {"time": midnight(event.time), "sequence": f"{event.sequence:020}", "data": event.data.public()}
    return canonical(e | {"specversion": "1.0", "dataschema": f"/schemas/{event.type}.json", "datacontenttype": "application/json"})


def civil_day(time: str) -> date:
    """The civil day in Asia/Shanghai of an RFC 3339 time. Raises Malformed for what is none, or has no offset."""
    return DAYS[time]


class Days(dict[str, date]):
    """Civil days by time. Those of many facts are few, and each is asked for with every fact."""

    def __missing__(self, time: str) -> date:
        if len(self) >= 20_000:
            self.clear()
        return self.setdefault(time, _civil_day(time))


DAYS = Days()


def _civil_day(time: str) -> date:
    try:
        if time.endswith("T00:00:00+08:00"):
            return date.fromisoformat(time[:-15])
        at = datetime.fromisoformat(time)
        day = at.astimezone(CHINA).date()
    except (ValueError, OverflowError):
        raise Malformed(("time", "form")) from None
    if at.tzinfo is None:
        raise Malformed(("time", "offset_missing"))
    return day


def midnight(day: date) -> str:
    return f"{day.isoformat()}T00:00:00+08:00"


def instant(at: datetime) -> str:
    """As `recordedtime` is written: UTC, six digits, Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def end_of_day(day: date) -> str:
    """The last instant of a civil day in Asia/Shanghai, as `recordedtime` is written."""
    return instant(datetime(day.year, day.month, day.day, 23, 59, 59, 999999, CHINA))


@cache
def facts() -> dict[str, type[Fact]]:
    """Every type of the catalogue, by its full name."""
    from contracts import assignments, compliance, registry

    return {f.type(): f for module in (registry, assignments, compliance) for f in module.FACTS}


@cache
def _readers() -> Mapping[str, Callable[[Any], Fact]]:
    """What reads the data of each type; `model_validate` finds the same validator anew at every call."""
    return Readers((name, fact.__pydantic_validator__.validate_python) for name, fact in facts().items())


class Readers(dict[str, Callable[[Any], Fact]]):
    def __missing__(self, kind: str) -> Callable[[Any], Fact]:
        return Unknown.model_validate
