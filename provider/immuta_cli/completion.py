"""`immuta-tf completion SHELL`: a script for the shell, written from the command line's own definition.

The script is complete in itself: pressing Tab starts no Python.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

SHELLS = ("bash", "zsh", "fish")

# A word goes to the command only if it continues one: the value of an option does not.
_COMMON = """\
{function}() {{
    local typed="" word
    for word in {words}; do
        case "$typed $word" in {commands}) typed="$typed $word" ;; esac
    done
    case "$typed" in
{cases}
    esac
}}
"""


def script(shell: str, parser: argparse.ArgumentParser) -> str:
    """Return the completion script of `parser` for `shell` (one of `SHELLS`)."""
    levels = dict(_levels(parser, ""))
    if shell == "fish":
        return "".join(_fish(parser.prog, path, level) for path, level in levels.items())
    function = "_" + parser.prog.replace("-", "_")
    bash = shell == "bash"
    reply = 'COMPREPLY=($(compgen -W "{}" -- "${{COMP_WORDS[COMP_CWORD]}}"))'
    offer = reply if bash else "compadd -- {} || _files"
    body = _COMMON.format(
        function=function,
        words='"${COMP_WORDS[@]:1:COMP_CWORD-1}"' if bash else '"${(@)words[2,CURRENT-1]}"',
        commands="|".join(f'"{path}"' for path in levels if path),
        cases="\n".join(
            f'        "{path}") {offer.format(" ".join(_words(level)))} ;;' for path, level in levels.items()
        ),
    )
    return body + f"complete -o default -F {function} {parser.prog}\n" if bash else _zsh(parser.prog, function, body)


def _zsh(prog: str, function: str, body: str) -> str:
    return f"#compdef {prog}\n{body}compdef {function} {prog}\n"


def _levels(parser: argparse.ArgumentParser, path: str) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Yield every command below `parser` as the words that lead to it, such as " tenant serve"."""
    yield path, parser
    for name, command in _subcommands(parser).items():
        yield from _levels(command, f"{path} {name}")


def _subcommands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    for action in parser._actions:  # noqa: SLF001 - argparse has no public way to list what was added
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            return dict(action.choices)
    return {}


def _words(parser: argparse.ArgumentParser) -> list[str]:
    words = [*_subcommands(parser)]
    for action in parser._actions:  # noqa: SLF001
        words += action.option_strings
        words += [] if action.option_strings or isinstance(action.choices, dict) else map(str, action.choices or ())
    return words


def _fish(prog: str, path: str, parser: argparse.ArgumentParser) -> str:
    seen = [f"__fish_seen_subcommand_from {name}" for name in path.split()]
    if further := " ".join(_subcommands(parser)):
        seen.append(f"not __fish_seen_subcommand_from {further}")
    condition = f" -n '{'; and '.join(seen)}'" if seen else ""
    return "".join(
        f"complete -c {prog}{condition} {f'-l {word[2:]}' if word.startswith('--') else f'-f -a {word}'}\n"
        for word in _words(parser)
        if word.startswith("--") or not word.startswith("-")
    )
