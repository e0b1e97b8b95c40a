"""What a file is, found from its content alone: what somebody calls it is a claim. Only what can hold a document or a picture of one, and
can be told apart with certainty; whatever is also something else is none of them."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise

SUFFIX: Mapping[str, str] = {
    "application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png", "image/tiff": "tif", "image/heic": "heic",
}  # fmt: skip
ALSO_CALLED = {"application/x-pdf": "application/pdf", "image/jpg": "image/jpeg", "image/pjpeg": "image/jpeg", "image/heif": "image/heic"}
NO_CLAIM = ("", "application/octet-stream")
HEAD, TAIL = 1024, 65_557
"""Where readers look for the beginning of a PDF or a page, and for the end of an archive."""
MARKUP = re.compile(rb"<\s*(!doctype|html|head|body|script|svg|iframe|\?php)", re.IGNORECASE)
PNG = b"\x89PNG\r\n\x1a\n"
PICTURES = frozenset({b"heic", b"heix", b"heim", b"heis"})


def media_type(data: bytes) -> str | None:
    """None for what is no file of these types, is cut short, or can be read as a file of another type too."""
    found = next((name for name, fits in _TYPES.items() if fits(data)), None)
    return None if found is None or _is_archive(data) or _is_page(data) else found


def agrees(claim: str, found: str) -> bool:
    return claim in NO_CLAIM or ALSO_CALLED.get(claim, claim) == found


def _is_pdf(data: bytes) -> bool:
    return re.match(rb"%PDF-[12]\.[0-9]", data) is not None and b"startxref" in data[-2 * HEAD :] and b"%%EOF" in data[-HEAD:]


def _is_jpeg(data: bytes) -> bool:
    """Its segments in order up to the picture, a frame among them, and an end. Cameras write more behind it."""
    at, framed = 2, False
    if data[:3] != b"\xff\xd8\xff":
        return False
    while at + 4 <= len(data) and data[at] == 0xFF:
        if data[at + 1] == 0xFF:  # filling
            at += 1
            continue
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == 0xDA:
            return framed and data.find(b"\xff\xd9", at + 2 + length) > 0
        framed = framed or (0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC))
        at += 2 + length if length >= 2 else len(data)
    return False


def _is_png(data: bytes) -> bool:
    """From its header to its end, each part whole, and nothing behind it."""
    if not data.startswith(PNG):
        return False
    at, kinds = len(PNG), list[bytes]()
    while at + 12 <= len(data) and kinds[-1:] != [b"IEND"]:
        end = at + 8 + int.from_bytes(data[at : at + 4], "big")
        if zlib.crc32(data[at + 4 : end]) != int.from_bytes(data[end : end + 4], "big"):
            return False
        kinds.append(data[at + 4 : at + 8])
        at = end + 4
    return kinds[:1] == [b"IHDR"] and kinds[-1:] == [b"IEND"] and b"IDAT" in kinds and at == len(data)


def _is_tiff(data: bytes) -> bool:
    """Its first directory lies in the file, in order, and tells of a picture."""
    if data[:4] not in (b"II*\x00", b"MM\x00*"):
        return False

    def whole(at: int, size: int) -> int:
        return int.from_bytes(data[at : at + size], "little" if data[:2] == b"II" else "big")

    at = whole(4, 4)
    entries = whole(at, 2)
    if not 8 <= at <= len(data) - 2 or not entries or at + 2 + 12 * entries + 4 > len(data):
        return False
    tags = [whole(at + 2 + 12 * n, 2) for n in range(entries)]
    return {256, 257} <= set(tags) and all(one <= other for one, other in pairwise(tags))


def _is_heic(data: bytes) -> bool:
    """Boxes to the very end, of which the first says what it is and another describes the picture."""
    boxes = list(_boxes(data))
    if not boxes or boxes[-1] is None or boxes[0] is None or boxes[0][0] != b"ftyp" or data[8:12] not in PICTURES | {b"mif1"}:
        return False
    brands = {data[at : at + 4] for at in (8, *range(16, boxes[0][1], 4))}
    return bool(brands & PICTURES) and any(box is not None and box[0] == b"meta" for box in boxes)


def _boxes(data: bytes) -> Iterator[tuple[bytes, int] | None]:
    """(kind, where it ends) of each; None where one does not lie in the file."""
    at = 0
    while at < len(data):
        size, kind, least = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8], 8
        if size == 1:
            size, least = int.from_bytes(data[at + 8 : at + 16], "big"), 16
        end = len(data) if size == 0 else at + size
        if (size and size < least) or end > len(data) or len(kind) < 4:
            yield None
            return
        yield kind, end
        at = end


def _is_archive(data: bytes) -> bool:
    """An archive is read from its end, whatever stands before it."""
    tail = data[-TAIL:]
    at = tail.rfind(b"PK\x05\x06")
    while at >= 0:
        if tail[at + 4 : at + 8] == bytes(4) and tail[at + 8 : at + 10] == tail[at + 10 : at + 12] and len(tail) - at >= 22:
            return True
        at = tail.rfind(b"PK\x05\x06", 0, at)
    return False


def _is_page(data: bytes) -> bool:
    """Readers of pages and of PDF look for the beginning a good way into a file."""
    return MARKUP.search(data[:HEAD]) is not None or b"%PDF-" in data[1:HEAD]


_TYPES: Mapping[str, Callable[[bytes], bool]] = {
    "application/pdf": _is_pdf, "image/jpeg": _is_jpeg, "image/png": _is_png, "image/tiff": _is_tiff, "image/heic": _is_heic,
}  # fmt: skip
