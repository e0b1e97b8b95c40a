"""A file that is handed out: to be saved, never shown inside a page, kept by nobody on the way."""

from __future__ import annotations

import re
from urllib.parse import quote

from litestar import Response

NEVER_INLINE = {
    "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'", "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin", "Referrer-Policy": "no-referrer",
}  # fmt: skip


def attachment(content: bytes, media_type: str, name: str) -> Response[bytes]:
    """`name` has ids and days in it and nobody's name; in Chinese it is told both ways (RFC 6266)."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "_", name).lstrip("_")
    disposition = f'attachment; filename="{plain}"' + ("" if plain == name else f"; filename*=UTF-8''{quote(name)}")
    headers = NEVER_INLINE | {"Content-Disposition": disposition}
    return Response(content, media_type=media_type, headers=headers)
