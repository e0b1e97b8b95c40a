"""Evidence of leave as files: what is taken, who may have it back, and that it lies nowhere in the open."""

from __future__ import annotations

import asyncio
import threading
import time
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import ZipFile

import httpx
import psycopg
import pytest
import uvicorn
from cryptography.exceptions import InvalidTag
from psycopg.conninfo import make_conninfo

from services.assignments import app, scanning
from services.assignments.attachment_pages import LARGEST
from services.assignments.attachments import WAITING, Attachments
from services.assignments.deciding import decide, subjects
from services.assignments.media import media_type
from services.kernel.clock import today
from services.kernel.scope import Scope
from services.kernel.seal import Erased, Vault, read_keks
from services.kernel.service import Service
from services.local.process import free_ports
from tests.house.tree import ROOT, commands
from tests.http.conftest import TOKEN, Client, District, _client, _until_ready
from tests.http.test_access import People
from tests.http.test_commands import leave, problem
from tests.http.test_http_page import run

CANARY = "金丝雀诊断5c1e"
PAPER = {"Taizhang-On-Behalf-Of": "cadre", "Taizhang-Document-No": "2024-7"}
DUTY = {"Taizhang-Purpose": "duty"}


def pdf(text: str = "") -> bytes:
    return f"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n% {text}\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n".encode()


def png(behind: bytes = b"") -> bytes:
    def part(kind: bytes, said: bytes) -> bytes:
        return len(said).to_bytes(4, "big") + kind + said + zlib.crc32(kind + said).to_bytes(4, "big")

    pixel = part(b"IHDR", bytes.fromhex("00000001000000010800000000")) + part(b"IDAT", zlib.compress(b"\0\0"))
    return b"\x89PNG\r\n\x1a\n" + pixel + part(b"IEND", b"") + behind


def jpeg(comment: bytes = b"") -> bytes:
    said = b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment
    frame, scan = bytes.fromhex("ffc0000b080001000101011100"), bytes.fromhex("ffda0008010100003f00")
    return b"\xff\xd8" + said + frame + scan + b"\x7f\xff\xd9"


def tiff() -> bytes:
    entries = [(256, 1), (257, 1), (258, 8), (259, 1), (273, 8)]
    said = b"".join(tag.to_bytes(2, "little") + b"\3\0\1\0\0\0" + value.to_bytes(4, "little") for tag, value in entries)
    return b"II*\0\x08\0\0\0" + len(entries).to_bytes(2, "little") + said + bytes(4)


def heic(brand: bytes = b"heic") -> bytes:
    return b"\0\0\0\x18ftyp" + brand + bytes(4) + b"mif1" + brand + b"\0\0\0\x0cmeta\0\0\0\0" + b"\0\0\0\x0cmdat\1\2\3\4"


def archive() -> bytes:
    held = BytesIO()
    with ZipFile(held, "w") as made:
        made.writestr("a.class", "x")
    return held.getvalue()


TAKEN = {"application/pdf": pdf(), "image/png": png(), "image/jpeg": jpeg(), "image/tiff": tiff(), "image/heic": heic()}
NOT_TAKEN = {
    "text": b"a certificate", "a page": b"<html><script>alert(1)</script></html>", "a page in a PDF": pdf("<html><script>"),
    "a page in a picture": jpeg(b"<script>alert(1)</script>"), "a PDF in a picture": jpeg(pdf()), "drawn": b"<svg xmlns='x'/>",
    "archive": archive(), "a picture with an archive": jpeg() + archive(), "a PDF with an archive": pdf() + archive(),
    "more behind the end": png(b"<html>"), "cut PDF": pdf()[:40], "cut PNG": png()[:-5], "cut JPEG": jpeg()[:-2], "cut TIFF": tiff()[:40],
    "cut HEIC": heic()[:-3], "another brand": heic(b"avif"), "a PNG changed": png().replace(b"IDAT", b"IDAU"), "a program": b"MZ" + bytes(99),
    "only the first bytes": b"%PDF-1.7", "a TIFF without picture": b"II*\0\x08\0\0\0\0\0", "one byte": b"%", "a film": heic(b"isom"),
}  # fmt: skip


def test_types_are_found_from_content_alone() -> None:
    assert {name: media_type(data) for name, data in TAKEN.items()} == {name: name for name in TAKEN}
    assert {name: media_type(data) for name, data in NOT_TAKEN.items()} == dict.fromkeys(NOT_TAKEN)
    assert media_type(heic(b"mif1")) is None, "a container that does not say which pictures it holds"
    assert media_type(jpeg() + b"what a camera adds") == "image/jpeg"


class Known(People):
    """Whom the service knows by the time they ask."""

    def grant(self, name: str, role: str, **whose: Any) -> None:
        super().grant(name, role, **whose)
        assert self.district.assignments.get("/leaves", headers=self.after).status_code == 200


@pytest.fixture(scope="module")
def people(district: District) -> People:
    found = Known(district)
    found.grant("committee of the case", "committee", cadre_id=found.one)
    found.grant("other cadre", "cadre", cadre_id=found.other)
    return found


def put(people: People, who: str, evidence: str, data: bytes, cadre: str | None = None, kind: str = "", **headers: str) -> httpx.Response:
    path = f"/attachments?cadre={cadre or people.one}&evidence_id={evidence}"
    return people._send("POST", who, "assignments", path, headers | ({"Content-Type": kind} if kind else {}), content=data)


def get(people: People, who: str, evidence: str, query: str = "", **headers: str) -> httpx.Response:
    return people.ask(who, "assignments", f"/attachments/{evidence}{query}", **headers)


def test_uploaded_listed_and_downloaded(people: People) -> None:
    evidence, data = people.district.fresh("E"), pdf(CANARY)
    told = put(people, "cadre", evidence, data, kind="application/pdf")
    assert told.status_code == 201, told.text
    said = told.json()
    assert (said["sha256"], said["media_type"], said["size"], said["state"]) == (
        sha256(data).hexdigest(),
        "application/pdf",
        len(data),
        "clean",
    )
    assert said["uploaded_by"] == people.principal("cadre")
    again = put(people, "cadre", evidence, data)
    assert (again.status_code, again.json()) == (200, said)
    problem(put(people, "cadre", evidence, pdf("other")), 409, "id-in-use")

    got = get(people, "cadre", evidence)
    assert (got.status_code, got.content, got.headers["content-type"]) == (200, data, "application/pdf")
    assert got.headers["content-disposition"] == f'attachment; filename="{evidence}.pdf"'
    assert got.headers["x-content-type-options"] == "nosniff"
    assert got.headers["cache-control"] == "no-store"
    assert got.headers["content-security-policy"].startswith("sandbox")
    listed = people.ask("section", "assignments", f"/attachments?cadre={people.one}").json()["items"]
    assert said in listed


def test_who_uploads(people: People) -> None:
    may = {name for name in people.token if put(people, name, people.district.fresh("E"), pdf()).status_code == 201}
    on_paper = {name for name in people.token if put(people, name, people.district.fresh("E"), pdf(), **PAPER).status_code == 201}
    assert may == {"cadre"}
    assert on_paper == {"section", "branch"}
    problem(put(people, "section", "E1", pdf(), **{"Taizhang-On-Behalf-Of": "cadre"}), 422, "paper-missing")
    problem(put(people, "section", "E1", pdf(), cadre="C-nobody", **PAPER), 404, "unknown-cadre")
    there, nowhere = (put(people, "other cadre", "E1", pdf(), cadre=c) for c in (people.one, "C-nobody"))
    problem(there, 403, "forbidden")
    assert (there.status_code, there.content) == (nowhere.status_code, nowhere.content)


def test_who_downloads(people: People) -> None:
    evidence, shut = people.district.fresh("E"), people.district.fresh("E")
    assert put(people, "cadre", evidence, pdf()).status_code == 201
    assert put(people, "other cadre", shut, pdf(), cadre=people.other).status_code == 201
    may = {name for name in people.token if get(people, name, evidence, **DUTY).status_code == 200}
    assert may == {"cadre", "reviewer", "committee of the case"}
    problem(get(people, "reviewer", evidence), 400, "purpose-missing")
    for name in people.token:
        there, nowhere = get(people, name, shut, **DUTY), get(people, name, "E-nowhere", **DUTY)
        assert (there.status_code, there.content) == (nowhere.status_code, nowhere.content) or name == "other cadre"
        assert there.status_code in (403, 404) or name == "other cadre"
    listed = {n for n in people.token if people.ask(n, "assignments", f"/attachments?cadre={people.one}").status_code == 200}
    assert listed == {"section", "committee", "branch", "cadre", "auditor", "committee of the case"}
    reads = people.district.assignments.get("/reads", params={"cadre": people.one, "limit": 500}).json()["items"]
    mine = [(r["actor"], r["purpose"]) for r in reads if r["object"] == f"evidence-{evidence}" and r["allowed"]]
    assert sorted(mine) == sorted(
        (people.principal(n), "own" if n == "cadre" else "duty") for n in ("cadre", "reviewer", "committee of the case")
    )


def test_one_id_of_two_cadres(people: People) -> None:
    """Who uploads gives the id: that somebody else has it already is told to nobody."""
    evidence = people.district.fresh("E")
    assert put(people, "cadre", evidence, pdf("one")).status_code == 201
    assert put(people, "other cadre", evidence, pdf("other"), cadre=people.other).status_code == 201
    assert get(people, "cadre", evidence).content == pdf("one")
    assert get(people, "other cadre", evidence).content == pdf("other")
    everybody = people.district.assignments
    assert "cadre" in problem(everybody.get(f"/attachments/{evidence}"), 400, "bad-query")["errors"][0]["field"]
    assert everybody.get(f"/attachments/{evidence}", params={"cadre": people.other}).content == pdf("other")


def test_what_is_not_taken(people: People) -> None:
    for name, data in NOT_TAKEN.items():
        problem(put(people, "cadre", "E-no", data, kind="application/pdf"), 422, "file-type-refused")
        assert name
    problem(put(people, "cadre", "E-no", b""), 422, "nothing-given")
    problem(put(people, "cadre", "E-no", png(), kind="application/pdf"), 422, "file-type-differs")
    problem(put(people, "cadre", "E-no", pdf(), kind="text/html"), 422, "file-type-differs")
    problem(put(people, "cadre", "../../E", pdf()), 400, "bad-query")
    problem(people._send("POST", "cadre", "assignments", f"/attachments?cadre={people.one}", {}, content=pdf()), 400, "bad-query")
    problem(get(people, "cadre", "E-no"), 404, "unknown-attachment")


def test_no_more_than_ten_mebibytes(people: People) -> None:
    whole = pdf("x" * (LARGEST - len(pdf())))
    assert put(people, "cadre", people.district.fresh("E"), whole).status_code == 201
    problem(put(people, "cadre", "E-large", whole + b" "), 413, "file-too-large")
    chunks = (b"%PDF-1.7\n" + bytes(1 << 16) for _ in range(200))
    path = f"/attachments?cadre={people.one}&evidence_id=E-large"
    problem(people._send("POST", "cadre", "assignments", path, {}, content=chunks), 413, "file-too-large")


def test_no_more_than_a_leave_needs(people: People) -> None:
    cadre = people.district.cadre()
    people.grant("collector", "cadre", cadre_id=cadre)
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda n: put(people, "collector", f"E{n}", pdf(str(n)), cadre=cadre), range(WAITING + 4)))
    kept = [t.json() for t in told if t.status_code == 201]
    assert len(kept) == WAITING, "whatever comes at once"
    for answer in told:
        assert answer.status_code == 201 or problem(answer, 409, "too-many-files")
    cited = [{name: kept[0][name] for name in ("evidence_id", "sha256", "media_type")}]
    applied = people.act("collector", "assignments", "RequestLeave", leave(people.district.fresh("L"), cadre, evidence=cited))
    assert applied.status_code == 201, applied.text
    assert put(people, "collector", "E-room", pdf(), cadre=cadre).status_code == 201, "what a leave cites waits no longer"


def test_leave_and_file_agree(people: People) -> None:
    cadre, evidence = people.district.cadre(), people.district.fresh("E")
    people.grant("applicant", "cadre", cadre_id=cadre)
    kept = put(people, "applicant", evidence, pdf(), cadre=cadre)
    assert kept.status_code == 201, kept.text
    said = kept.json()
    cited = {name: said[name] for name in ("evidence_id", "sha256", "media_type")}

    def apply(**other: str) -> httpx.Response:
        asked = leave(people.district.fresh("L"), cadre, evidence=[cited | other])
        return people.act("applicant", "assignments", "RequestLeave", asked)

    problem(apply(sha256="00"), 409, "evidence-differs")
    problem(apply(media_type="image/png"), 409, "evidence-differs")
    assert apply(evidence_id="E-on-paper", sha256="00").status_code == 201, "what is not here may be cited"
    problem(put(people, "applicant", "E-on-paper", pdf(), cadre=cadre), 409, "evidence-differs")
    paths = people.district.assignments.get("/openapi.json").json()["paths"]
    assert all("evidence-differs" in str(paths[f"/commands/{c}"]["post"]["responses"]["409"]) for c in ("RequestLeave", "SupplementLeave"))
    far = leave(people.district.fresh("L"), cadre, evidence=[cited | {"sha256": "00"}])
    problem(people.act("other cadre", "assignments", "RequestLeave", far), 403, "forbidden")


def test_nothing_lies_in_the_open(people: People, capfd: pytest.CaptureFixture[str]) -> None:
    evidence, data = people.district.fresh("E"), pdf(CANARY)
    assert put(people, "cadre", evidence, data).status_code == 201
    assert get(people, "cadre", evidence).content == data
    problem(put(people, "cadre", evidence, jpeg(CANARY.encode())), 409, "id-in-use")
    with stored(people) as c:
        row = c.execute("select ciphertext, a::text from attachments a where evidence_id = %s", (evidence,)).fetchone()
        assert row
        assert CANARY.encode() not in row[0]
        assert b"%PDF" not in row[0]
        assert len(row[0]) == len(data) + 12 + 16
        settings = people.district.settings["assignments"]
        vault = Vault(settings.keys_dsn.get_secret_value(), read_keks(settings.kek_file))
        name = f"evidence-{evidence}|{sha256(data).hexdigest()}|application/pdf"
        assert vault.open_bytes(name, people.one, "attachment", row[0]) == data
        for moved in (
            (name, people.other, "attachment"),
            (name, people.one, "health"),
            (name.replace("pdf", "png"), people.one, "attachment"),
        ):
            with pytest.raises((InvalidTag, Erased)):
                vault.open_bytes(*moved, row[0])
        vault.close()
    assert CANARY not in "".join(capfd.readouterr())


def stored(people: People) -> psycopg.Connection[Any]:
    return psycopg.connect(make_conninfo(people.district.settings["assignments"].dsn.get_secret_value()), autocommit=True)


def test_the_rows_alone(people: People) -> None:
    """Row-level security with no handler before it."""
    evidence = people.district.fresh("E")
    assert put(people, "cadre", evidence, pdf()).status_code == 201
    on = today(people.district.settings["assignments"].now())
    scopes = {"none": Scope(on), "own": Scope(on, cadres=frozenset({people.one})), "other": Scope(on, cadres=frozenset({people.other}))}
    with stored(people) as c:
        seen = {}
        for name, scope in scopes.items():
            with c.transaction():
                c.execute("select set_config('role', 'assignments_reader', true), set_config('taizhang.scope', %s, true)", (scope.text(),))
                seen[name] = c.execute("select count(*) from attachments where evidence_id = %s", (evidence,)).fetchone()
        assert seen == {"none": (0,), "own": (1,), "other": (0,)}
        c.execute("set role assignments_reader")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            c.execute("update attachments set state = 'clean'")


def test_the_handlers_alone(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    """With every row let through by the database."""
    evidence = people.district.fresh("E")
    assert put(people, "cadre", evidence, pdf()).status_code == 201
    everything = Scope(today(people.district.settings["assignments"].now()), sees_all=True).text()
    monkeypatch.setattr(Scope, "text", lambda _: everything)
    problem(get(people, "other cadre", evidence), 404, "unknown-attachment")
    problem(people.ask("other cadre", "assignments", f"/attachments?cadre={people.one}"), 404, "unknown-cadre")
    assert get(people, "cadre", evidence).status_code == 200


class Scanned(NamedTuple):
    client: Client
    environment: Path
    """What the scanner saw of it."""


@pytest.fixture(scope="module")
def scanned(district: District, people: People, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scanned]:
    """Another process's worth of the service, with a scanner: a program that finds a word, and once finds nothing to say."""
    folder = tmp_path_factory.mktemp("scanner")
    program = folder / "scan"
    program.write_text(
        f"#!/bin/sh\nfound=$(grep -a -o -E 'MALICIOUS|NOT-YET' | head -n 1)\nenv > {folder}/env\n"
        f'[ "$found" = MALICIOUS ] && exit 1\n[ "$found" = NOT-YET ] && mkdir {folder}/once 2> /dev/null && exit 2\nexit 0\n'
    )
    program.chmod(0o700)
    (port,) = free_ports(1)
    settings = district.settings["assignments"].model_copy(update={"port": port, "scanner": f"'{program}' --no-summary -"})
    server = uvicorn.Server(uvicorn.Config(app.create(settings), port=port, log_config=None, lifespan="on"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    client = _client(settings)
    deadline = time.monotonic() + 20
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.02)
    _until_ready(client)
    yield Scanned(client, folder / "env")
    server.should_exit = True
    thread.join(20)


def until(client: Client, evidence: str, state: str, cadre: str) -> None:
    deadline = time.monotonic() + 15
    while True:
        items = client.get("/attachments", params={"cadre": cadre}).json()["items"]
        now = next(i["state"] for i in items if i["evidence_id"] == evidence)
        if now == state:
            return
        assert time.monotonic() < deadline, f"still {now}"
        time.sleep(0.05)


def test_quarantine(scanned: Scanned, people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "AGAIN", timedelta(seconds=0.2))
    client = scanned.client
    good, bad, later = (people.district.fresh("E") for _ in range(3))

    def send(evidence: str, text: str) -> str:
        told = client.post("/attachments", params={"cadre": people.one, "evidence_id": evidence}, content=pdf(text))
        assert told.status_code == 201, told.text
        return str(told.json()["state"])

    assert {send(good, "fine"), send(bad, "MALICIOUS"), send(later, "NOT-YET")} == {"quarantined"}
    problem(get(people, "cadre", later), 409, "file-quarantined")
    problem(get(people, "other cadre", later), 404, "unknown-attachment")
    for evidence, state in ((good, "clean"), (bad, "refused"), (later, "clean")):
        until(client, evidence, state, people.one)
    assert get(people, "cadre", good).content == pdf("fine")
    assert get(people, "cadre", later).content == pdf("NOT-YET")
    problem(get(people, "cadre", bad), 409, "file-refused")
    told = client.post("/attachments", params={"cadre": people.one, "evidence_id": bad}, content=pdf("MALICIOUS"))
    assert (told.status_code, told.json()["state"]) == (200, "refused"), "sending it again does not make it clean"
    with stored(people) as c:
        assert c.execute("select ciphertext from attachments where evidence_id = %s", (bad,)).fetchone() == (None,)
    assert "TAIZHANG" not in scanned.environment.read_text(), "no secret of the service reaches the scanner"
    assert client.get("/health/ready").json()["parts"]["attachments"] == {"ok": True, "scanned": True, "quarantined": 0, "since": None}


def test_a_destroyed_key(scanned: Scanned, people: People) -> None:
    """What was sealed under it is gone, and nothing new can be."""
    cadre, evidence = people.district.cadre(), people.district.fresh("E")
    asked = {"cadre": cadre, "evidence_id": evidence}
    assert scanned.client.post("/attachments", params=asked, content=pdf()).status_code == 201
    until(scanned.client, evidence, "clean", cadre)
    settings = people.district.settings["assignments"]
    vault = Vault(settings.keys_dsn.get_secret_value(), read_keks(settings.kek_file))
    vault.erase(cadre, "attachment")
    vault.close()
    problem(people.district.assignments.get(f"/attachments/{evidence}"), 410, "file-erased")
    other = asked | {"evidence_id": people.district.fresh("E")}
    problem(people.district.assignments.post("/attachments", params=other, content=pdf()), 409, "personal-data-erased")


def test_erased(people: People) -> None:
    """Content destroyed is gone; digest and type stay, and the id does not become free for another file."""
    evidence = people.district.fresh("E")
    said = put(people, "cadre", evidence, pdf()).json()

    async def erase() -> list[bool]:
        service = Service("assignments", people.district.settings["assignments"], decide, subjects)
        await service.ledger.open()
        try:
            files = Attachments(service, scanned=False)
            return [await files.erase(people.one, evidence) for _ in range(2)]
        finally:
            await service.ledger.close()

    assert asyncio.run(erase()) == [True, False]
    with stored(people) as c:
        assert c.execute("select ciphertext from attachments where evidence_id = %s", (evidence,)).fetchone() == (None,)
    problem(get(people, "cadre", evidence), 410, "file-erased")
    problem(put(people, "cadre", evidence, png()), 409, "id-in-use")
    listed = people.ask("cadre", "assignments", f"/attachments?cadre={people.one}").json()["items"]
    assert said | {"state": "erased"} in listed


def test_the_page_can_be_typed(people: People, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "certificate.pdf").write_bytes(pdf("as the page says"))
    monkeypatch.chdir(tmp_path)
    said = {"ASSIGNMENTS": str(people.district.assignments.base_url).rstrip("/"), "TOKEN": TOKEN, "CADRE": people.one}
    kept, listed, got = (run(line, said) for line in commands(ROOT / "docs" / "attachments.md"))
    assert kept.status_code == 201, kept.text
    assert kept.json() in listed.json()["items"]
    assert got.content == pdf("as the page says")
