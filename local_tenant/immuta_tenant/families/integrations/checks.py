"""Validation tests: which ones an operation runs, and what becomes of them.

Nothing is connected to. A test fails when the request itself shows that it must, when something was left behind on the
platform, or when it was asked to (`POST /_local/integration-faults`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from immuta_tenant.families.integrations.platforms import Platform
from immuta_tenant.families.integrations.schema import Operation
from immuta_tenant.store import Document

PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"


@dataclass(frozen=True)
class Subject:
    """What is tested.

    Parameters:
        platform, automatic, config: as requested; of a deletion as stored, with the credentials of the request.
        operation: what is about to happen.
        occupied: something of a former integration was left on the platform.
    """

    platform: Platform
    automatic: bool | None
    config: Document
    operation: Operation
    occupied: bool = False


def _never(_subject: Subject) -> bool:
    return False


def _always(_subject: Subject) -> bool:
    return True


@dataclass(frozen=True)
class Check:
    """One validation test.

    Parameters:
        name: as the documents' examples print it; attributes of `config` in braces.
        message: what it says when it fails.
        also: its name in the documents' tables, where that is another one.
        operations: which operations run it.
        runs: whether it is run at all; it does not show up otherwise, except with a fault.
        skips: whether it is only shown as skipped.
        fails: whether it fails by what was asked for.
        after: the start of the name of a test that has to pass first.
        usual: its status when it goes wrong.
        result: what it returns.
    """

    name: str
    message: str = ""
    also: str = ""
    operations: tuple[Operation, ...] = ("create", "edit")
    runs: Callable[[Subject], bool] = _always
    skips: Callable[[Subject], bool] = _never
    fails: Callable[[Subject], bool] = _never
    after: str = ""
    usual: str = FAILED
    result: Callable[[Subject], Any] | None = None

    def is_called(self, text: str, shown: str) -> bool:
        """Tell whether a text is the name, or the start of the name."""
        wanted = text.casefold()
        return any(name.casefold().startswith(wanted) for name in (shown, self.name, self.also) if name)

    def may_be_called(self, text: str) -> bool:
        """Tell whether a text can be the name, whatever the attributes in it are."""
        fixed = self.name.partition("{")[0].casefold()
        return self.is_called(text, self.name) or ("{" in self.name and text.casefold().startswith(fixed))


def run(checks: Sequence[Check], subject: Subject, faults: Iterable[Document]) -> Document:
    """Return `validationResults`; a fault strikes the test that it names, run or not."""
    wanted = list(faults)
    tests: list[Document] = []
    for check in checks:
        if subject.operation in check.operations:
            tests.extend(_outcome(check, subject, wanted, tests))
    # A fault that names no test fails all of them together.
    unnamed = any(fault["test"] is None and not fault["late"] for fault in wanted)
    return results(tests) | ({"status": FAILED} if unnamed else {})


def results(tests: list[Document]) -> Document:
    """Return `validationResults` of these tests: a warning does not fail them."""
    status = FAILED if any(test["status"] == FAILED for test in tests) else PASSED
    return {"status": status, "validationTests": tests}


def have_failed(outcome: Document) -> bool:
    """Tell whether validation has failed."""
    return bool(outcome["status"] == FAILED)


def failed_tests(outcome: Document) -> list[str]:
    """Return the names of the tests that have failed."""
    return [test["name"] for test in outcome["validationTests"] if test["status"] == FAILED]


def with_failure(outcome: Document, name: str, message: str | None) -> Document:
    """Return `validationResults` with one more test that has failed, instead of its former result."""
    tests = {test["name"]: test for test in outcome["validationTests"]}
    return results([*(tests | {name: _test(name, FAILED, message or "")}).values()])


def _outcome(check: Check, subject: Subject, faults: Iterable[Document], earlier: Iterable[Document]) -> list[Document]:
    name = check.name.format_map(_Names(subject.config))
    for fault in faults:
        if fault["test"] is not None and check.is_called(fault["test"], name):
            return [_test(name, fault["status"] or check.usual, fault["message"] or check.message)]
    if not check.runs(subject):
        return []
    if check.skips(subject) or _is_hindered(check, earlier):
        return [_test(name, SKIPPED)]
    if check.fails(subject):
        return [_test(name, check.usual, check.message)]
    return [_test(name, PASSED) | ({} if check.result is None else {"result": check.result(subject)})]


def _is_hindered(check: Check, earlier: Iterable[Document]) -> bool:
    return bool(check.after) and any(
        test["name"].startswith(check.after) and test["status"] != PASSED for test in earlier
    )


def _test(name: str, status: str, message: str = "") -> Document:
    says = {"message": message} if message and status != SKIPPED else {}
    return {"name": name, "status": status} | says


class _Names(dict[str, Any]):
    # The project stands in the key file of the credential and was put beside the attributes by who runs the tests.
    def __missing__(self, key: str) -> str:
        return ""
