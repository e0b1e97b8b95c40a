"""Tokens for programs: that one was made, and that it is good for nothing any more. The token itself is signed, and kept nowhere."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.message import Fact
from contracts.registry import IssueToken, RevokeToken, TokenIssued, TokenRevoked
from services.kernel.past import Past, once


def issue(c: IssueToken, past: Past) -> Sequence[Fact]:
    return once(c, past.last(TokenIssued, token_id=c.token_id))


def revoke(c: RevokeToken, past: Past) -> Sequence[Fact]:
    """Also the token of somebody who signed in, which nothing tells of until then."""
    return () if past.last(TokenRevoked, principal=c.principal, token_id=c.token_id) else (c,)
