"""The tenant as a process: ready line, signals, ports, restarts; and many clients at once."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from immuta_tenant import PortUnavailableError, RunningTenant, running_tenant, serve
from tests.tenant.client import API_KEY, Client, connect

pytestmark = pytest.mark.slow

PROGRAM = "import sys; from immuta_tenant import serve; serve(port=int(sys.argv[1]), database=sys.argv[2], api_key='k')"
Start = Callable[..., tuple[subprocess.Popen[str], str]]


@pytest.fixture
def start() -> Iterator[Start]:
    processes: list[subprocess.Popen[str]] = []

    def run(database: str = ":memory:", port: int = 0) -> tuple[subprocess.Popen[str], str]:
        command = [sys.executable, "-c", PROGRAM, str(port), database]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        processes.append(process)
        assert process.stdout is not None
        return process, process.stdout.readline()

    yield run
    for process in processes:
        process.kill()
        process.communicate()


def _url(line: str) -> str:
    return line.removeprefix("ready ").strip()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_ready_and_a_clean_end(start: Start, number: signal.Signals) -> None:
    process, line = start()
    with httpx.Client(headers={"Authorization": "k"}) as client:
        served = client.get(f"{_url(line)}/bim/iam").status_code
        process.send_signal(number)
        code = process.wait(10)
    rest = process.communicate()

    assert line.startswith("ready http://127.0.0.1:")
    assert (served, code, rest) == (200, 0, ("", ""))


def test_a_file_survives_a_restart_even_after_a_kill(start: Start, tmp_path: Path) -> None:
    database = str(tmp_path / "tenant.sqlite")
    process, line = start(database)
    body = {"name": "Retention", "acknowledgement": "ähre"}
    created = httpx.post(f"{_url(line)}/api/v2/purpose", json=body, headers={"Authorization": "k"}).json()
    process.kill()
    process.wait(10)
    _, line = start(database)
    headers = {"Authorization": "k"}
    read = httpx.get(f"{_url(line)}/governance/purpose/{created['purposeId']}", headers=headers).json()
    count = httpx.get(f"{_url(line)}/governance/purpose", headers=headers).json()["count"]

    assert (read["name"], read["acknowledgement"], count) == ("Retention", "ähre", 5)


def test_a_client_that_dies_while_it_sends_changes_nothing(start: Start) -> None:
    process, line = start()
    port = int(line.rpartition(":")[2])
    head = "POST /api/v2/purpose HTTP/1.1\r\nHost: x\r\nAuthorization: k\r\nContent-Length: 100\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(head.encode() + b"name: Reten")
    count = httpx.get(f"{_url(line)}/governance/purpose", headers={"Authorization": "k"}).json()["count"]
    process.terminate()
    process.wait(10)

    assert (count, process.communicate()) == (4, ("", ""))


def test_a_chosen_port(start: Start) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    assert start(port=port)[1] == f"ready http://127.0.0.1:{port}\n"


def test_a_port_in_use() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(PortUnavailableError, match=f"Cannot listen on 127.0.0.1:{port}: Address already in use"):
            serve(port=port, api_key="k")


def test_a_key_is_required() -> None:
    with pytest.raises(ValueError, match="must not be empty"):
        serve()


def test_a_running_tenant_is_gone_after_its_block() -> None:
    with running_tenant() as tenant:
        assert httpx.get(f"{tenant.url}/_local/health").status_code == 200

    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{tenant.url}/_local/health")


def test_two_tenants_share_nothing() -> None:
    with running_tenant(api_key="a") as first, running_tenant(api_key="b") as second:
        headers = {"Authorization": "a"}
        created = httpx.post(f"{first.url}/api/v2/purpose", json={"name": "R"}, headers=headers).status_code

        assert (created, httpx.get(f"{second.url}/bim/iam", headers=headers).status_code) == (200, 401)
        assert (len(first.purposes()), second.purposes()) == (1, [])


def _in_threads(tenant: RunningTenant, work: Callable[[Client, int], None], count: int = 8) -> None:
    failures: list[Exception] = []

    def run(number: int) -> None:
        try:
            with connect(tenant) as client:
                work(client, number)
        except Exception as error:  # noqa: BLE001 - what goes wrong in a thread must fail the test
            failures.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_parallel_creates_get_an_id_each(tenant: RunningTenant) -> None:
    def create(client: Client, number: int) -> None:
        for step in range(15):
            client.ok("POST", "/api/v2/purpose", json={"name": f"P{number} {step}"})

    _in_threads(tenant, create)
    purposes = tenant.purposes()

    assert len({purpose["name"] for purpose in purposes}) == 120
    assert sorted(purpose["id"] for purpose in purposes) == list(range(5, 125))


def test_parallel_saves_of_one_key_make_one_object(tenant: RunningTenant) -> None:
    answers: list[tuple[bool, int]] = []

    def save(client: Client, number: int) -> None:
        body = {"projectKey": "p", "name": f"P{number}", "tags": ["Finance"], "datasources": ["Ledger"]}
        answer = client.ok("POST", "/api/v2/project", json=body)
        answers.append((answer["creating"], answer["projectId"]))

    _in_threads(tenant, save)

    assert sorted(answers) == [(False, 1)] * 7 + [(True, 1)]
    assert (len(tenant.projects()), len(tenant.project("p")["tags"])) == (1, 1)


def test_changes_from_a_test_and_from_clients_go_together(tenant: RunningTenant, client: Client) -> None:
    client.ok("POST", "/api/v2/purpose", json={"name": "R"})
    identifier = tenant.purpose("R")["id"]

    def rewrite(client: Client, number: int) -> None:
        for step in range(10):
            client.ok("PUT", f"/governance/purpose/{identifier}", json={"description": f"{number} {step}"})
            tenant.change_purpose("R", acknowledgement=f"{number} {step}")

    _in_threads(tenant, rewrite, 4)
    purpose = tenant.purpose("R")

    assert (purpose["description"].split()[1], purpose["acknowledgement"].split()[1]) == ("9", "9")


def test_a_request_takes_about_a_millisecond(tenant: RunningTenant, client: Client) -> None:
    for number in range(100):
        client.ok("POST", "/api/v2/purpose", json={"name": f"P{number}"})
    started = time.perf_counter()
    for _ in range(100):
        client.ok("GET", "/governance/purpose/50?includeSubpurposes=true")
    served = sorted(entry.milliseconds for entry in tenant.request_log())

    # Wide enough for a busy machine, narrow enough to see a delayed acknowledgement (40 ms) or a scan of everything.
    assert served[len(served) // 2] < 5
    assert time.perf_counter() - started < 3


def test_the_key_of_the_tests_is_the_tenants(tenant: RunningTenant) -> None:
    assert (tenant.api_key, tenant.url[:17]) == (API_KEY, "http://127.0.0.1:")
