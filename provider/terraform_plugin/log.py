"""Log lines that Terraform understands.

What a provider writes to stderr is read by Terraform line by line; a line of JSON in hclog's form is logged at its own
level under TF_LOG. Nothing is written below the level that the user asked for.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import os
import sys
from typing import Any, Final, TextIO

TRACE: Final = 5
LEVELS: Final = {"TRACE": TRACE, "DEBUG": logging.DEBUG, "INFO": logging.INFO, "WARN": logging.WARNING, "JSON": TRACE}
NAMES: Final = {TRACE: "trace", logging.DEBUG: "debug", logging.INFO: "info", logging.WARNING: "warn"}


class TerraformFormatter(logging.Formatter):
    """A record as one line of JSON; what stands in `extra={"fields": {...}}` becomes fields of the line."""

    def format(self, record: logging.LogRecord) -> str:
        """Write the record as hclog does."""
        moment = dt.datetime.fromtimestamp(record.created, dt.UTC)
        line: dict[str, Any] = {
            "@level": NAMES.get(record.levelno, "error"),
            "@message": record.getMessage(),
            "@module": record.name,
            "@timestamp": moment.isoformat(timespec="microseconds").replace("+00:00", "Z"),
        }
        line.update(getattr(record, "fields", {}))
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str, ensure_ascii=False)


def wanted_level(environment: dict[str, str] | None = None) -> int:
    """The level that TF_LOG_PROVIDER or TF_LOG asks for; errors only where neither is set."""
    environment = dict(os.environ) if environment is None else environment
    asked = (environment.get("TF_LOG_PROVIDER") or environment.get("TF_LOG") or "").upper()
    return LEVELS.get(asked, logging.ERROR)


def start(stream: TextIO | None = None) -> None:
    """Send everything that is logged in this process to Terraform."""
    logging.addLevelName(TRACE, "TRACE")
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(TerraformFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(wanted_level())
    for chatty in ("httpx", "httpcore", "grpc", "asyncio"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
