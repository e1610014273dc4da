"""The `immuta-tf` command: what people type to set the provider up, to read policies and plans, and to run a tenant.

Subcommands import what they need when they run, so that `immuta-tf --help` answers at once.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from immuta_cli.completion import SHELLS, script
from immuta_cli.errors import CommandError
from immuta_cli.plans.command import add_plan
from immuta_cli.policies.command import add_policy

if TYPE_CHECKING:
    # argparse has no public name for what add_subparsers() returns.
    _Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001

EXIT_DONE, EXIT_FAILED = 0, 1

_EXIT_CODES = "exit codes: 0 done, 1 failed (the reason is on stderr), 2 the command line was wrong"

_INSTALL_EXAMPLES = """\
examples:
  immuta-tf install
      into the directory that Terraform searches by itself
  immuta-tf install --dir mirror --cli-config mirror/terraform.tfrc
      into a folder of your own; then: export TF_CLI_CONFIG_FILE=$PWD/mirror/terraform.tfrc
  immuta-tf install --dir mirror --platform linux_amd64 --platform darwin_arm64
      one mirror for a team, to be committed: the files hold no path of this machine

"""

_UNINSTALL_EXAMPLES = """\
examples:
  immuta-tf uninstall
  immuta-tf uninstall --dir mirror --cli-config mirror/terraform.tfrc

"""

_SERVE_EXAMPLES = """\
examples:
  immuta-tf tenant serve --port 8080 --api-key local
      an empty tenant in memory; then: export IMMUTA_HOST=http://127.0.0.1:8080 IMMUTA_API_KEY=local
  IMMUTA_API_KEY=local immuta-tf tenant serve --port 0 --database tenant.sqlite
      on a free port, named in the line 'ready http://127.0.0.1:PORT'; the objects outlive a restart
"""

_DOCTOR_EXAMPLES = """\
examples:
  immuta-tf doctor
      one line for each thing that a deployment needs: ok, warning or problem, what was found, and the cure
  immuta-tf doctor --json
      the same for a script: {"ok": false, "checks": [{"check", "level", "found", "cure"}, ...]}

"""

_DOCTOR_EXIT_CODES = "exit codes: 0 nothing is a problem, 1 something is, 2 the command line was wrong"

_COMPLETION_EXAMPLES = """\
examples:
  source <(immuta-tf completion bash)
      for this shell; for every one, put the line into ~/.bashrc (zsh: ~/.zshrc, after compinit)
  immuta-tf completion fish > ~/.config/fish/completions/immuta-tf.fish

"""

_EXAMPLES = """\
examples:
  immuta-tf install
  immuta-tf doctor
  immuta-tf policy convert exports/ --to python --out policies
  terraform show -json plan | immuta-tf plan explain -
  immuta-tf tenant serve --port 8080 --api-key local

"""

_TENANT_EXAMPLES = """\
examples:
  immuta-tf tenant serve --help

"""


def main(arguments: list[str] | None = None) -> int:
    """Run the command line `arguments` (default: the process's) and return the exit code."""
    parser = _parser()
    parsed = parser.parse_args(arguments)
    try:
        code: int | None = parsed.run(parsed)
    except (CommandError, OSError) as error:
        print(f"immuta-tf: {error}", file=sys.stderr)
        return EXIT_FAILED
    return EXIT_DONE if code is None else code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="immuta-tf",
        description="Immuta as code: set-up, policies and plans in words, local tenant.",
        epilog=_EXAMPLES + _EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and exit")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    _add_install(commands)
    _add_uninstall(commands)
    _add_doctor(commands)
    add_policy(commands)
    add_plan(commands)
    _add_tenant(commands)
    _add_completion(commands)
    return parser


class _Version(argparse.Action):
    # Not argparse's own action: it wants the version beforehand, and looking it up slows down every command.
    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from immuta_cli.mirror import provider_version

        print(f"immuta-tf {provider_version()}")
        parser.exit()


def _command(
    commands: _Commands, name: str, summary: str, examples: str, exit_codes: str = _EXIT_CODES
) -> argparse.ArgumentParser:
    return commands.add_parser(
        name,
        help=summary,
        description=summary[0].upper() + summary[1:] + ".",
        epilog=examples + exit_codes,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def _add_install(commands: _Commands) -> None:
    command = _command(
        commands, "install", "put the provider where Terraform finds it, without a registry", _INSTALL_EXAMPLES
    )
    _add_places(command)
    command.add_argument(
        "--platform",
        action="append",
        metavar="OS_ARCH",
        help="a platform to install for, in Terraform's words (default: this machine's); may be repeated",
    )
    command.set_defaults(run=_install)


def _add_uninstall(commands: _Commands) -> None:
    command = _command(commands, "uninstall", "remove what install wrote, and nothing else", _UNINSTALL_EXAMPLES)
    _add_places(command)
    command.set_defaults(run=_uninstall)


def _add_doctor(commands: _Commands) -> None:
    summary = "look at everything that a deployment needs, and say what to type where it is amiss"
    command = _command(commands, "doctor", summary, _DOCTOR_EXAMPLES, _DOCTOR_EXIT_CODES)
    command.add_argument("--json", action="store_true", help="print JSON instead of lines")
    command.set_defaults(run=_doctor)


def _add_completion(commands: _Commands) -> None:
    command = _command(commands, "completion", "print a script that completes this command", _COMPLETION_EXAMPLES)
    command.add_argument("shell", choices=SHELLS, help="the shell that reads the script")
    command.set_defaults(run=_completion)


def _add_places(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--dir",
        type=Path,
        metavar="DIR",
        help="the filesystem mirror (default: Terraform's own, ~/.terraform.d/plugins)",
    )
    command.add_argument(
        "--cli-config",
        type=Path,
        metavar="FILE",
        help="a Terraform CLI configuration that takes this provider from DIR only",
    )


def _add_tenant(commands: _Commands) -> None:
    from immuta_cli.tenant import EXAMPLES, add_options

    tenant = _command(commands, "tenant", "a local tenant that matches the published contract", _TENANT_EXAMPLES)
    command = _command(
        tenant.add_subparsers(metavar="COMMAND", required=True),
        "serve",
        "serve a local tenant on 127.0.0.1 until SIGINT or SIGTERM",
        _SERVE_EXAMPLES + EXAMPLES + "\n",
    )
    command.add_argument(
        "--port", type=_port, default=8080, metavar="N", help="TCP port; 0 takes a free one (default: 8080)"
    )
    command.add_argument(
        "--database", default=":memory:", metavar="FILE", help="SQLite file that keeps the objects (default: in memory)"
    )
    command.add_argument("--api-key", metavar="KEY", help="the key the tenant accepts (default: $IMMUTA_API_KEY)")
    add_options(command)
    command.set_defaults(run=_serve, usage_error=command.error)


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: 0 to 65535")
    return int(text)


def _install(parsed: argparse.Namespace) -> None:
    from immuta_cli import cli_config, mirror

    directory: Path = parsed.dir or mirror.default_directory()
    for platform_name in parsed.platform or [mirror.this_platform()]:
        file, outcome = mirror.install(directory, platform_name)
        print(f"{outcome} {file}")
    print(f'source = "{mirror.ADDRESS}", version = "{mirror.provider_version()}"')
    if parsed.cli_config is not None:
        print(f"{cli_config.write(parsed.cli_config, directory)} {parsed.cli_config}")
        print(f"Terraform uses it with: export TF_CLI_CONFIG_FILE={parsed.cli_config.resolve()}")
    elif parsed.dir is not None:
        print(
            "Terraform does not search this directory by itself: --cli-config FILE writes a configuration that names it"
        )


def _uninstall(parsed: argparse.Namespace) -> None:
    from immuta_cli import cli_config, mirror

    removed = mirror.uninstall(parsed.dir or mirror.default_directory())
    if parsed.cli_config is not None and cli_config.remove(parsed.cli_config):
        removed.append(parsed.cli_config)
    for file in removed:
        print(f"removed {file}")
    if not removed:
        print("nothing to remove")


def _doctor(parsed: argparse.Namespace) -> int:
    from immuta_cli.doctor import report

    findings = report.examine()
    print(report.as_json(findings) if parsed.json else report.as_text(findings))
    return EXIT_DONE if report.healthy(findings) else EXIT_FAILED


def _completion(parsed: argparse.Namespace) -> None:
    print(script(parsed.shell, _parser()), end="")


def _serve(parsed: argparse.Namespace) -> None:
    from immuta_cli.tenant import serve, settings

    api_key: str = parsed.api_key or os.environ.get("IMMUTA_API_KEY", "")
    if not api_key:
        parsed.usage_error("which key is the tenant to accept? --api-key KEY, or IMMUTA_API_KEY in the environment")
    serve(parsed.port, parsed.database, api_key, **settings(parsed))


if __name__ == "__main__":
    sys.exit(main())
