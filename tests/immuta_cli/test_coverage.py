"""The page of covered endpoints is true: what the provider calls and what the tenant serves stand there as such."""

from __future__ import annotations

import pkgutil
import re
from collections import Counter
from importlib import import_module
from pathlib import Path

import pytest

import immuta_provider.api
from immuta_cli.generate import coverage
from immuta_cli.generate.coverage import Row
from immuta_provider.api import Client, Settings
from immuta_tenant import running_tenant
from immuta_tenant.families import endpoints
from tests.contract import calls

PAGE = (Path(__file__).parents[2] / "docs" / coverage.PAGE).read_text(encoding="utf-8")
CALLED = ("resource", "data source", "internal")
UNDOCUMENTED = {"DELETE /api/v2/project/{}"}


def rows() -> list[Row]:
    return coverage.rows(PAGE)


def shape(row: Row) -> str:
    return f"{row.method} {re.sub(r'{[^}]*}', '{}', row.path)}"


def matches(row: Row, method: str, path: str) -> bool:
    pattern = re.sub(r"\\{.*?\\}", "[^/]+", re.escape(row.path))
    return row.method == method and re.fullmatch(pattern, path) is not None


def state_of(method: str, path: str) -> str:
    """The kind of state of the row that matches best, which is the one with the fewest placeholders."""
    matching = [row for row in rows() if matches(row, method, path)]
    assert matching, f"{method} {path} is not in docs/coverage.md: add a row"
    return min(matching, key=lambda row: row.path.count("{")).kind


def families() -> set[type]:
    """Every class of calls in the client."""
    names = (each.name for each in pkgutil.iter_modules(immuta_provider.api.__path__))
    modules = [import_module(f"immuta_provider.api.{name}") for name in names]
    return {value for module in modules for name, value in vars(module).items() if name.endswith("Api")}


@pytest.fixture(scope="module")
def requests() -> set[tuple[str, str]]:
    with running_tenant() as tenant:
        settings = Settings(host=tenant.url, api_key=tenant.api_key, authentication="bearer")
        with Client(settings) as client:
            for module in calls.modules():
                module.make(client)
        return {(entry.method, entry.path) for entry in tenant.request_log()}


def test_every_family_of_calls_is_called() -> None:
    missing = families() - {module.FAMILY for module in calls.modules()}
    assert not missing, f"add a module below tests/contract/calls for {missing}"


@pytest.mark.parametrize("module", calls.modules(), ids=lambda module: module.FAMILY.__name__)
def test_every_public_call_of_a_family_is_made(module: object) -> None:
    """By name, in the source of its `make`."""
    source = Path(module.__file__).read_text(encoding="utf-8")  # type: ignore[attr-defined]
    public = {name for name in vars(module.FAMILY) if not name.startswith("_")}  # type: ignore[attr-defined]
    left_out = {name for name in public if f".{name}(" not in source}
    assert not left_out, f"{module.__file__} does not call {left_out}"  # type: ignore[attr-defined]


def test_what_the_provider_calls_is_covered(requests: set[tuple[str, str]]) -> None:
    states = {request: state_of(*request) for request in requests}
    wrong = {request: state for request, state in states.items() if state not in CALLED}
    assert not wrong, f"the provider calls these: say in docs/coverage.md what for: {wrong}"


def test_only_what_the_provider_calls_is_covered(requests: set[tuple[str, str]]) -> None:
    covered = [row for row in rows() if row.kind in CALLED and row.method != "CLI"]
    idle = [shape(row) for row in covered if not any(matches(row, *request) for request in requests)]
    assert not idle, f"nothing below tests/contract/calls makes these calls: {idle}"


def test_what_the_tenant_serves_is_not_called_missing() -> None:
    served = {f"{each.method} {re.sub(r'{[^}]*}', '{}', each.path)}" for each in endpoints()}
    states = {shape(row): row.kind for row in rows()}
    assert served - states.keys() == UNDOCUMENTED
    assert {each: states[each] for each in served - UNDOCUMENTED if states[each] in ("not yet", "never")} == {}
    assert {each for each, kind in states.items() if kind == "local tenant only"} <= served


def test_no_endpoint_stands_there_twice() -> None:
    assert [each for each, count in Counter((row.method, row.path) for row in rows()).items() if count > 1] == []


def test_a_reason_is_given_where_something_is_left_out() -> None:
    assert [row for row in rows() if row.kind == "never" and not re.fullmatch(r"never \(.+\)", row.state)] == []


def test_the_counts_are_right() -> None:
    assert coverage.counted(PAGE) == PAGE, "run `make generate`"


def test_a_count_that_is_wrong_is_put_right() -> None:
    wrong = re.sub(r"(`not yet`.*\| )\d+ \|", r"\g<1>1 |", PAGE)
    assert wrong != PAGE
    assert coverage.counted(wrong) == PAGE


def test_what_is_no_state_is_named() -> None:
    with pytest.raises(ValueError, match="GET /x: 'perhaps' is no state"):
        coverage.counted("| GET | `/x` | does | perhaps |\n")
