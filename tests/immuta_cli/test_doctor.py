"""The doctor on a tenant, and the whole report: host, credentials, permissions, exit codes, secrets."""

from __future__ import annotations

import json
import re
import shutil
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from immuta_cli import mirror
from immuta_cli.doctor.finding import Finding
from immuta_cli.doctor.tenant import tenant
from immuta_tenant.testing import RunningTenant, running_tenant
from tests.immuta_cli.commands import clean_environment, immuta_tf
from tests.immuta_cli.doctor_machine import Machine

KEY = "doctor-key-3f9a1c"
GOVERNOR = "governor-key-71b2"
CHECKS = [
    "python",
    "node",
    "engine",
    "engine",
    "cdk-cli",
    "terraform",
    "cli-config",
    "provider",
    "launcher",
    "host",
    "credentials",
    "permissions",
]


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(tmp_path, monkeypatch)


@pytest.fixture(scope="module")
def running() -> Iterator[RunningTenant]:
    with running_tenant(KEY, other_keys={GOVERNOR: ["GOVERNANCE"], "nobody-key": []}) as server:
        yield server


def asked(machine: Machine, host: str, key: str) -> list[Finding]:
    machine.set(IMMUTA_HOST=host, IMMUTA_API_KEY=key)
    return tenant()


def levels(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(finding.check, str(finding.level)) for finding in findings]


def test_all_is_well(machine: Machine, running: RunningTenant) -> None:
    findings = asked(machine, running.url, KEY)

    assert levels(findings) == [("host", "ok"), ("credentials", "ok"), ("permissions", "ok")]
    assert findings[0].found == f"{running.url} answers"
    assert findings[1].found == "IMMUTA_API_KEY is accepted; it belongs to ada@example.com"
    assert "GOVERNANCE (immuta_purpose" in findings[2].found
    assert "CREATE_PROJECT (immuta_project" in findings[2].found
    assert findings[2].found.endswith("which resource needs which: not documented, inferred, but for APPLICATION_ADMIN")


def test_the_other_variable_for_the_key(machine: Machine, running: RunningTenant) -> None:
    machine.set(IMMUTA_HOST=running.url, IMMUTA_API_TOKEN=KEY)

    assert tenant()[1].found == "IMMUTA_API_TOKEN is accepted; it belongs to ada@example.com"


def test_a_permission_is_missing(machine: Machine, running: RunningTenant) -> None:
    finding = asked(machine, running.url, GOVERNOR)[2]

    lacks = "lacks CREATE_PROJECT (to write immuta_project: not documented, inferred)"
    assert finding.level == "warning"
    assert finding.found.startswith("has GOVERNANCE (immuta_purpose")
    assert lacks in finding.found
    assert "APPLICATION_ADMIN (to write immuta_integration, immuta_integration_api_key)" in finding.found
    assert re.search(r"give .*\bCREATE_PROJECT\b.* to user1@example\.com", finding.cure)


def test_all_permissions_are_missing(machine: Machine, running: RunningTenant) -> None:
    finding = asked(machine, running.url, "nobody-key")[2]

    assert finding.found.startswith("has none of those needed; lacks GOVERNANCE (to write immuta_purpose")
    assert re.search(r"give GOVERNANCE and CREATE_PROJECT\b.* to ", finding.cure)


def test_a_wrong_key(machine: Machine, running: RunningTenant) -> None:
    findings = asked(machine, running.url, "wrong-key-88")

    assert levels(findings) == [("host", "ok"), ("credentials", "problem"), ("permissions", "warning")]
    assert findings[1].found.startswith("the tenant does not accept IMMUTA_API_KEY (status 401)")
    assert findings[1].cure.startswith("export IMMUTA_API_KEY=...")
    assert findings[2].cure == "cure the credentials first"
    assert "wrong-key-88" not in repr(findings)


def test_no_key_and_yet_the_host_is_seen_to_answer(machine: Machine, running: RunningTenant) -> None:
    machine.set(IMMUTA_HOST=running.url)

    findings = tenant()

    assert levels(findings) == [("host", "ok"), ("credentials", "problem"), ("permissions", "warning")]
    assert findings[1].found.startswith("neither IMMUTA_API_KEY nor IMMUTA_API_TOKEN is set")
    assert findings[1].cure.startswith("export IMMUTA_API_KEY=...")


def test_a_key_that_cannot_be_sent(machine: Machine, running: RunningTenant) -> None:
    findings = asked(machine, running.url, "Bearer abc")

    assert levels(findings)[:2] == [("host", "ok"), ("credentials", "problem")]
    assert findings[1].cure.startswith("copy the key again")
    assert "abc" not in repr(findings)


def test_no_host(machine: Machine) -> None:
    machine.set(IMMUTA_API_KEY=KEY)

    findings = tenant()

    assert levels(findings) == [("host", "problem"), ("credentials", "warning"), ("permissions", "warning")]
    assert findings[0].cure == "export IMMUTA_HOST=your-tenant.example.com"
    assert findings[1].cure == findings[2].cure == "cure the host first"


@pytest.mark.parametrize(
    ("host", "found"),
    [
        ("ftp://tenant.example.com", 'the scheme is "ftp", not https'),
        ("http://tenant.example.com", "plain http would send the API key in the clear"),
        ("https://tenant.example.com/#/projects", "it is a page of the web UI"),
    ],
)
def test_a_host_that_is_none(machine: Machine, host: str, found: str) -> None:
    finding = asked(machine, host, KEY)[0]

    assert finding.level == "problem"
    assert found in finding.found
    assert finding.cure.startswith("export IMMUTA_HOST=your-tenant.example.com; ")


def test_nothing_listens_there(machine: Machine) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        findings = asked(machine, url, KEY)

    assert levels(findings) == [("host", "problem"), ("credentials", "warning"), ("permissions", "warning")]
    assert findings[0].found.startswith(f"{url}: the connection to the tenant failed")
    assert findings[0].cure.startswith(f"curl -sS -o /dev/null -w '%{{http_code}}\\n' {url}; check the host")


def test_a_host_that_never_answers(machine: Machine) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        finding = asked(machine, f"http://127.0.0.1:{silent.getsockname()[1]}", KEY)[0]

    assert finding.level == "problem"
    assert "the tenant did not answer in time" in finding.found


def test_a_host_that_is_no_tenant(machine: Machine, running: RunningTenant) -> None:
    finding = asked(machine, f"{running.url}/elsewhere", KEY)[0]

    assert finding.level == "problem"
    assert "answers, but not as an Immuta tenant does" in finding.found
    assert finding.cure.startswith("export IMMUTA_HOST=your-tenant.example.com")


def working_environment(home: Path, running: RunningTenant) -> dict[str, str]:
    """A machine on which nothing is a problem: stubs for what others make, the real provider and tenant."""
    programs = home / "bin"
    programs.mkdir()
    stub = programs / "terraform"
    stub.write_text("""#!/bin/sh\necho '{"terraform_version": "1.12.2"}'\n""")
    stub.chmod(0o755)
    node = shutil.which("node")
    assert node is not None
    (programs / "node").symlink_to(node)
    mirror.install(home / ".terraform.d" / "plugins", mirror.this_platform())
    return clean_environment(
        home,
        PATH=f"{programs}:/usr/bin:/bin",
        IMMUTA_TF_PYTHON=sys.executable,
        IMMUTA_HOST=running.url,
        IMMUTA_API_KEY=KEY,
    )


def test_the_report_of_a_machine_where_all_works(tmp_path: Path, running: RunningTenant) -> None:
    result = immuta_tf("doctor", "--json", environment=working_environment(tmp_path, running), cwd=tmp_path)

    report = json.loads(result.stdout)
    assert [check["check"] for check in report["checks"]] == CHECKS
    assert [check for check in report["checks"] if check["level"] == "problem"] == []
    assert (result.returncode, report["ok"], result.stderr) == (0, True, "")
    assert KEY not in result.stdout


def test_the_report_of_an_empty_machine(tmp_path: Path) -> None:
    # A program that echoes its environment into its error must not carry the key into the report.
    (tmp_path / "node").write_text('#!/bin/sh\necho "key=$IMMUTA_API_KEY" >&2\nexit 1\n')
    (tmp_path / "node").chmod(0o755)

    result = immuta_tf(
        "doctor", environment=clean_environment(tmp_path, PATH=str(tmp_path), IMMUTA_API_KEY=KEY), cwd=tmp_path
    )

    lines = result.stdout.splitlines()
    assert [line.split()[1] for line in lines] == CHECKS
    assert [line for line in lines if not line.startswith("ok ") and "  ->  " not in line] == []
    assert lines[1].startswith(f"problem  node         {tmp_path}/node does not work: key=")
    assert (result.returncode, result.stderr) == (1, "")
    assert KEY not in result.stdout
