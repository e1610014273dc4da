"""`immuta-tf plan explain` as people start it: arguments, standard input, exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from immuta_cli.__main__ import main
from tests.immuta_cli.commands import clean_environment, immuta_tf
from tests.immuta_cli.plans.plans import data_policy, masking, plan, updated

EXEMPT = data_policy(masking(exceptions={"groups": ["Privacy"]}))
OTHER = data_policy(masking({"format_preserving": {}}))


@pytest.mark.parametrize(
    ("before", "after", "code"), [(EXEMPT, data_policy(), 0), (data_policy(), EXEMPT, 3), (data_policy(), OTHER, 4)]
)
def test_the_exit_code_tells(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], before: Any, after: Any, code: int
) -> None:
    (tmp_path / "plan.json").write_bytes(plan(updated(before, after)))

    assert code == main(["plan", "explain", str(tmp_path / "plan.json"), "--format", "json"])
    assert json.loads(capfdbinary.readouterr().out)["format_version"] == "1.0"


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "No such file or directory"), (b"{", "is not JSON"), (b"PK\x03\x04", "terraform show -json")],
)
def test_what_cannot_be_read_ends_with_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | None, message: str
) -> None:
    if content is not None:
        (tmp_path / "plan.json").write_bytes(content)

    assert main(["plan", "explain", str(tmp_path / "plan.json")]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("immuta-tf: ")
    assert message in printed.err


def test_it_reads_a_file_and_prints_utf_8_everywhere(tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_bytes(plan(updated(data_policy(name="Übersicht"), {**EXEMPT, "name": "Übersicht"})))
    environment = clean_environment(tmp_path, PYTHONIOENCODING="ascii", LC_ALL="C")

    result = immuta_tf("plan", "explain", "plan.json", environment=environment, cwd=tmp_path)

    assert (result.returncode, result.stderr) == (3, "")
    assert "### Übersicht (`mask-pii`): changed, widens access" in result.stdout
