"""`python3 prepare.py [FOLDER]`: makes the secrets that compose.yaml mounts, once.

Passwords of the database and of the broker, the token between services, the keys that sign and check the tokens of people, and the keys that encrypt personal
fields. What is there
stays as it is, so that it is safe to run again. The folder is readable by its owner only; the files in it are readable by the
containers that they are mounted into. **Whoever loses a `_kek` file loses the personal fields for ever: back them up apart.**
"""

import base64
import binascii
import hashlib
import hmac
import secrets
import sys
from pathlib import Path

SERVICES = ("registry", "assignments", "compliance")
OTHERS = ("operator",)
"""Who else may connect to the broker, from outside the containers. Subscribers show a token of their own."""
WARDEN = "warden"
"""The registry's second user of the broker: it may end connections."""


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
    signing = once("token_signing_key", f"k1:{base64.b64encode(secrets.token_bytes(32)).decode()}\n")
    seed = base64.b64decode(signing.splitlines()[-1].partition(":")[2])
    once("token_keys", f"k1:{base64.b64encode(public_key(seed)).decode()}\n")
    once(f"{WARDEN}_nats_url", f"nats://{WARDEN}:{password()}@nats:4222")
    for user in OTHERS:
        once(f"{user}_nats_url", f"nats://{user}:{password()}@127.0.0.1:4222")
    users = "".join(f'{user.upper()}_PASSWORD: "{_password_of(folder, user)}"\n' for user in (*SERVICES, *OTHERS, WARDEN))
    users += f'ISSUER: "{issuer(seed)}"\n'
    if (folder / "nats_users.conf").exists() and (folder / "nats_users.conf").read_text(encoding="ascii") != users:
        (folder / "nats_users.conf").unlink()  # of an earlier version: it only repeats what the others say
    once("nats_users.conf", users)
    return made


def issuer(seed: bytes) -> str:
    """The name of the key with which the registry lets subscribers onto the bus (an nkey of NATS), derived from its signing key."""
    raw = b"\0" + public_key(hmac.digest(seed, b"taizhang bus", hashlib.sha256))
    return base64.b32encode(raw + binascii.crc_hqx(raw, 0).to_bytes(2, "little")).decode().rstrip("=")


def public_key(seed: bytes) -> bytes:
    """Of an Ed25519 private key (RFC 8032, 5.1.5): nothing has to be installed to make the secrets."""
    p = 2**255 - 19
    d = -121665 * pow(121666, -1, p) % p

    def add(a: tuple[int, int], b: tuple[int, int]) -> tuple[int, int]:
        (x1, y1), (x2, y2) = a, b
        t = d * x1 * x2 * y1 * y2
        return (x1 * y2 + x2 * y1) * pow(1 + t, -1, p) % p, (y1 * y2 + x1 * x2) * pow(1 - t, -1, p) % p

    h = hashlib.sha512(seed).digest()
    n = int.from_bytes(h[:32], "little") & ~7 & (2**255 - 1) | 2**254
    base = 15112221349535400772501151409588531511454012693041857206046113283949847762202, 4 * pow(5, -1, p) % p
    found = 0, 1
    for bit in f"{n:b}":
        found = add(found, found)
        if bit == "1":
            found = add(found, base)
    x, y = found
    return (y | (x & 1) << 255).to_bytes(32, "little")


def _password_of(folder: Path, user: str) -> str:
    url = (folder / f"{user}_nats_url").read_text(encoding="ascii")
    return url.removeprefix(f"nats://{user}:").partition("@")[0]


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "secrets"
    names = prepare(target)
    print(f"{target}: {', '.join(names)}" if names else f"{target}: nothing to do")
