"""The face of `immuta-tf`: help, exit codes, and that asking for help costs nothing."""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.immuta_cli.commands import clean_environment, immuta_tf, run


@pytest.mark.parametrize(
    ("arguments", "example"),
    [
        ((), "exit codes: 0 done, 1 failed"),
        (("install",), "immuta-tf install --dir mirror --cli-config mirror/terraform.tfrc"),
        (("uninstall",), "immuta-tf uninstall --dir mirror"),
        (("doctor",), "exit codes: 0 nothing is a problem, 1 something is, 2 the command line was wrong"),
        (("policy",), "immuta-tf policy explain exports/policy"),
        (("policy", "explain"), "every .yaml, .yml and .json file in the folder and below it"),
        (("plan",), "immuta-tf plan explain --help"),
        (("plan", "explain"), "3 one does, 4 none does for sure but one may"),
        (("tenant",), "immuta-tf tenant serve --help"),
        (("tenant", "serve"), "immuta-tf tenant serve --port 8080 --api-key local"),
        (("completion",), "source <(immuta-tf completion bash)"),
    ],
)
def test_help_shows_examples(tmp_path: Path, arguments: tuple[str, ...], example: str) -> None:
    result = immuta_tf(*arguments, "--help", environment=clean_environment(tmp_path))

    assert (result.returncode, result.stderr) == (0, "")
    assert example in result.stdout


def test_version_is_the_distributions(tmp_path: Path) -> None:
    result = immuta_tf("--version", environment=clean_environment(tmp_path))

    assert (result.returncode, result.stdout) == (0, f"immuta-tf {version('terraform-provider-immuta')}\n")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ((), "the following arguments are required: COMMAND"),
        (("doctor", "now"), "unrecognized arguments: now"),
        (("deploy",), "invalid choice: 'deploy'"),
        (("install", "--directory", "x"), "unrecognized arguments: --directory x"),
        (("tenant", "serve", "--port", "70000", "--api-key", "k"), "'70000' is no port: 0 to 65535"),
        (("tenant", "serve"), "which key is the tenant to accept? --api-key KEY, or IMMUTA_API_KEY in the environment"),
    ],
)
def test_a_wrong_command_line_exits_with_2(tmp_path: Path, arguments: tuple[str, ...], reason: str) -> None:
    result = immuta_tf(*arguments, environment=clean_environment(tmp_path))

    assert (result.returncode, result.stdout) == (2, "")
    assert reason in result.stderr


def test_a_directory_that_cannot_be_written_is_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    result = immuta_tf("install", "--dir", tmp_path / "file" / "mirror", environment=clean_environment(tmp_path))

    assert result.returncode == 1
    assert result.stderr.startswith("immuta-tf: [Errno 20] Not a directory: ")
    assert "Traceback" not in result.stderr


def test_help_imports_neither_the_tenant_nor_the_provider(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from immuta_cli.__main__ import main\n"
        "try:\n    main(['--help'])\n"
        "except SystemExit:\n    print(sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)\n"
    )

    result = run(sys.executable, "-c", code, environment=clean_environment(tmp_path))

    heavy = {"immuta_tenant", "immuta_provider", "terraform_plugin", "uvicorn", "grpc", "httpx", "pydantic"}
    assert heavy & set(result.stderr.replace("'", " ").replace(",", " ").split()) == set()
    assert "argparse" in result.stderr
