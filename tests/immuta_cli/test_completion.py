"""The completion scripts: bash runs its own, the others are compared with the command line's definition."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.immuta_cli.commands import clean_environment, immuta_tf, run


def completed(tmp_path: Path, *words: str) -> list[str]:
    """What bash offers after `words`, the last of which is being typed."""
    environment = clean_environment(tmp_path)
    (tmp_path / "script").write_text(immuta_tf("completion", "bash", environment=environment).stdout)
    typed = f'COMP_WORDS=("$@"); COMP_CWORD={len(words)}; _immuta_tf; echo "${{COMPREPLY[@]}}"'
    command = f'source "$0"; set -- immuta-tf "$@"; {typed}'
    result = run("bash", "-c", command, tmp_path / "script", *words, environment=environment)
    assert (result.returncode, result.stderr) == (0, "")
    return result.stdout.split()


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (
            ("",),
            ["install", "uninstall", "doctor", "policy", "plan", "tenant", "completion", "-h", "--help", "--version"],
        ),
        (("do",), ["doctor"]),
        (("plan", ""), ["explain", "-h", "--help"]),
        (("plan", "explain", "--f"), ["--format"]),
        (("tenant", ""), ["serve", "-h", "--help"]),
        (("policy", ""), ["explain", "convert", "-h", "--help"]),
        (("policy", "convert", "exports", "--n"), ["--no-import"]),
        (("install", "--dir", "mirror", "--p"), ["--platform"]),
        (("install", "--dir", "doctor", "--c"), ["--cli-config"]),
        (("completion", "z"), ["zsh"]),
        (("install", "--dir", "some"), []),
    ],
)
def test_bash_offers_what_can_follow(tmp_path: Path, words: tuple[str, ...], offered: list[str]) -> None:
    assert completed(tmp_path, *words) == offered


@pytest.mark.parametrize(
    ("shell", "line"),
    [
        ("zsh", '        " doctor") compadd -- -h --help --json || _files ;;'),
        ("zsh", "compdef _immuta_tf immuta-tf"),
        ("fish", "complete -c immuta-tf -n '__fish_seen_subcommand_from doctor' -l json"),
        ("fish", "complete -c immuta-tf -n '__fish_seen_subcommand_from completion' -f -a fish"),
    ],
)
def test_the_other_shells_have_a_line_for_each(tmp_path: Path, shell: str, line: str) -> None:
    result = immuta_tf("completion", shell, environment=clean_environment(tmp_path))

    assert (result.returncode, result.stderr) == (0, "")
    assert line in result.stdout.splitlines()


def test_an_unknown_shell_is_a_usage_error(tmp_path: Path) -> None:
    result = immuta_tf("completion", "cmd", environment=clean_environment(tmp_path))

    assert (result.returncode, result.stdout) == (2, "")
    assert "invalid choice: 'cmd'" in result.stderr
