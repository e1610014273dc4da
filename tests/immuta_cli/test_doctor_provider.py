"""The doctor on the installed provider: where Terraform looks, what lies there, and what it answers."""

from __future__ import annotations

import os
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from immuta_cli import cli_config, mirror
from immuta_cli.doctor import provider
from tests.immuta_cli.doctor_machine import Machine

RELEASE = version("terraform-provider-immuta")
PLATFORM = mirror.this_platform()
USE_THIS_PYTHON = f"export IMMUTA_TF_PYTHON={sys.executable}"


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(tmp_path, monkeypatch)


def installed(folder: Path) -> Path:
    return mirror.install(folder, PLATFORM)[0]


def test_no_configuration(machine: Machine) -> None:
    finding = provider.cli_config()

    assert (finding.level, finding.found) == ("ok", "none; Terraform searches its own folders")


def test_a_configuration_that_does_not_exist(machine: Machine) -> None:
    machine.set(TF_CLI_CONFIG_FILE="gone.tfrc")

    finding = provider.cli_config()

    assert (finding.level, finding.found) == (
        "problem",
        "TF_CLI_CONFIG_FILE=gone.tfrc names a file that does not exist",
    )
    assert finding.cure == "unset TF_CLI_CONFIG_FILE, or: immuta-tf install --dir mirror --cli-config gone.tfrc"


def test_a_configuration_that_overrides_the_provider(machine: Machine) -> None:
    file = machine.home / ".terraformrc"
    file.write_text(f'provider_installation {{\n  dev_overrides {{\n    "{mirror.ADDRESS}" = "/x"\n  }}\n}}\n')

    finding = provider.cli_config()

    assert (finding.level, finding.cure) == ("warning", f"remove dev_overrides from {file} once you are done with it")


def test_no_provider(machine: Machine) -> None:
    finding = provider.provider()

    assert (finding.level, finding.cure) == ("problem", "immuta-tf install")
    assert finding.found.startswith(f"terraform.local/immuta/immuta {RELEASE} is not installed; searched: ")
    assert str(machine.home / ".terraform.d" / "plugins") in finding.found
    assert (provider.launcher().level, provider.launcher().cure) == ("warning", "immuta-tf install")


@pytest.mark.parametrize("folder", ["home/.terraform.d/plugins", "terraform.d/plugins", "share/terraform/plugins"])
def test_the_provider_in_a_folder_that_terraform_searches_by_itself(machine: Machine, folder: str) -> None:
    file = installed(machine.folder / folder)

    finding = provider.provider()

    assert finding.level == "ok"
    assert file.samefile(finding.found.removeprefix(f"{RELEASE} (").removesuffix(")"))


def test_the_provider_in_a_mirror_that_the_configuration_names(machine: Machine) -> None:
    file = installed(machine.folder / "mirror")
    cli_config.write(machine.folder / "own.tfrc", machine.folder / "mirror")
    machine.set(TF_CLI_CONFIG_FILE=machine.folder / "own.tfrc")

    assert (provider.provider().level, provider.provider().found) == ("ok", f"{RELEASE} ({file})")


def test_a_configuration_hides_terraforms_own_folder(machine: Machine) -> None:
    installed(machine.home / ".terraform.d" / "plugins")
    config, folder = machine.folder / "own.tfrc", machine.folder / "empty"
    cli_config.write(config, folder)
    machine.set(TF_CLI_CONFIG_FILE=config)

    finding = provider.provider()

    assert finding.level == "problem"
    assert finding.found.endswith(f"searched: {folder}")
    assert finding.cure == f"immuta-tf install --dir {folder} --cli-config {config}"


def test_another_version_only(machine: Machine) -> None:
    other = machine.home / ".terraform.d/plugins" / mirror.ADDRESS / "0.0.9" / PLATFORM
    other.mkdir(parents=True)

    finding = provider.provider()

    assert (finding.level, finding.cure) == ("problem", "immuta-tf install")
    assert f"{RELEASE} is not installed (only 0.0.9); searched: " in finding.found


def test_a_newer_version_beside_this_one(machine: Machine) -> None:
    plugins = machine.home / ".terraform.d" / "plugins"
    installed(plugins)
    (plugins / mirror.ADDRESS / "99.0.0" / PLATFORM).mkdir(parents=True)

    finding = provider.provider()

    assert (finding.level, finding.cure) == ("warning", "immuta-tf uninstall && immuta-tf install")
    assert finding.found.startswith(f"99.0.0 is there beside this package's {RELEASE}")


@pytest.mark.parametrize("change", ["other bytes", "not executable"])
def test_a_file_that_is_not_as_installed(machine: Machine, change: str) -> None:
    file = installed(machine.home / ".terraform.d" / "plugins")
    if change == "other bytes":
        file.write_text(mirror.LAUNCHER + "# edited\n")
    else:
        file.chmod(0o644)

    finding = provider.provider()

    assert (finding.level, finding.cure) == ("problem", "immuta-tf install")
    assert finding.found == f"{file} is not the file that this package installs"


def test_the_launcher_finds_the_provider(machine: Machine) -> None:
    installed(machine.home / ".terraform.d" / "plugins")
    machine.set(IMMUTA_TF_PYTHON=sys.executable)

    finding = provider.launcher()

    assert (finding.level, finding.found) == ("ok", f"This is the Terraform provider immuta {RELEASE}.")


def test_the_launcher_finds_no_python(machine: Machine) -> None:
    installed(machine.home / ".terraform.d" / "plugins")

    finding = provider.launcher()

    assert (finding.level, finding.cure) == ("problem", USE_THIS_PYTHON)
    assert finding.found.startswith("Immuta provider: terraform-provider-immuta is not on PATH.")


def test_the_launcher_finds_a_python_without_the_provider(machine: Machine) -> None:
    file = installed(machine.home / ".terraform.d" / "plugins")
    machine.set(IMMUTA_TF_PYTHON=machine.program("python", "echo 'No module named immuta_provider' >&2; exit 1"))

    finding = provider.launcher()

    assert (finding.level, finding.cure) == ("problem", USE_THIS_PYTHON)
    assert finding.found == f"{file} does not start the provider: No module named immuta_provider"


def test_the_launcher_finds_another_version(machine: Machine) -> None:
    installed(machine.home / ".terraform.d" / "plugins")
    said = "This is the Terraform provider immuta 0.0.7."
    machine.program("terraform-provider-immuta", f"echo '{said} It is started by Terraform, not by hand.'")
    machine.set(PATH=f"{machine.bin}{os.pathsep}/usr/bin:/bin")

    finding = provider.launcher()

    assert (finding.level, finding.cure) == ("problem", USE_THIS_PYTHON)
    assert finding.found == f'it says "{said}", but this package is {RELEASE}'
