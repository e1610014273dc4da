"""What several files of tests have: a command that has run; real Terraform as the acceptance tests have it."""

from __future__ import annotations

from typing import Any

import pytest

from immuta_cli.__main__ import main
from tests.acceptance.conftest import cli_config, tenant, workspace

__all__ = ["cli_config", "ran", "tenant", "workspace"]


@pytest.fixture
def ran(capsys: pytest.CaptureFixture[str]) -> Any:
    """Run a command; returns its exit code and the lines on stdout and stderr."""

    def run_(*arguments: object) -> tuple[int, list[str], list[str]]:
        code_ = main(["policy", *map(str, arguments)])
        printed = capsys.readouterr()
        return code_, printed.out.splitlines(), printed.err.splitlines()

    return run_
