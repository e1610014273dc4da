"""How many cases a run had where one test holds many: each kind is one line of pytest's summary.

A test reports with pytest's own `record_property`: `("kill cases", 3)` is added up, `("kill seed", 7)` is shown as it
is. Properties travel with a test's report, so this works under xdist too.
"""

from __future__ import annotations

from collections import defaultdict

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print a line per kind of case."""
    cases: dict[str, int] = defaultdict(int)
    seeds: dict[str, set[object]] = defaultdict(set)
    for reports in terminalreporter.stats.values():
        for report in reports:
            if getattr(report, "when", None) != "call":
                continue
            for name, value in report.user_properties:
                if name.endswith(" cases"):
                    cases[name] += value
                elif name.endswith(" seed"):
                    seeds[name].add(value)
    for name, count in sorted(cases.items()):
        terminalreporter.write_line(f"{name}: {count}")
    for name, values in sorted(seeds.items()):
        terminalreporter.write_line(f"{name}: {', '.join(map(str, sorted(values, key=str)))}")
