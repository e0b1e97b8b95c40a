"""Personal fields: what opens them, and what does not."""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from cryptography.exceptions import InvalidTag

from services.kernel.seal import DDL, Erased, Vault, read_keks

KEKS = {"2024": b"a" * 32}
EVENT, OWNER, CLASS = "registry/cadre-C1@1", "C1", "identity"
FIELDS = {"name": "王小明", "id_number": "11010519491231002X", "notes": ["甲", "乙"], "n": 1}


@pytest.fixture
def keys(database: str) -> str:
    with psycopg.connect(database, autocommit=True) as c:
        c.execute(DDL.encode())
    return database


@pytest.fixture
def vault(keys: str) -> Iterator[Vault]:
    with closing(Vault(keys, KEKS)) as vault:
        yield vault


def test_round_trip(vault: Vault, keys: str) -> None:
    sealed = vault.seal(EVENT, OWNER, CLASS, FIELDS)
    assert vault.open(EVENT, OWNER, CLASS, sealed) == FIELDS
    with closing(Vault(keys, KEKS)) as another:
        assert another.open(EVENT, OWNER, CLASS, sealed) == FIELDS
    for clear in ("王小明".encode(), b"11010519491231002X", b"name"):
        assert clear not in sealed
    assert vault.seal(EVENT, OWNER, CLASS, FIELDS) != sealed, "never twice the same bytes: equal fields do not show"


@pytest.mark.parametrize(
    "moved",
    [("registry/cadre-C1@2", OWNER, CLASS), (EVENT, "C2", CLASS), (EVENT, OWNER, "health"), ("assignments/cadre-C1@1", OWNER, CLASS)],
)
def test_moved_it_does_not_open(vault: Vault, moved: tuple[str, str, str]) -> None:
    sealed = vault.seal(EVENT, OWNER, CLASS, FIELDS)
    vault.seal(*moved, {"name": "other"})  # the other place has its key
    with pytest.raises(InvalidTag):
        vault.open(*moved, sealed)


def test_changed_it_does_not_open(vault: Vault) -> None:
    sealed = bytearray(vault.seal(EVENT, OWNER, CLASS, FIELDS))
    for at in (0, 12, len(sealed) - 1):
        sealed[at] ^= 1
        with pytest.raises(InvalidTag):
            vault.open(EVENT, OWNER, CLASS, bytes(sealed))
        sealed[at] ^= 1
    assert vault.open(EVENT, OWNER, CLASS, bytes(sealed)) == FIELDS


def test_a_wrong_kek_opens_nothing(keys: str, vault: Vault) -> None:
    sealed = vault.seal(EVENT, OWNER, CLASS, FIELDS)
    with closing(Vault(keys, {"2024": b"b" * 32})) as other:
        with pytest.raises(InvalidTag):
            other.open(EVENT, OWNER, CLASS, sealed)
        with pytest.raises(InvalidTag):
            other.seal(EVENT, OWNER, CLASS, FIELDS)


def test_a_new_kek_leaves_old_keys_readable(keys: str, vault: Vault) -> None:
    sealed = vault.seal(EVENT, OWNER, CLASS, FIELDS)
    with closing(Vault(keys, KEKS | {"2025": b"c" * 32})) as turned:
        assert turned.open(EVENT, OWNER, CLASS, sealed) == FIELDS
        turned.seal(EVENT, "C9", CLASS, FIELDS)
    with psycopg.connect(keys) as c:
        assert dict(c.execute("select owner, kek from keys").fetchall()) == {"C1": "2024", "C9": "2025"}


def test_erased_for_ever_and_only_that(keys: str, vault: Vault) -> None:
    sealed, other_class, other = (
        vault.seal(EVENT, OWNER, CLASS, FIELDS),
        vault.seal(EVENT, OWNER, "health", FIELDS),
        vault.seal(EVENT, "C2", CLASS, FIELDS),
    )
    vault.erase(OWNER, CLASS)
    for at in (vault, Vault(keys, KEKS)):
        with pytest.raises(Erased):
            at.open(EVENT, OWNER, CLASS, sealed)
        with pytest.raises(Erased):
            at.seal(EVENT, OWNER, CLASS, FIELDS)
        assert at.open(EVENT, OWNER, "health", other_class) == FIELDS
        assert at.open(EVENT, "C2", CLASS, other) == FIELDS
        if at is not vault:
            at.close()


def test_the_tombstone_stays(keys: str, vault: Vault) -> None:
    """Erased twice keeps the first day; erased before anything was sealed, nothing can be sealed; no key bytes are left."""
    vault.seal(EVENT, OWNER, CLASS, FIELDS)
    vault.erase(OWNER, CLASS)
    with psycopg.connect(keys, autocommit=True) as c:
        first = c.execute("select kek, wrapped, erased_at from keys").fetchone()
        vault.erase(OWNER, CLASS)
        assert c.execute("select kek, wrapped, erased_at from keys").fetchone() == first
        assert first
        assert first[:2] == (None, None)
        assert first[2] is not None
    vault.erase("C3", CLASS)
    with pytest.raises(Erased):
        vault.seal(EVENT, "C3", CLASS, FIELDS)


def test_other_processes_forget_in_time(keys: str) -> None:
    with closing(Vault(keys, KEKS, ttl=0)) as forgetful, closing(Vault(keys, KEKS, ttl=60)) as reader, closing(Vault(keys, KEKS)) as eraser:
        sealed = reader.seal(EVENT, OWNER, CLASS, FIELDS)
        forgetful.open(EVENT, OWNER, CLASS, sealed)
        eraser.erase(OWNER, CLASS)
        assert reader.open(EVENT, OWNER, CLASS, sealed) == FIELDS, "within its time it may still read"
        with pytest.raises(Erased):
            forgetful.open(EVENT, OWNER, CLASS, sealed)


def test_a_wrapped_key_moved_to_another_owner_does_not_open(keys: str, vault: Vault) -> None:
    sealed = vault.seal(EVENT, OWNER, CLASS, FIELDS)
    with psycopg.connect(keys, autocommit=True) as c:
        c.execute("insert into keys select 'C2', class, kek, wrapped, erased_at from keys")
    with pytest.raises(InvalidTag):
        vault.open(EVENT, "C2", CLASS, sealed)


def test_keys_at_rest_are_wrapped(keys: str, vault: Vault) -> None:
    vault.seal(EVENT, OWNER, CLASS, FIELDS)
    with psycopg.connect(keys) as c:
        ((wrapped,),) = c.execute("select wrapped from keys").fetchall()
    assert len(wrapped) == 12 + 32 + 16


def test_key_file(tmp_path: Path) -> None:
    file, one, two = tmp_path / "kek", os.urandom(32), os.urandom(32)
    file.write_text(f"old:{b64encode(one).decode()}\nnew:{b64encode(two).decode()}\n")
    assert list(read_keks(file).items()) == [("old", one), ("new", two)]
    for wrong in ("", "name\n", f"a:{b64encode(b'short').decode()}\n", f":{b64encode(one).decode()}\n", "a:****\n"):
        file.write_text(wrong)
        with pytest.raises(ValueError, match=r".") as refusal:
            read_keks(file)
        assert b64encode(one).decode() not in str(refusal.value)
