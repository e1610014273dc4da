"""The report: all checks at once, one line each, in the order in which a deployment needs them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from functools import partial

from immuta_cli.doctor import provider, toolchain
from immuta_cli.doctor.engine import engine, installed_engines, no_engine
from immuta_cli.doctor.finding import Finding, Level
from immuta_cli.doctor.tenant import current_key, tenant
from immuta_provider.api.masking import Masker


def examine() -> list[Finding]:
    """Run every check, side by side, and return what they found in the order of the report."""
    checks: list[Callable[[], Finding | list[Finding]]] = [
        toolchain.python,
        toolchain.node,
        *(partial(engine, name) for name in installed_engines()),
        toolchain.cdk_cli,
        toolchain.terraform,
        provider.cli_config,
        provider.provider,
        provider.launcher,
        tenant,
    ]
    if not installed_engines():
        checks.append(no_engine)
    with ThreadPoolExecutor(len(checks)) as pool:
        answers = list(pool.map(lambda check: check(), checks))
    findings = [finding for answer in answers for finding in (answer if isinstance(answer, list) else [answer])]
    return [_presentable(finding) for finding in findings]


def healthy(findings: Sequence[Finding]) -> bool:
    """Whether nothing is a problem."""
    return all(finding.level != Level.PROBLEM for finding in findings)


def as_text(findings: Sequence[Finding]) -> str:
    """Return one line per finding: level, check, what was found, the cure."""
    width = max(len(finding.check) for finding in findings)
    lines = [f"{finding.level:<7}  {finding.check:<{width}}  {finding.found}" for finding in findings]
    cures = [f"  ->  {finding.cure}" if finding.cure else "" for finding in findings]
    return "\n".join(map("".join, zip(lines, cures, strict=True)))


def as_json(findings: Sequence[Finding]) -> str:
    """Return `{"ok": ..., "checks": [{"check", "level", "found", "cure"}, ...]}`."""
    return json.dumps({"ok": healthy(findings), "checks": [asdict(finding) for finding in findings]}, indent=2)


def _presentable(finding: Finding) -> Finding:
    """Return `finding` on one line, and without the key, whatever a program or a server has echoed."""
    key = current_key()
    masker = Masker(key.value) if key else Masker()
    found, cure = (" ".join(masker.literals(text).split("\n")) for text in (finding.found, finding.cure))
    return replace(finding, found=found, cure=cure)
