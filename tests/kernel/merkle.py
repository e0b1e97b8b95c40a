"""The tree of RFC 6962, section 2.1, word for word: slow, and independent of the log's own arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256


def leaf(line: str | bytes) -> bytes:
    return sha256(b"\x00" + (line.encode() if isinstance(line, str) else line)).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """MTH over leaf hashes: split at the largest power of two smaller than n."""
    n = len(leaves)
    if n == 0:
        return sha256().digest()
    if n == 1:
        return leaves[0]
    k = 1 << ((n - 1).bit_length() - 1)
    return sha256(b"\x01" + root(leaves[:k]) + root(leaves[k:])).digest()


def folded(frontier: Sequence[bytes], size: int) -> bytes:
    """The root that a right edge claims: its perfect subtrees, the smallest first, taken together from the right."""
    subtrees = [frontier[k] for k in range(size.bit_length()) if size >> k & 1]
    if not subtrees:
        return sha256().digest()
    top = subtrees[0]
    for left in subtrees[1:]:
        top = sha256(b"\x01" + left + top).digest()
    return top
