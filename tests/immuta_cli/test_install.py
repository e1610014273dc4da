"""`immuta-tf install` and `uninstall`: the mirror, the launcher in it, and the CLI configuration."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from immuta_cli import mirror
from tests.immuta_cli.commands import clean_environment, immuta_tf, run

VERSION = version("terraform-provider-immuta")
PLATFORM = mirror.this_platform()
IN_MIRROR = Path("terraform.local/immuta/immuta") / VERSION / PLATFORM / f"terraform-provider-immuta_v{VERSION}"

CONFIGURATION = """\
terraform {
  required_providers {
    immuta = {
      source = "terraform.local/immuta/immuta"
    }
  }
}
"""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    home = tmp_path / "home"
    home.mkdir()
    return clean_environment(home)


def files_below(folder: Path) -> list[Path]:
    return sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())


def workspace(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "main.tf").write_text(CONFIGURATION)
    return folder


def make_venv(folder: Path) -> Path:
    """A second environment with its own python: it sees this project and what it needs through the first one's path."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True, timeout=60)
    packages = next((folder / "lib").glob("python*/site-packages"))
    (packages / "first.pth").write_text("\n".join(path for path in sys.path if path) + "\n")
    return folder / "bin" / "python"


def test_default_directory_is_searched_by_terraform_itself(tmp_path: Path, environment: dict[str, str]) -> None:
    result = immuta_tf("install", environment=environment)

    assert (result.returncode, result.stderr) == (0, "")
    assert files_below(tmp_path / "home" / ".terraform.d" / "plugins") == [IN_MIRROR]
    work = workspace(tmp_path / "work")
    initialised = run("terraform", "init", "-no-color", environment=environment, cwd=work)
    assert initialised.returncode == 0, initialised.stderr
    assert f"Installed terraform.local/immuta/immuta v{VERSION}" in initialised.stdout


def test_lock_file_of_one_environment_fits_another(tmp_path: Path, environment: dict[str, str]) -> None:
    pythons = [Path(sys.executable), make_venv(tmp_path / "other venv")]
    assert pythons[0].resolve().parent != pythons[1].parent
    works = [workspace(tmp_path / f"laptop {number}" / "work") for number in (1, 2)]
    for python, work in zip(pythons, works, strict=True):
        installed = run(
            *(python, "-m", "immuta_cli", "install", "--dir", "../my mirror", "--cli-config", "../cli config.tfrc"),
            environment=environment,
            cwd=work,
        )
        assert installed.returncode == 0, installed.stderr

    first = environment | {"TF_CLI_CONFIG_FILE": str(works[0].parent / "cli config.tfrc")}
    assert run("terraform", "init", environment=first, cwd=works[0]).returncode == 0
    lock = (works[0] / ".terraform.lock.hcl").read_text()
    (works[1] / ".terraform.lock.hcl").write_text(lock)
    second = environment | {"TF_CLI_CONFIG_FILE": str(works[1].parent / "cli config.tfrc")}
    initialised = run("terraform", "init", "-no-color", "-lockfile=readonly", environment=second, cwd=works[1])

    assert initialised.returncode == 0, initialised.stderr
    assert "h1:" in lock
    assert (works[1] / ".terraform.lock.hcl").read_text() == lock


def test_lock_file_refuses_other_bytes(tmp_path: Path, environment: dict[str, str]) -> None:
    work = workspace(tmp_path / "work")
    immuta_tf("install", environment=environment)
    assert run("terraform", "init", environment=environment, cwd=work).returncode == 0
    launcher = tmp_path / "home" / ".terraform.d" / "plugins" / IN_MIRROR
    launcher.write_text(launcher.read_text() + "# another machine\n")

    again = run("terraform", "init", "-no-color", environment=environment, cwd=work)

    assert again.returncode == 1
    assert "doesn't match any of the checksums previously recorded in the dependency lock file" in " ".join(
        again.stderr.split()
    )


def test_install_again_changes_nothing(tmp_path: Path, environment: dict[str, str]) -> None:
    arguments = ("install", "--dir", tmp_path / "mirror", "--cli-config", tmp_path / "cli.tfrc")
    first = immuta_tf(*arguments, environment=environment)
    before = {
        path: (path.stat().st_mtime_ns, path.read_bytes())
        for path in (tmp_path / "mirror" / IN_MIRROR, tmp_path / "cli.tfrc")
    }

    second = immuta_tf(*arguments, environment=environment)

    assert [line.split()[0] for line in first.stdout.splitlines()][:1] == ["installed"]
    assert second.stdout == first.stdout.replace("installed ", "unchanged ").replace("written ", "unchanged ")
    assert {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in before} == before


def test_install_repairs_its_own_file(tmp_path: Path, environment: dict[str, str]) -> None:
    launcher = tmp_path / IN_MIRROR
    immuta_tf("install", "--dir", tmp_path, environment=environment)
    whole = launcher.read_bytes()
    launcher.write_bytes(whole[:200])
    launcher.chmod(0o644)

    result = immuta_tf("install", "--dir", tmp_path, environment=environment)

    assert result.stdout.splitlines()[0] == f"updated {launcher}"
    assert (launcher.read_bytes(), launcher.stat().st_mode & 0o777) == (whole, 0o755)
    assert files_below(tmp_path / "terraform.local") == [IN_MIRROR.relative_to("terraform.local")]


def test_install_leaves_a_foreign_executable_alone(tmp_path: Path, environment: dict[str, str]) -> None:
    foreign = tmp_path / IN_MIRROR
    foreign.parent.mkdir(parents=True)
    foreign.write_bytes(b"\x7fELF")

    result = immuta_tf("install", "--dir", tmp_path, environment=environment)

    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == (
        f"immuta-tf: {foreign} exists and was not written by this command, so it was left alone. "
        "Move it away, or choose another directory with --dir.\n"
    )
    assert foreign.read_bytes() == b"\x7fELF"


def test_install_leaves_a_users_cli_configuration_alone(tmp_path: Path, environment: dict[str, str]) -> None:
    own = tmp_path / ".terraformrc"
    own.write_text('plugin_cache_dir = "/var/cache/terraform"\n')

    result = immuta_tf("install", "--dir", tmp_path / "mirror", "--cli-config", own, environment=environment)

    assert result.returncode == 1
    assert f"{own} exists and was not written by this command" in result.stderr
    assert f'path    = "{tmp_path / "mirror"}"' in result.stderr
    assert own.read_text() == 'plugin_cache_dir = "/var/cache/terraform"\n'


def test_cli_configuration_follows_the_directory(tmp_path: Path, environment: dict[str, str]) -> None:
    configuration = tmp_path / "cli.tfrc"
    immuta_tf("install", "--dir", tmp_path / "one", "--cli-config", configuration, environment=environment)

    result = immuta_tf("install", "--dir", tmp_path / "two", "--cli-config", configuration, environment=environment)

    assert f"updated {configuration}" in result.stdout.splitlines()
    assert configuration.read_text().splitlines()[2:] == [
        "provider_installation {",
        "  filesystem_mirror {",
        f'    path    = "{tmp_path / "two"}"',
        '    include = ["terraform.local/*/*"]',
        "  }",
        "  direct {",
        '    exclude = ["terraform.local/*/*"]',
        "  }",
        "}",
    ]


@pytest.mark.parametrize("name", ["two words", 'quo"te', "dollar ${x}", "ümlaut"])
def test_terraform_reads_a_configuration_with_an_odd_path(
    tmp_path: Path, environment: dict[str, str], name: str
) -> None:
    folder = tmp_path / name
    configuration = folder / "cli.tfrc"
    immuta_tf("install", "--dir", folder / "mirror", "--cli-config", configuration, environment=environment)
    work = workspace(folder / "work")

    initialised = run(
        "terraform", "init", environment=environment | {"TF_CLI_CONFIG_FILE": str(configuration)}, cwd=work
    )

    assert initialised.returncode == 0, initialised.stderr


def test_the_same_bytes_for_every_platform(tmp_path: Path, environment: dict[str, str]) -> None:
    platforms = ["linux_amd64", "linux_arm64", "darwin_arm64"]
    options = [word for platform in platforms for word in ("--platform", platform)]

    result = immuta_tf("install", "--dir", tmp_path, *options, environment=environment)

    assert result.returncode == 0
    files = files_below(tmp_path)
    assert sorted(file.parts[4] for file in files) == sorted(platforms)
    assert len({hashlib.sha256((tmp_path / file).read_bytes()).hexdigest() for file in files}) == 1
    assert str(tmp_path) not in (tmp_path / files[0]).read_text()


@pytest.mark.parametrize(
    ("platform", "expected"),
    [
        ("windows_amd64", "Run Terraform and this command in WSL"),
        ("linux", "'linux' is no platform. Terraform names them OS_ARCH, for example linux_amd64."),
        ("../up_amd64", "is no platform"),
    ],
)
def test_platforms_that_cannot_be(tmp_path: Path, environment: dict[str, str], platform: str, expected: str) -> None:
    result = immuta_tf("install", "--dir", tmp_path / "mirror", "--platform", platform, environment=environment)

    assert result.returncode == 1
    assert expected in result.stderr
    assert not (tmp_path / "mirror").exists()


@pytest.mark.parametrize(
    ("system", "machine", "expected"),
    [
        ("linux", "x86_64", "linux_amd64"),
        ("linux", "aarch64", "linux_arm64"),
        ("linux", "armv7l", "linux_arm"),
        ("darwin", "arm64", "darwin_arm64"),
        ("win32", "AMD64", "windows_amd64"),
        ("freebsd14", "amd64", "freebsd_amd64"),
    ],
)
def test_platforms_are_named_as_terraform_names_them(
    monkeypatch: pytest.MonkeyPatch, system: str, machine: str, expected: str
) -> None:
    monkeypatch.setattr("sys.platform", system)
    monkeypatch.setattr("platform.machine", lambda: machine)

    assert mirror.this_platform() == expected


def test_this_platform_is_terraforms(environment: dict[str, str]) -> None:
    reported = run("terraform", "version", environment=environment).stdout.splitlines()[1]

    assert reported == f"on {mirror.this_platform()}"


def test_windows_keeps_plugins_in_its_application_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "win32")
    monkeypatch.setenv("APPDATA", "/users/ada/roaming")

    assert mirror.default_directory() == Path("/users/ada/roaming/terraform.d/plugins")


def test_uninstall_removes_only_what_install_wrote(tmp_path: Path, environment: dict[str, str]) -> None:
    immuta_tf("install", "--dir", tmp_path, "--cli-config", tmp_path / "cli.tfrc", environment=environment)
    foreign = [
        tmp_path / "terraform.local/other/thing/1.0.0/linux_amd64/terraform-provider-thing_v1.0.0",
        tmp_path / "terraform.local/immuta/immuta/9.9.9/linux_amd64/terraform-provider-immuta_v9.9.9",
        tmp_path / "registry.terraform.io/a/b/1.0.0/linux_amd64/terraform-provider-b_v1.0.0",
    ]
    for file in foreign:
        file.parent.mkdir(parents=True)
        file.write_text("theirs")

    result = immuta_tf("uninstall", "--dir", tmp_path, "--cli-config", tmp_path / "cli.tfrc", environment=environment)

    assert result.stdout.splitlines() == [f"removed {tmp_path / IN_MIRROR}", f"removed {tmp_path / 'cli.tfrc'}"]
    assert files_below(tmp_path) == sorted(file.relative_to(tmp_path) for file in foreign)
    assert not (tmp_path / IN_MIRROR).parents[1].exists()


def test_uninstall_leaves_an_empty_directory(tmp_path: Path, environment: dict[str, str]) -> None:
    immuta_tf("install", "--dir", tmp_path / "mirror", environment=environment)

    first = immuta_tf("uninstall", "--dir", tmp_path / "mirror", environment=environment)
    second = immuta_tf("uninstall", "--dir", tmp_path / "mirror", environment=environment)

    assert first.returncode == second.returncode == 0
    assert list((tmp_path / "mirror").iterdir()) == []
    assert second.stdout == "nothing to remove\n"


def test_uninstall_leaves_a_users_cli_configuration_alone(tmp_path: Path, environment: dict[str, str]) -> None:
    own = tmp_path / ".terraformrc"
    own.write_text("# mine\n")

    result = immuta_tf("uninstall", "--dir", tmp_path / "mirror", "--cli-config", own, environment=environment)

    assert (result.returncode, own.read_text()) == (1, "# mine\n")
    assert result.stderr == f"immuta-tf: {own} was not written by this command, so it was left alone.\n"
