"""`python -m deploy.nats.generate`: writes nats.conf beside this file, from the same function that configures NATS for `taizhang up`.

A user per service, permissions by subject; of subscribers the registry is asked. Passwords come from the secret `nats_users.conf`
(`prepare.py`)."""

from pathlib import Path

from services.local.nats import USERS, configuration

FILE = Path(__file__).with_name("nats.conf")
HEAD = """\
# Made by `python -m deploy.nats.generate`; do not edit. Passwords: the secret nats_users.conf, made by prepare.py.
include "../../run/secrets/nats_users.conf"

"""


def text() -> str:
    passwords = {user: f"${user.upper()}_PASSWORD" for user in USERS}
    anywhere = "0.0.0.0"  # noqa: S104 - inside the container's own network
    return HEAD + configuration(Path("/data/jetstream"), passwords, "$ISSUER", host=anywhere, port=4222, monitor=8222)


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
