"""From the start of a provider's process to its end, without a Terraform: handshake, transport, and how it stops."""

from __future__ import annotations

import base64
import os
import pathlib
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from terraform_plugin.codec import encode
from terraform_plugin.messages import go_plugin, health, tfplugin6
from terraform_plugin.server import COOKIE, COOKIE_NAME
from tests.terraform_plugin.conftest import PROBE, wait_until
from tests.terraform_plugin.probe import Thing


class Started:
    """A probe that has said where it listens."""

    def __init__(self, folder: pathlib.Path, **environment: str) -> None:
        self.temporary = folder / "tmp"
        self.store = folder / "store"
        for each in (self.temporary, self.store):
            each.mkdir()
        self.process = subprocess.Popen(
            [sys.executable, PROBE],
            env={COOKIE_NAME: COOKIE, "TMPDIR": str(self.temporary), "PROBE_STORE": str(self.store), **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert self.process.stdout
        self.core, self.protocol, self.network, self.address, self.kind, self.certificate = (
            self.process.stdout.readline().rstrip("\n").split("|")
        )

    def channel(self) -> grpc.Channel:
        """A connection without encryption."""
        return grpc.insecure_channel(f"unix:{self.address}")

    def call(self, method: str, request: Any, response: Any) -> Any:
        """One call."""
        with self.channel() as channel:
            return _method(channel, method, request, response)(request, timeout=20)

    def end(self) -> int:
        """End it if it has not ended; its exit code."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()
        return self.process.returncode


def _method(channel: grpc.Channel, method: str, request: Any, response: Any) -> Any:
    return channel.unary_unary(
        method, request_serializer=type(request).SerializeToString, response_deserializer=response.FromString
    )


@pytest.fixture
def probe(tmp_path: pathlib.Path) -> Iterator[Started]:
    """A started probe."""
    started = Started(tmp_path)
    yield started
    started.end()


def shutdown(probe: Started) -> None:
    """What Terraform calls when it needs the provider no more."""
    probe.call("/plugin.GRPCController/Shutdown", go_plugin["Empty"](), go_plugin["Empty"])


def create(probe: Started, channel: grpc.Channel, **attributes: Any) -> Any:
    """Begin to create a thing; returns the call."""
    values = {name: attributes.get(name) for name in Thing.block.attributes}
    values["limits"] = {"most": 1}
    value = tfplugin6["DynamicValue"](msgpack=encode(values, Thing.block.kind))
    request = tfplugin6["ApplyResourceChange.Request"](type_name="probe_thing", planned_state=value, config=value)
    method = "/tfplugin6.Provider/ApplyResourceChange"
    return _method(channel, method, request, tfplugin6["ApplyResourceChange.Response"]).future(request, timeout=30)


def test_run_by_hand_it_says_what_it_is(tmp_path: pathlib.Path) -> None:
    done = subprocess.run(
        [sys.executable, PROBE], env={"TMPDIR": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "This is the Terraform provider probe 1.0.0. It is started by Terraform, not by hand." in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_first_line_is_the_handshake_and_prints_go_elsewhere(probe: Started) -> None:
    assert (probe.core, probe.protocol, probe.network, probe.kind, probe.certificate) == ("1", "6", "unix", "grpc", "")
    shutdown(probe)
    out, err = probe.process.communicate(timeout=20)
    assert (probe.process.returncode, out) == (0, "")
    assert "a provider that prints while it starts" in err


def test_the_socket_is_for_this_user_alone_and_is_gone_afterwards(probe: Started) -> None:
    folder = pathlib.Path(probe.address).parent
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [path.name for path in folder.iterdir()] == [pathlib.Path(probe.address).name]
    shutdown(probe)
    probe.process.wait(timeout=20)
    assert list(probe.temporary.iterdir()) == []


def test_a_folder_too_long_for_a_socket_is_left_alone(tmp_path: pathlib.Path) -> None:
    long = tmp_path / ("x" * 120)
    long.mkdir()
    started = Started(long)
    try:
        assert len(started.address) < 108
        assert not started.address.startswith(str(tmp_path))
        shutdown(started)
        started.process.wait(timeout=20)
        assert not pathlib.Path(started.address).parent.exists()
    finally:
        started.end()


def test_the_process_ends_soon_after_shutdown(probe: Started) -> None:
    begun = time.monotonic()
    shutdown(probe)
    assert probe.process.wait(timeout=20) == 0
    assert time.monotonic() - begun < 1.5  # go-plugin kills after two seconds


def test_an_unknown_call_is_unimplemented(probe: Started) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        probe.call("/tfplugin6.Provider/FromTheFuture", go_plugin["Empty"](), go_plugin["Empty"])
    assert caught.value.code() == grpc.StatusCode.UNIMPLEMENTED


def test_health_and_stdio_are_served(probe: Started) -> None:
    request = health["HealthCheckRequest"](service="plugin")
    assert probe.call("/grpc.health.v1.Health/Check", request, health["HealthCheckResponse"]).status == 1
    with probe.channel() as channel:
        stream = channel.unary_stream(
            "/plugin.GRPCStdio/StreamStdio",
            request_serializer=go_plugin["Empty"].SerializeToString,
            response_deserializer=go_plugin["StdioData"].FromString,
        )(go_plugin["Empty"](), timeout=20)
        assert list(stream) == []  # it ends at once: a stream that waits would hold a thread for each Terraform


def test_the_certificate_is_elliptic_and_its_key_nowhere_on_disk(tmp_path: pathlib.Path) -> None:
    started = Started(tmp_path, PLUGIN_CLIENT_CERT="-----BEGIN CERTIFICATE-----")
    try:
        padded = started.certificate + "=" * (-len(started.certificate) % 4)
        certificate = x509.load_der_x509_certificate(base64.b64decode(padded))
        key = certificate.public_key()
        assert isinstance(key, ec.EllipticCurvePublicKey)
        assert key.curve.name == "secp256r1"
        assert [path.name for path in started.temporary.rglob("*") if path.is_file()] == []
        with pytest.raises(grpc.RpcError):
            shutdown(started)  # not encrypted
        pem = certificate.public_bytes(Encoding.PEM)
        options = [("grpc.ssl_target_name_override", "localhost")]
        credentials = grpc.ssl_channel_credentials(root_certificates=pem)
        with grpc.secure_channel(f"unix:{started.address}", credentials, options=options) as channel:
            empty = go_plugin["Empty"]
            _method(channel, "/plugin.GRPCController/Shutdown", empty(), empty)(empty(), timeout=20)
        assert started.process.wait(timeout=20) == 0
    finally:
        started.end()


def test_ctrl_c_is_terraforms_business(probe: Started) -> None:
    probe.process.send_signal(signal.SIGINT)
    request = health["HealthCheckRequest"]()
    assert probe.call("/grpc.health.v1.Health/Check", request, health["HealthCheckResponse"]).status == 1


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_waits_and_answers_what_is_in_flight(probe: Started, sent: signal.Signals) -> None:
    with probe.channel() as channel:
        call = create(probe, channel, name="slow", behave="slow")
        wait_until((probe.store / "slow.json").exists)
        probe.process.send_signal(sent)
        response = call.result()
        assert [each.summary for each in response.diagnostics] == ["Interrupted"]
        assert b"thing-slow" in response.new_state.msgpack
    assert probe.process.wait(timeout=20) == 0
    assert list(probe.temporary.iterdir()) == []


def test_stop_ends_a_wait_at_once_even_when_many_calls_wait(probe: Started) -> None:
    with probe.channel() as channel:
        calls = [create(probe, channel, name=f"slow-{index}", behave="slow") for index in range(100)]
        wait_until(lambda: len(list(probe.store.glob("*.json"))) == len(calls))
        begun = time.monotonic()
        probe.call(
            "/tfplugin6.Provider/StopProvider", tfplugin6["StopProvider.Request"](), tfplugin6["StopProvider.Response"]
        )
        assert [call.result().diagnostics[0].summary for call in calls] == ["Interrupted"] * len(calls)
        assert time.monotonic() - begun < 5  # they would wait for 30 seconds


def test_it_ends_when_its_parent_is_gone(tmp_path: pathlib.Path) -> None:
    for name in ("tmp", "store", "pids"):
        (tmp_path / name).mkdir()
    parent = subprocess.Popen(
        ["sh", "-c", '"$0" "$1" & wait', sys.executable, str(PROBE)],
        env={
            "PATH": os.environ["PATH"],
            COOKIE_NAME: COOKIE,
            "TMPDIR": str(tmp_path / "tmp"),
            "PROBE_STORE": str(tmp_path / "store"),
            "PROBE_PIDS": str(tmp_path / "pids"),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert parent.stdout
    assert parent.stdout.readline().startswith(b"1|6|unix|")
    (pid,) = (int(path.name) for path in (tmp_path / "pids").iterdir())
    parent.kill()
    parent.communicate(timeout=20)
    wait_until(lambda: not pathlib.Path(f"/proc/{pid}").exists())
    assert list((tmp_path / "tmp").iterdir()) == []
