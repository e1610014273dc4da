"""`immuta-tf tenant serve`: the local tenant in the foreground, for trying things out, for demos and for users' CI.

What the tenant stands on belongs to the extra `tenant`, so it is imported when a tenant is started, and missed by name.
"""

from __future__ import annotations

import argparse
from importlib.util import find_spec
from typing import Any

from immuta_cli.errors import CommandError

_OF_THE_EXTRA = ("starlette", "uvicorn", "yaml")
EXAMPLES = """\
  immuta-tf tenant serve --api-key local --seed-purposes 500 --seed-projects 50
      with sample objects in it
  immuta-tf tenant serve --api-key local --latency 50 --latency '/project/*=400'
      every request takes 50 ms longer, those of a project 400 ms
  immuta-tf tenant serve --api-key local --connection-delay 5 --data-objects objects.toml
      connections take 5 s to become active, and a sync finds what the file says
  immuta-tf tenant serve --api-key local --fault 429,count=3,retry_after=2 --fault reset,method=POST,rate=0.1
      a tenant that goes wrong: the first three requests, then every tenth write on average
"""
_FAULT_HELP = (
    "what goes wrong: KIND[,NAME=VALUE...]; KIND is an HTTP status from 400 on, reset-unread, reset, hang, truncated, "
    "invalid-json, html or refused; NAME is method, path, skip, count, rate, seed, effect, retry_after, "
    "retry_after_format, seconds or status; may be repeated"
)


def add_options(command: argparse.ArgumentParser) -> None:
    """Add what the tenant holds at the start, and what goes wrong, to the command line of `tenant serve`."""
    for noun in ("purposes", "projects", "policies"):
        command.add_argument(
            f"--seed-{noun}", type=_count, default=0, metavar="N", help=f"sample {noun} from the start (default: none)"
        )
    command.add_argument(
        "--policy-shape",
        choices=("swagger", "house", "scrambled"),
        default="swagger",
        help="how the V1 API spells what no document spells about policies (default: swagger)",
    )
    _add_options_of_connections(command)
    command.add_argument(
        "--latency",
        type=_latency,
        action="append",
        default=[],
        metavar="[PATH=]MS",
        help="milliseconds that requests are delayed, those of a shell pattern of paths or all; may be repeated",
    )
    command.add_argument(
        "--integration-delay",
        type=_seconds,
        default=0.0,
        metavar="S",
        help="seconds that creating, changing and deleting an integration takes (default: 0)",
    )
    command.add_argument("--fault", action="append", default=[], metavar="SPEC", help=_FAULT_HELP)


def _add_options_of_connections(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--connection-delay",
        type=_seconds,
        default=0.0,
        metavar="SECONDS",
        help="how long the work on a connection and its data objects takes (default: it is done on return)",
    )
    command.add_argument(
        "--data-objects",
        metavar="FILE",
        help="JSON or TOML file of what a sync finds, trees by connection key or technology (default: a few tables)",
    )
    command.add_argument(
        "--connection-host",
        choices=("kept", "normalized", "redacted"),
        default="kept",
        help="how connections are read with their host (default: kept as written)",
    )
    for option, effect in (
        (
            "patch-defaults",
            "a patch of a connection that leaves out the port or the audit's switch puts back its default",
        ),
        ("tasks-survive", "the task that has deleted a connection can still be read"),
        ("port-hidden", "Snowflake connections are read without their port"),
        ("health-hidden", "connections are read without the health of their components"),
    ):
        command.add_argument(f"--connection-{option}", action="store_true", help=effect)


def settings(parsed: argparse.Namespace) -> dict[str, Any]:
    """Return the settings of the tenant that the options of `add_options` stand for."""
    return {
        "seed_purposes": parsed.seed_purposes,
        "seed_projects": parsed.seed_projects,
        "seed_policies": parsed.seed_policies,
        "policy_shape": parsed.policy_shape,
        "connection_delay": parsed.connection_delay,
        "data_objects": parsed.data_objects,
        "connection_patch_defaults": parsed.connection_patch_defaults,
        "connection_tasks_survive": parsed.connection_tasks_survive,
        "connection_host": parsed.connection_host,
        "connection_port_shown": not parsed.connection_port_hidden,
        "connection_health_shown": not parsed.connection_health_hidden,
        "latencies": dict(parsed.latency),
        "integration_delay": parsed.integration_delay,
        "faults": parsed.fault,
    }


def serve(port: int, database: str, api_key: str, **settings: Any) -> None:
    """Serve a local tenant on 127.0.0.1 until SIGINT or SIGTERM.

    Prints `ready http://127.0.0.1:PORT` once requests are accepted.

    Args:
        port: the TCP port; 0 takes a free one.
        database: an SQLite file that outlives the process, or `:memory:`.
        api_key: the key that the tenant accepts.
        settings: further settings of the tenant, by name.

    Raises:
        CommandError: the extra is not installed, the port or the file cannot be used, or the key is empty or a fault
            makes no sense.
    """
    _require_the_extra()
    from immuta_tenant import server, store

    try:
        server.serve(port=port, database=database, api_key=api_key, **settings)
    except (server.PortUnavailableError, store.StoreError, ValueError) as error:
        raise CommandError(f"The local tenant was not started: {error}") from error


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is no number of objects")
    return int(text)


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1
    if not 0 <= value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds")
    return value


def _latency(text: str) -> tuple[str, float]:
    path, equals, milliseconds = text.rpartition("=")
    try:
        value = float(milliseconds)
    except ValueError:
        value = -1
    if not 0 <= value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is no latency: MS or PATH=MS, in milliseconds")
    return (path if equals else "*"), value


def _require_the_extra() -> None:
    for package in _OF_THE_EXTRA:
        if find_spec(package) is None:
            raise CommandError(
                f"The local tenant needs the Python package {package!r}, which is not installed. "
                "Install the extra: pip install 'terraform-provider-immuta[tenant]'"
            )
