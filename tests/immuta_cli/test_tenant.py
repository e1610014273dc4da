"""`immuta-tf tenant serve`: when it is ready, how it ends, and what it says when it cannot start."""

from __future__ import annotations

import argparse
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from immuta_cli import tenant
from immuta_cli.__main__ import main
from immuta_tenant import Settings, running_tenant
from immuta_tenant.families.connections import declarations
from tests.immuta_cli.commands import clean_environment, immuta_tf, run

KEY = "a-key-for-this-test"
SNOWFLAKE = {"connectionKey": "sf", "technology": "Snowflake"}


@contextmanager
def serving(environment: dict[str, str], *options: str | Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    command = [sys.executable, "-m", "immuta_cli", "tenant", "serve", "--port", "0", *map(str, options)]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            word, _, url = process.stdout.readline().strip().partition(" ")
            assert word == "ready"
            yield process, url
        finally:
            process.kill()


@pytest.fixture
def port_in_use() -> Iterator[int]:
    """A port that somebody listens on; with it, a start that ought to have been refused ends all the same."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def chosen_settings(*options: str) -> dict[str, Any]:
    """The settings of a tenant that is started with `options`."""
    parser = argparse.ArgumentParser()
    tenant.add_options(parser)
    return tenant.settings(parser.parse_args(options))


def purpose_names(url: str, key: str) -> set[str]:
    response = httpx.get(
        f"{url}/governance/purpose", params={"noLimit": "true"}, headers={"Authorization": key}, trust_env=False
    )
    return {
        purpose["name"] for purpose in response.raise_for_status().json()["purposes"] if not purpose["systemGenerated"]
    }


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_answers_when_it_says_so_and_ends_on_a_signal(tmp_path: Path, number: signal.Signals) -> None:
    with serving(clean_environment(tmp_path), "--api-key", KEY) as (process, url):
        assert purpose_names(url, KEY) == set()
        process.send_signal(number)
        _, errors = process.communicate(timeout=10)

    assert (process.returncode, errors) == (0, "")
    with pytest.raises(httpx.ConnectError):
        purpose_names(url, KEY)


def test_the_key_may_come_from_the_environment(tmp_path: Path) -> None:
    with serving(clean_environment(tmp_path, IMMUTA_API_KEY=KEY)) as (_, url):
        assert purpose_names(url, KEY) == set()
        with pytest.raises(httpx.HTTPStatusError, match="401"):
            purpose_names(url, "another key")


def test_a_database_file_outlives_the_process(tmp_path: Path) -> None:
    environment = clean_environment(tmp_path)
    options = ("--database", tmp_path / "tenant.sqlite", "--api-key", KEY)
    with serving(environment, *options) as (process, url):
        made = httpx.post(
            f"{url}/api/v2/purpose", json={"name": "Kept"}, headers={"Authorization": KEY}, trust_env=False
        )
        assert made.status_code == 200
        process.terminate()
        assert process.wait(10) == 0

    with serving(environment, *options) as (_, url):
        assert purpose_names(url, KEY) == {"Kept"}


def test_seeds_latency_and_faults_of_the_start(tmp_path: Path) -> None:
    options = ("--seed-purposes", "2", "--seed-projects", "1", "--latency", "20", "--latency", "/project*=80")
    options += ("--fault", "429,count=1,retry_after=2", "--fault", "reset,method=POST,path=/api/v2/*")
    with serving(clean_environment(tmp_path), "--api-key", KEY, *options) as (_, url):
        with httpx.Client(base_url=url, headers={"Authorization": KEY}, trust_env=False) as client:
            refused, projects = client.get("/project"), client.get("/project")
            latency = client.get("/_local/latency").json()
            with pytest.raises(httpx.ReadError, match="reset"):
                client.post("/api/v2/purpose", json={"name": "R"})
        names = purpose_names(url, KEY)

    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "2")
    assert (projects.json()["count"], projects.elapsed.total_seconds() >= 0.08) == (1, True)
    assert (latency, names) == ({"latency": {"*": 20, "/project*": 80}}, {"Sample 00001", "Sample 00002"})


def test_integrations_may_take_their_time() -> None:
    with (
        running_tenant(KEY, **chosen_settings("--integration-delay", "60")) as running,
        httpx.Client(base_url=running.url, headers={"Authorization": KEY}, trust_env=False) as client,
    ):
        client.post("/integrations", json={"type": "Trino"}).raise_for_status()
        status = client.get("/integrations/1/status").json()

    assert status == {"id": 1, "status": "creating"}


def test_connections_of_the_start(tmp_path: Path) -> None:
    objects = tmp_path / "objects.toml"
    objects.write_text('[[Snowflake]]\nname = "DB"\ntype = "DATABASE"\n', encoding="utf-8")
    switches = [f"--connection-{name}" for name in ("patch-defaults", "tasks-survive", "port-hidden", "health-hidden")]
    settings = chosen_settings("--connection-delay", "2.5", "--data-objects", str(objects), *switches)

    with running_tenant(KEY, **settings) as running:
        chosen = running.tenant.settings
        assert [item["name"] for item in declarations.present(running.store, SNOWFLAKE)] == ["DB"]
    assert (chosen.connection_delay, chosen.connection_patch_defaults, chosen.connection_tasks_survive) == (
        2.5,
        True,
        True,
    )
    assert (chosen.connection_port_shown, chosen.connection_health_shown) == (False, False)
    defaults = chosen_settings()
    names = [name for name in defaults if name.startswith("connection_") or name == "data_objects"]
    assert {name: defaults[name] for name in names} == {name: getattr(Settings(api_key=KEY), name) for name in names}


@pytest.mark.parametrize(
    ("options", "code", "complaint"),
    [
        (
            ["--fault", "boom"],
            1,
            "The local tenant was not started: The fault 'boom' cannot be used: \"kind\" must be an HTTP status",
        ),
        (["--fault", "503,count=0"], 1, "The local tenant was not started: The fault '503,count=0' cannot be used: "),
        (["--latency", "fast"], 2, "argument --latency: 'fast' is no latency: MS or PATH=MS, in milliseconds"),
        (["--latency", "/x=-1"], 2, "argument --latency: '/x=-1' is no latency"),
        (["--integration-delay", "-1"], 2, "argument --integration-delay: '-1' is no number of seconds"),
        (["--connection-delay", "-1"], 2, "argument --connection-delay: '-1' is no number of seconds"),
        (
            ["--data-objects", "none.json"],
            1,
            "The local tenant was not started: the data objects cannot be read from none.json: ",
        ),
        (["--seed-projects", "-1"], 2, "argument --seed-projects: '-1' is no number of objects"),
    ],
)
def test_options_that_make_no_sense(
    capsys: pytest.CaptureFixture[str], port_in_use: int, options: list[str], code: int, complaint: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        sys.exit(main(["tenant", "serve", "--port", str(port_in_use), "--api-key", KEY, *options]))

    printed, errors = capsys.readouterr()
    assert (ended.value.code, printed, complaint in errors) == (code, "", True)
    assert "Traceback" not in errors


def test_an_empty_key_is_one_line(capsys: pytest.CaptureFixture[str], port_in_use: int) -> None:
    code = main(["tenant", "serve", "--port", str(port_in_use), "--api-key", "  "])

    printed, errors = capsys.readouterr()
    assert (code, printed) == (1, "")
    assert errors == (
        "immuta-tf: The local tenant was not started: an API key of the local tenant must not be empty; "
        "choose one and give it to the clients\n"
    )


def test_a_port_in_use_is_one_line(tmp_path: Path, port_in_use: int) -> None:
    result = immuta_tf(
        "tenant", "serve", "--port", str(port_in_use), "--api-key", KEY, environment=clean_environment(tmp_path)
    )

    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == (
        "immuta-tf: The local tenant was not started: "
        f"Cannot listen on 127.0.0.1:{port_in_use}: Address already in use\n"
    )


def test_a_database_that_cannot_be_opened_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], port_in_use: int
) -> None:
    file = str(tmp_path / "no folder" / "tenant.sqlite")

    code = main(["tenant", "serve", "--port", str(port_in_use), "--database", file, "--api-key", KEY])

    errors = capsys.readouterr().err
    assert code == 1
    assert errors.startswith("immuta-tf: The local tenant was not started: ")
    assert file in errors
    assert KEY not in errors


@pytest.mark.parametrize("package", ["starlette", "uvicorn", "yaml"])
def test_a_missing_extra_is_named(tmp_path: Path, package: str) -> None:
    code = (
        "import sys\n"
        f"sys.modules[{package!r}] = None\n"  # Python's own mark of a module that cannot be imported
        "from immuta_cli.__main__ import main\n"
        f"sys.exit(main(['tenant', 'serve', '--port', '0', '--api-key', {KEY!r}]))\n"
    )

    result = run(sys.executable, "-c", code, environment=clean_environment(tmp_path))

    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == (
        f"immuta-tf: The local tenant needs the Python package {package!r}, which is not installed. "
        "Install the extra: pip install 'terraform-provider-immuta[tenant]'\n"
    )
