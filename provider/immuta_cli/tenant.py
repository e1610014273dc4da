"""`immuta-tf tenant serve`: the local tenant in the foreground, for trying things out, for demos and for users' CI."""

from __future__ import annotations

import signal
import sys
from types import FrameType

from immuta_cli.errors import CommandError


def serve(port: int, database: str, api_key: str) -> None:
    """Serve a local tenant on 127.0.0.1 until SIGINT or SIGTERM.

    `port` 0 takes a free one; `database` is an SQLite file or `:memory:`; `api_key` is the key that the tenant accepts.
    Prints `ready URL` once requests are accepted. Raises `CommandError` when the tenant cannot be started.
    """
