"""Terraform's commands on 1, 100 and 1000 objects, beside `terraform_data` with the same attributes.

`terraform_data` is built into Terraform and calls no API: what it takes is Terraform's own work. Both sides run in
turns. The tenant runs in this process, which waits meanwhile, and delays every answer where that is asked for.
"""

from __future__ import annotations

import pathlib
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from benchmarks import objects
from benchmarks.figures import Aim, Row, Samples
from benchmarks.machine import load
from benchmarks.processes import Run
from benchmarks.workspace import API_KEY, Usage, Workspace
from immuta_provider.api import Client, Settings
from immuta_tenant import running_tenant

EVERY_STEP = ("plan", "apply", "refresh", "destroy")
MEMORY = Aim(80)


@dataclass(frozen=True)
class Case:
    """Which commands run on how many objects of a kind, and how often; `aims` by the command and the latency."""

    kind: str
    number: int
    repeats: int
    steps: Sequence[str] = EVERY_STEP
    latencies: Sequence[int] = (0, 50)
    aims: tuple[tuple[str, int, Aim], ...] = ()

    def aim(self, step: str, latency: int) -> Aim | None:
        """The aim of one figure, where there is one."""
        return next((aim for of, after, aim in self.aims if (of, after) == (step, latency)), None)


@dataclass(frozen=True)
class Measured:
    """One command of ours: how it ran, what the provider used, which calls the tenant saw."""

    run: Run
    usage: Usage
    calls: dict[str, int]


ONE = Case("immuta_purpose", 1, 5, aims=(("plan", 0, Aim(0.7)), ("refresh", 0, Aim(0.7))))
ONE_QUICKLY = Case("immuta_purpose", 1, 2, latencies=(0,), aims=ONE.aims)
HUNDRED = Case("immuta_purpose", 100, 3)
HUNDRED_QUICKLY = Case("immuta_purpose", 100, 1, latencies=(0,))
THOUSAND = Case(
    "immuta_purpose",
    1000,
    3,
    steps=("plan", "refresh"),
    aims=(("refresh", 0, Aim(1.25, "ratio")), ("refresh", 50, Aim(2, "difference"))),
)
POLICIES = Case("immuta_data_policy", 1000, 1, steps=("plan", "refresh"), aims=THOUSAND.aims)
PROJECTS = Case("immuta_project", 100, 1)


def rows(folder: pathlib.Path, case: Case) -> Iterator[Row]:
    """The rows of one case; each command on an equal footing for both sides."""
    with running_tenant(api_key=API_KEY, request_log_size=100_000) as tenant:
        bench = _Bench(folder, case, tenant)
        for latency in case.latencies:
            yield from bench.rows(latency)


class _Bench:
    """Both sides of a case, prepared: their folders, and the state of one object of each."""

    def __init__(self, folder: pathlib.Path, case: Case, tenant: Any) -> None:
        self._case = case
        self._tenant = tenant
        self._ours = Workspace(folder / "ours", tenant.url)
        self._peer = Workspace(folder / "floor", tenant.url)
        self._one = self._applied(self._ours, case.kind, objects.CONFIGURED[case.kind])
        floor = objects.floor_of(self._one)
        self._floor = self._applied(self._peer, objects.FLOOR, floor)
        self._ours.configure(case.kind, objects.CONFIGURED[case.kind], case.number)
        self._peer.configure(objects.FLOOR, floor, case.number)

    @staticmethod
    def _applied(workspace: Workspace, kind: str, attributes: dict[str, Any]) -> dict[str, Any]:
        """The state of one object, which is gone again afterwards."""
        workspace.configure(kind, attributes, 1)
        workspace.run("apply")
        state = workspace.state
        workspace.run("destroy")
        workspace.empty()
        workspace.take_usage()
        return state

    def rows(self, latency: int) -> Iterator[Row]:
        """The rows of one latency (milliseconds per API call)."""
        found: dict[str, list[tuple[Measured, Run]]] = {step: [] for step in self._case.steps}
        for number in range(self._case.repeats):
            for step in self._case.steps:
                self._prepare(step)
                self._tenant.latency(latency)
                found[step].append(self._pair(step, ours_first=number % 2 == 0))
                self._tenant.latency(0)
            self._clean()
        for step, pairs in found.items():
            yield self._row(step, latency, pairs)
        if self._case.number >= 1000:
            yield self._memory(latency, [mine for mine, _ in found["refresh"]])

    def _pair(self, step: str, *, ours_first: bool) -> tuple[Measured, Run]:
        if ours_first:
            mine = self._measure(step)
            return mine, self._peer.run(step)
        floor = self._peer.run(step)
        return self._measure(step), floor

    def _prepare(self, step: str) -> None:
        """Without an apply of our own the state is written: the objects exist, and Terraform knows of them."""
        if step == "refresh" and "apply" not in self._case.steps:
            self._ours.state = objects.multiplied(self._one, self._create())
            self._peer.state = objects.multiplied(self._floor, [objects.word(i) for i in range(self._case.number)])

    def _create(self) -> list[str]:
        settings = Settings(host=self._tenant.url, api_key=API_KEY)
        with Client(settings) as client, ThreadPoolExecutor(8) as threads:

            def create(index: int) -> str:
                path, body, identifier = objects.posted(self._case.kind, index)
                return str(client.request("POST", path, json=body)[identifier])

            return list(threads.map(create, range(self._case.number)))

    def _clean(self) -> None:
        if "destroy" not in self._case.steps:
            self._tenant.reset()
            self._ours.empty()
            self._peer.empty()

    def _measure(self, step: str) -> Measured:
        self._tenant.clear_request_log()
        self._ours.take_usage()
        run = self._ours.run(step)
        calls = Counter(request.method for request in self._tenant.request_log())
        return Measured(run, self._ours.take_usage(), dict(sorted(calls.items())))

    def _row(self, step: str, latency: int, pairs: Sequence[tuple[Measured, Run]]) -> Row:
        name = {"plan": "plan (create)", "refresh": "plan (refresh)"}.get(step, step)
        mine = [measured for measured, _ in pairs]
        return Row(
            part=f"{self._case.number} x {self._case.kind}",
            name=f"{name}, {latency} ms per call",
            unit="s",
            ours=Samples([each.run.wall for each in mine]),
            peer=Samples([run.wall for _, run in pairs]),
            peer_name=objects.FLOOR,
            aim=self._case.aim(step, latency),
            load=load(),
            details={
                "calls": mine[-1].calls,
                "provider CPU s": min(each.usage.cpu for each in mine),
                "peak MB": round(max(each.usage.peak for each in mine)),
                "processes": mine[-1].usage.processes,
            },
        )

    def _memory(self, latency: int, mine: Sequence[Measured]) -> Row:
        return Row(
            part=f"{self._case.number} x {self._case.kind}",
            name=f"peak memory of a refresh, {latency} ms per call",
            unit="MB",
            ours=Samples([each.usage.peak for each in mine]),
            aim=MEMORY,
            load=load(),
        )
