"""Synthesis of our constructs beside the classes that `cdktf get` generates from the very schema of our provider.

Whole processes are compared, Python and node, from start to end; the CPU seconds of all of them stand beside the wall
time. Both outputs must say the same of the purposes, or the comparison would not be one.
"""

from __future__ import annotations

import hashlib
import json
import pathlib
import shutil
import sys
from collections.abc import Iterator
from typing import Any

from benchmarks.figures import Aim, Row, Samples, paired
from benchmarks.machine import load
from benchmarks.processes import CACHE, ROOT, ProgramFailed, Run, environment, in_turns, run
from immuta_cli import cli_config, mirror
from immuta_provider.provider import describe

AIM = Aim(0.75, "ratio")
AIMED_AT = 3000


def rows(folder: pathlib.Path, *, quick: bool) -> Iterator[Row]:
    """One row per number of constructs on cdktf, and one on cdktn."""
    generated = _generated(folder)
    for number, repeats in ((100, 2), (1000, 1)) if quick else ((100, 5), (1000, 5), (AIMED_AT, 4)):
        yield _row(folder, generated, "cdktf", number, repeats)
    if not quick:
        yield _row(folder, generated, "cdktn", AIMED_AT, 2)


def _row(folder: pathlib.Path, generated: pathlib.Path, engine: str, number: int, repeats: int) -> Row:
    def ours() -> Run:
        return _synth(folder, generated, engine, "ours", number)

    def peer() -> Run:
        return _synth(folder, generated, "cdktf", "generated", number)

    ours(), peer()  # the engine fills its cache, Python compiles
    _compare(folder / f"{engine}-ours", folder / "cdktf-generated")
    pairs = list(in_turns(repeats, ours, peer))
    cpu = paired(
        Samples([mine.cpu for mine, _ in pairs]),
        Samples([other.cpu for _, other in pairs]),
        lambda mine, other: mine / other,
    )
    return Row(
        part="synth",
        name=f"{number} purposes on {engine}",
        unit="s",
        ours=Samples([mine.wall for mine, _ in pairs]),
        peer=Samples([other.wall for _, other in pairs]),
        peer_name="cdktf get class",
        aim=AIM if number == AIMED_AT else None,
        load=load(),
        details={"CPU ratio": cpu, "CPU s": min(mine.cpu for mine, _ in pairs)},
    )


def _synth(folder: pathlib.Path, generated: pathlib.Path, engine: str, kind: str, number: int) -> Run:
    output = folder / f"{engine}-{kind}"
    script = str(ROOT / "benchmarks" / "synth_app.py")
    # -P: the folder of the script is not searched for modules, so that `imports` is what was generated
    command = [sys.executable, "-P", script, engine, kind, str(number), str(output)]
    return run(command, env=environment(folder, PYTHONPATH=str(generated)), cwd=folder)


def _compare(ours: pathlib.Path, peer: pathlib.Path) -> None:
    mine, other = _purposes(ours), _purposes(peer)
    if mine != other:
        raise ProgramFailed(f"{ours} and {peer} hold different purposes: the comparison would mean nothing")


def _purposes(output: pathlib.Path) -> list[dict[str, Any]]:
    found = json.loads((output / "stacks" / "stack" / "cdk.tf.json").read_text())["resource"]["immuta_purpose"]
    return [{name: value for name, value in each.items() if name != "//"} for each in found.values()]


def _generated(folder: pathlib.Path) -> pathlib.Path:
    """The folder above `imports`, with what `cdktf get` makes of our schema; made once per schema."""
    digest = hashlib.sha256(json.dumps(describe(), sort_keys=True, default=str).encode()).hexdigest()[:16]
    kept = CACHE / "benchmarks" / digest
    if not kept.exists():
        made = folder / "get"
        made.mkdir()
        _get(made)
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(made, kept)
    return kept


def _get(folder: pathlib.Path) -> None:
    """Run `cdktf get` offline: the provider comes from a mirror below `folder`."""
    mirror.install(folder / "mirror", mirror.this_platform())
    config = folder / "terraform.tfrc"
    cli_config.write(config, folder / "mirror")
    wanted = {"name": "immuta", "source": mirror.ADDRESS, "version": mirror.provider_version()}
    project = {
        "language": "python",
        "app": "true",
        "projectId": "benchmark",
        "sendCrashReports": "false",
        "terraformProviders": [wanted],
    }
    (folder / "cdktf.json").write_text(json.dumps(project))
    env = environment(folder, TF_CLI_CONFIG_FILE=str(config), IMMUTA_TF_PYTHON=sys.executable)
    run([str(ROOT / "node_modules" / ".bin" / "cdktf"), "get", "--output", "imports"], env=env, cwd=folder)
