"""`python3 prepare.py [FOLDER]`: makes the secrets that compose.yaml mounts, once.

Passwords of the database and of the broker, the token between services, and the keys that encrypt personal fields. What is there
stays as it is, so that it is safe to run again. The folder is readable by its owner only; the files in it are readable by the
containers that they are mounted into. **Whoever loses a `_kek` file loses the personal fields for ever: back them up apart.**
"""

import base64
import secrets
import sys
from pathlib import Path

SERVICES = ("registry", "assignments", "compliance")
OTHERS = ("subscriber", "operator")
"""Who else may connect to the broker, from outside the containers."""


def prepare(folder: Path) -> list[str]:
    """Returns the names of the files made."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    made: list[str] = []

    def once(name: str, text: str) -> str:
        file = folder / name
        if not file.exists():
            fresh = file.with_suffix(".new")
            fresh.write_text(text, encoding="ascii")
            fresh.chmod(0o444)
            fresh.rename(file)
            made.append(name)
        return file.read_text(encoding="ascii")

    def password() -> str:
        return secrets.token_hex(24)

    once("service_token", password())
    once("admin_dsn", f"postgresql://postgres:{once('postgres_password', password())}@postgres:5432/postgres")
    for service in SERVICES:
        word = once(f"{service}_password", password())
        once(f"{service}_dsn", f"postgresql://{service}:{word}@postgres:5432/{service}")
        once(f"{service}_keys_dsn", f"postgresql://{service}:{word}@postgres:5432/{service}_keys")
        once(f"{service}_nats_url", f"nats://{service}:{password()}@nats:4222")
        once(f"{service}_kek", f"k1:{base64.b64encode(secrets.token_bytes(32)).decode()}\n")
    for user in OTHERS:
        once(f"{user}_nats_url", f"nats://{user}:{password()}@127.0.0.1:4222")
    once("nats_users.conf", "".join(f'{user.upper()}_PASSWORD: "{_password_of(folder, user)}"\n' for user in (*SERVICES, *OTHERS)))
    return made


def _password_of(folder: Path, user: str) -> str:
    url = (folder / f"{user}_nats_url").read_text(encoding="ascii")
    return url.removeprefix(f"nats://{user}:").partition("@")[0]


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "secrets"
    names = prepare(target)
    print(f"{target}: {', '.join(names)}" if names else f"{target}: nothing to do")
