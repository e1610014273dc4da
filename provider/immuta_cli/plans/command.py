"""The command line of `immuta-tf plan`."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    # argparse has no public name for what add_subparsers() returns.
    _Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001

_EXAMPLES: Final = """\
examples:
  terraform plan -out=plan.tfplan && terraform show -json plan.tfplan > plan.json
  immuta-tf plan explain plan.json > report.md
      who gains and who loses by each change of a policy, for a pull request
  terraform show -json plan.tfplan | immuta-tf plan explain - --format json
      the same for a program

"""
_EXIT_CODES: Final = """\
exit codes: 0 no policy widens access, 3 one does, 4 none does for sure but one may; 1 failed (the reason is on
stderr), 2 the command line was wrong"""
NOTHING_WIDENS, WIDENS, MAY_WIDEN = 0, 3, 4


def add_plan(commands: _Commands) -> None:
    """Add `plan` to the commands of `immuta-tf`."""
    plan = commands.add_parser(
        "plan",
        help="explain a Terraform plan to those who approve it",
        description="Explain a Terraform plan to those who approve it.",
        epilog="examples:\n  immuta-tf plan explain --help\n",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    explain = plan.add_subparsers(metavar="COMMAND", required=True).add_parser(
        "explain",
        help="policies before and after in words: who gains, who loses, what is uncertain",
        description="Policies before and after in words: who gains, who loses, what is uncertain.",
        epilog=_EXAMPLES + _EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    explain.add_argument("plan", metavar="PLAN.json", help="what `terraform show -json` prints; - for standard input")
    explain.add_argument("--format", choices=("markdown", "json"), default="markdown", help="default: markdown")
    explain.set_defaults(run=_explain)


def _explain(parsed: argparse.Namespace) -> int:
    from immuta_cli.plans import explanation, machine, markdown, plan_file
    from immuta_cli.plans.finding import Verdict

    found = explanation.explained(plan_file.read(parsed.plan))
    report: Any = markdown.report if parsed.format == "markdown" else machine.report
    # The report is a file for others: its encoding and its ends of lines are the same on every machine.
    sys.stdout.buffer.write(report(found).encode())
    sys.stdout.buffer.flush()
    return {Verdict.WIDENS: WIDENS, Verdict.MAY_WIDEN: MAY_WIDEN}.get(found.verdict, NOTHING_WIDENS)
