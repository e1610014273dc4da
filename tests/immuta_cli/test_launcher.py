"""The executable in the mirror: how it finds the Python that runs the provider, and what it says when it finds none."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from immuta_cli import mirror
from tests.immuta_cli.commands import clean_environment, run

# Stands for the provider: tells how it was called, then waits for a signal when asked to.
PROGRAM = """\
#!/bin/sh
echo "$0 $*"
echo "pid $$"
[ -z "${WAIT:-}" ] || exec sleep 30
"""


@pytest.fixture
def launcher(tmp_path: Path) -> Path:
    return mirror.install(tmp_path / "mirror", mirror.this_platform())[0]


def program(folder: Path, name: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_text(PROGRAM)
    file.chmod(0o755)
    return file


def environment(tmp_path: Path, **changes: str) -> dict[str, str]:
    return clean_environment(tmp_path, PATH="/usr/bin:/bin") | changes


def test_the_named_python_comes_first(tmp_path: Path, launcher: Path) -> None:
    python = program(tmp_path / "with space", "python")
    console_script = program(tmp_path / "bin", "terraform-provider-immuta")
    variables = environment(tmp_path, IMMUTA_TF_PYTHON=str(python), PATH=f"{console_script.parent}:/usr/bin:/bin")

    result = run(launcher, "-debug", environment=variables)

    assert result.stdout.splitlines()[0] == f"{python} -P -m immuta_provider -debug"
    assert (result.returncode, result.stderr) == (0, "")


def test_the_console_script_on_path_comes_second(tmp_path: Path, launcher: Path) -> None:
    console_script = program(tmp_path / "bin", "terraform-provider-immuta")

    result = run(launcher, environment=environment(tmp_path, PATH=f"{console_script.parent}:/usr/bin:/bin"))

    assert result.stdout.splitlines()[0] == f"{console_script} "


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        (
            {},
            (
                "terraform-provider-immuta is not on PATH. Activate the virtual environment that has it, or set "
                "IMMUTA_TF_PYTHON to the Python of that environment. "
                "Neither is there: pip install terraform-provider-immuta"
            ),
        ),
        (
            {"IMMUTA_TF_PYTHON": "/no/python"},
            "IMMUTA_TF_PYTHON=/no/python is no executable. Name the Python that has the provider, or unset it.",
        ),
    ],
)
def test_what_is_missing_is_said(tmp_path: Path, launcher: Path, variables: dict[str, str], expected: str) -> None:
    result = run(launcher, environment=environment(tmp_path, **variables))

    # On stdout too: that is the part which Terraform shows.
    assert (result.returncode, result.stderr, result.stdout) == (1, *[f"Immuta provider: {expected}\n"] * 2)


def test_terraform_shows_what_is_missing(tmp_path: Path, launcher: Path) -> None:
    (tmp_path / ".terraform.d").mkdir()
    (tmp_path / ".terraform.d" / "plugins").symlink_to(launcher.parents[5])
    (tmp_path / "main.tf").write_text(
        f'terraform {{\n  required_providers {{\n    immuta = {{ source = "{mirror.ADDRESS}" }}\n  }}\n}}\n'
        'provider "immuta" {}\n'
    )
    variables = clean_environment(tmp_path, IMMUTA_TF_PYTHON="/no/python")
    assert run("terraform", "init", environment=variables, cwd=tmp_path).returncode == 0

    result = run("terraform", "validate", "-no-color", environment=variables, cwd=tmp_path)

    assert result.returncode == 1
    assert "Immuta provider: IMMUTA_TF_PYTHON=/no/python is no executable" in " ".join(result.stderr.split())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_the_launcher_becomes_the_provider(tmp_path: Path, launcher: Path, number: signal.Signals) -> None:
    console_script = program(tmp_path / "bin", "terraform-provider-immuta")
    variables = environment(tmp_path, PATH=f"{console_script.parent}:/usr/bin:/bin", WAIT="1")
    with subprocess.Popen([launcher], env=variables, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(2)]
        os.kill(process.pid, number)
        code = process.wait(10)

    assert lines[1] == f"pid {process.pid}\n"
    assert code == -number


def test_ctrl_c_does_not_end_a_provider_that_is_starting(tmp_path: Path, launcher: Path) -> None:
    console_script = program(tmp_path / "bin", "terraform-provider-immuta")
    variables = environment(tmp_path, PATH=f"{console_script.parent}:/usr/bin:/bin", WAIT="1")
    with subprocess.Popen([launcher], env=variables, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for _ in range(2):
            process.stdout.readline()
        os.kill(process.pid, signal.SIGINT)
        os.kill(process.pid, signal.SIGTERM)
        assert process.wait(10) == -signal.SIGTERM
