"""The doctor on other people's programs: Python, node, the CDK's command, Terraform, and the engines."""

from __future__ import annotations

import shutil
import time
from importlib.metadata import version
from pathlib import Path

import pytest

from immuta_cli.doctor import toolchain
from immuta_cli.doctor.engine import engine, no_engine
from immuta_cli.doctor.programs import ask
from tests.immuta_cli.doctor_machine import Machine

TERRAFORM = """echo '{{"terraform_version": "{0}", "platform": "linux_amd64"}}'"""
NODE = shutil.which("node")


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(tmp_path, monkeypatch)


def test_this_python_is_new_enough() -> None:
    assert (toolchain.python().level, toolchain.python().cure) == ("ok", "")


def test_an_old_python() -> None:
    finding = toolchain.python((3, 10, 4))

    assert finding.level == "problem"
    assert finding.found.startswith("3.10.4 (")
    assert finding.cure.startswith("python3.11 -m venv .venv")


def test_node(machine: Machine) -> None:
    file = machine.program("node", "echo v22.1.0")

    assert (toolchain.node().level, toolchain.node().found) == ("ok", f"22.1.0 ({file})")


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("echo v18.19.1", "18.19.1 ({}) is older than 20"),
        ("echo broken >&2; exit 3", "{} does not work: broken"),
        ("exit 3", "{} does not work: it ended with exit code 3 and said nothing"),
    ],
)
def test_a_node_that_cannot_be_used(machine: Machine, script: str, found: str) -> None:
    file = machine.program("node", script)

    finding = toolchain.node()

    assert (finding.level, finding.found) == ("problem", found.format(file))
    assert finding.cure.startswith("pip install 'terraform-provider-immuta[node]'")


def test_no_node_is_a_problem_because_the_engines_are_installed(machine: Machine) -> None:
    finding = toolchain.node()

    assert (finding.level, finding.found) == ("problem", "no node on PATH; the constructs cannot run without it")
    assert finding.cure.startswith("pip install 'terraform-provider-immuta[node]'")


def test_no_cdk_command(machine: Machine) -> None:
    finding = toolchain.cdk_cli()

    assert (finding.level, finding.cure) == ("warning", "npm install --save-dev cdktf-cli")


def test_the_cdk_command_of_this_folder_and_its_version(machine: Machine) -> None:
    package = machine.folder / "node_modules" / "cdktn-cli"
    package.mkdir(parents=True)
    (package / "package.json").write_text('{"version": "0.24.1"}')
    machine.program("cdktn", "exit 1").rename(package / "cdktn")
    commands = machine.folder / "node_modules" / ".bin"
    commands.mkdir()
    (commands / "cdktn").symlink_to(package / "cdktn")

    finding = toolchain.cdk_cli()

    assert (finding.level, finding.found) == ("ok", "cdktn 0.24.1 (node_modules/.bin/cdktn)")


@pytest.mark.parametrize(
    ("release", "level", "words"),
    [
        ("1.4.7", "problem", "is older than 1.5"),
        ("1.5.0", "warning", "lacks write-only attributes (1.11: secrets stay out of the state) and identity (1.12)"),
        ("1.11.4", "ok", "import by identity needs 1.12"),
        ("1.12.0", "ok", "1.12.0 ("),
    ],
)
@pytest.mark.parametrize("name", ["terraform", "tofu"])
def test_terraforms_version(machine: Machine, name: str, release: str, level: str, words: str) -> None:
    machine.program(name, TERRAFORM.format(release))

    finding = toolchain.terraform()

    assert finding.level == level
    assert words in finding.found
    assert bool(finding.cure) == (level != "ok")


def test_no_terraform(machine: Machine) -> None:
    finding = toolchain.terraform()

    assert (finding.level, finding.found) == ("problem", "neither terraform nor tofu on PATH")
    assert finding.cure.startswith("install Terraform 1.5 or newer")


def test_a_terraform_that_breaks(machine: Machine) -> None:
    file = machine.program("terraform", "echo 'no such library' >&2; exit 127")

    finding = toolchain.terraform()

    assert (finding.level, finding.found) == ("problem", f"{file} does not work: no such library")
    assert finding.cure.startswith("install Terraform 1.5 or newer")


def test_the_terraform_that_the_cdk_was_told_to_take(machine: Machine) -> None:
    machine.program("terraform", TERRAFORM.format("1.4.0"))
    chosen = machine.program("my-terraform", TERRAFORM.format("1.13.0"))
    machine.set(TERRAFORM_BINARY_NAME="my-terraform")
    assert toolchain.terraform().found == f"1.13.0 ({chosen})"

    machine.set(TERRAFORM_BINARY_NAME="absent")
    finding = toolchain.terraform()
    assert (finding.level, finding.cure) == ("problem", "unset TERRAFORM_BINARY_NAME")
    assert finding.found == "TERRAFORM_BINARY_NAME=absent is no program on PATH"


def test_a_program_that_hangs_holds_up_nobody(machine: Machine) -> None:
    # The stub's child holds the pipe: ending the stub alone would not be enough.
    file = machine.program("node", "/bin/sleep 30 & wait")
    began = time.monotonic()

    answer = ask(str(file), seconds=0.2)

    assert answer.last_words == "it did not answer within 0.2 seconds"
    assert time.monotonic() - began < 5


def test_an_engine(machine: Machine) -> None:
    assert NODE is not None
    (machine.bin / "node").symlink_to(NODE)

    finding = engine("cdktf")

    expected = f"cdktf {version('cdktf')}, imported with {machine.bin / 'node'}"
    assert (finding.level, finding.found) == ("ok", expected)


def test_an_engine_without_node(machine: Machine) -> None:
    finding = engine("cdktn")

    assert finding.level == "problem"
    assert finding.found == f"cdktn {version('cdktn')} needs node, and node is no program on PATH"
    assert finding.cure == "pip install 'terraform-provider-immuta[node]'"


def test_an_engine_whose_node_was_chosen_wrongly(machine: Machine) -> None:
    machine.program("node", "exit 0")
    machine.set(JSII_NODE="/absent/node")

    assert engine("cdktn").cure == "unset JSII_NODE, or pip install 'terraform-provider-immuta[node]'"


def test_an_engine_that_cannot_be_imported(machine: Machine) -> None:
    machine.program("node", "echo broken >&2; exit 1")

    finding = engine("cdktf")

    assert finding.level == "problem"
    assert finding.found.startswith(f"cdktf {version('cdktf')} cannot be imported: ")
    assert finding.cure.startswith("pip install --force-reinstall 'terraform-provider-immuta[cdktf]'")


def test_no_engine() -> None:
    finding = no_engine()

    assert (finding.level, finding.cure) == ("warning", "pip install 'terraform-provider-immuta[cdktf]'")
