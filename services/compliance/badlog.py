"""What is said of log files that cannot be read."""

from __future__ import annotations


class BadLog(Exception):
    """The text says where and what to do, in Chinese and English, and never what a line holds."""


class NoRoom(Exception):
    """The temporary folder cannot take what does not fit into memory."""
