"""The command line of `immuta-tf policy`. What the commands need is imported when they run."""

from __future__ import annotations

import argparse
import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    # argparse has no public name for what add_subparsers() returns.
    _Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001

_CODES: Final = "exit codes: 0 done, 1 some of it could not be done (why is on stderr), 2 the command line was wrong"

_EXAMPLES: Final = """\
examples:
  immuta-tf policy explain exports/policy
  immuta-tf policy convert exports/policy --to python --out policies

"""

_EXPLAIN_EXAMPLES: Final = """\
examples:
  immuta-tf policy explain exports/policy/mask-pii.yaml
  immuta-tf policy explain exports
      every .yaml, .yml and .json file in the folder and below it
  kubectl get configmap policy -o jsonpath={.data.policy} | immuta-tf policy explain -

"""

_CONVERT_EXAMPLES: Final = """\
examples:
  immuta-tf policy convert exports/policy --to python --out policies
      a Python package with one module for each policy; then, in a stack: policies.add_policies(stack)
  immuta-tf policy convert exports/policy --to hcl --out governance
      one .tf file for each policy
  immuta-tf policy convert exports/policy/mask-pii.yaml --to hcl
      to standard output
  immuta-tf policy convert exports/policy --to hcl --out other-tenant --no-import
      for a tenant in which the policies do not exist yet

"""


def add_policy(commands: _Commands) -> None:
    """Add `policy` with its commands to the command line."""
    policy = _command(commands, "policy", "read policies that a tenant has exported (V2 YAML or JSON)", _EXAMPLES)
    below = policy.add_subparsers(metavar="COMMAND", required=True)
    explain = _command(below, "explain", "say in sentences what policies do", _EXPLAIN_EXAMPLES)
    _add_files(explain)
    explain.set_defaults(run=_explain)
    convert = _command(
        below, "convert", "write policies as Python or HCL, with import blocks for what exists", _CONVERT_EXAMPLES
    )
    _add_files(convert)
    convert.add_argument("--to", choices=("python", "hcl"), required=True, help="the language")
    convert.add_argument(
        "--out", type=Path, metavar="DIR", help="write a file for each policy into this folder (default: all to stdout)"
    )
    convert.add_argument("--force", action="store_true", help="write files anew that exist already")
    convert.add_argument(
        "--no-import", action="store_true", help="without import blocks: for a tenant that lacks the policies"
    )
    convert.set_defaults(run=_convert)


def _command(commands: _Commands, name: str, summary: str, examples: str) -> argparse.ArgumentParser:
    return commands.add_parser(
        name,
        help=summary,
        description=summary[0].upper() + summary[1:] + ".",
        epilog=examples + _CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def _add_files(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "files", nargs="+", metavar="FILE", help="a file, a folder with .yaml, .yml and .json files, or - for stdin"
    )


def _explain(parsed: argparse.Namespace) -> int:
    from immuta_cli.policies.explaining import explain

    _print_in_utf_8()
    return 0 if explain(parsed.files) else 1


def _convert(parsed: argparse.Namespace) -> int:
    from immuta_cli.policies.converting import convert

    _print_in_utf_8()
    done = convert(parsed.files, parsed.to, parsed.out, force=parsed.force, importing=not parsed.no_import)
    return 0 if done else 1


def _print_in_utf_8() -> None:
    """Names of groups and tags are in any language, whatever the terminal is set to."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
