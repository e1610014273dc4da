"""From process start to process end: the handshake with Terraform, the gRPC server, and how it all stops.

Terraform starts the provider with a cookie in the environment, reads one line from its stdout (where to connect, and
which certificate to trust), talks gRPC over a Unix socket, and asks it to shut down at the end. Everything the process
prints after that line goes to stderr. The process also ends when Terraform is gone without a word.
"""

from __future__ import annotations

import base64
import contextlib
import gc
import io
import json
import logging
import os
import shutil
import signal
import sys
import tempfile
import threading
from concurrent import futures
from queue import Empty, SimpleQueue
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final, TextIO

from terraform_plugin import log
from terraform_plugin.messages import PROVIDER_RPCS, go_plugin, health, tfplugin6
from terraform_plugin.servicer import Servicer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import grpc

    from terraform_plugin.resource import Provider

COOKIE_NAME: Final = "TF_PLUGIN_MAGIC_COOKIE"
COOKIE: Final = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2"
CORE_PROTOCOL: Final = 1
PLUGIN_PROTOCOL: Final = 6
THREADS: Final = 256  # started when needed; more than `-parallelism`, so that a request to stop never has to queue
LARGEST_MESSAGE: Final = 256 * 1024 * 1024  # bytes
LONGEST_SOCKET_PATH: Final = 100  # bytes; the kernel's limit is 104 (macOS) or 108 (Linux)
PARENT_POLL: Final = 0.5  # seconds
GRACE: Final = 30.0  # seconds for calls in flight after Terraform is gone


def serve(provider: Provider[Any]) -> int:
    """Serve `provider` to the Terraform that started this process, and end the process when it has done.

    Returns only where no Terraform started it: the exit code, after saying so.
    """
    if os.environ.get(COOKIE_NAME) != COOKIE:
        print(_by_hand(provider), file=sys.stderr)
        return 1
    handshake = _take_stdout()
    log.start()
    servicer = Servicer(provider)
    lifetime = Lifetime()
    lifetime.watch(servicer)
    with _endpoint() as (network, bound):
        server, certificate = _start(servicer, lifetime, bound)
        address = f"127.0.0.1:{server.port}" if network == "tcp" else bound.removeprefix("unix:")
        handshake.write(f"{CORE_PROTOCOL}|{PLUGIN_PROTOCOL}|{network}|{address}|grpc|{certificate}\n")
        handshake.close()
        lifetime.ended.wait()
        server.grpc.stop(lifetime.grace).wait()
    logging.shutdown()
    os._exit(0)  # the interpreter would wait for handlers that did not end within the grace, for ever if need be


def debug(provider: Provider[Any]) -> int:
    """Serve `provider` until Ctrl-C to any Terraform that is told where: prints the variable that tells it."""
    log.start()
    servicer = Servicer(provider)
    lifetime = _UntilInterrupted()
    interrupted = SimpleQueue[None]()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: interrupted.put(None))
    with _endpoint() as (network, bound):
        server, _ = _start(servicer, lifetime, bound)
        address = f"127.0.0.1:{server.port}" if network == "tcp" else bound.removeprefix("unix:")
        where = {"Network": network, "String": address}
        reattach = {
            "Protocol": "grpc",
            "ProtocolVersion": PLUGIN_PROTOCOL,
            "Pid": os.getpid(),
            "Test": True,
            "Addr": where,
        }
        print(f"TF_REATTACH_PROVIDERS='{json.dumps({provider.address: reattach})}'", flush=True)
        interrupted.get()
        lifetime.ended.set()
        server.grpc.stop(grace=1.0).wait()
    return 0


def _take_stdout() -> TextIO:
    """The stdout that Terraform reads, for this module alone; whoever else prints, prints to stderr."""
    handshake = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    sys.stdout.flush()
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)
    return handshake


def _by_hand(provider: Provider[Any]) -> str:
    return (
        f"This is the Terraform provider {provider.name} {provider.version}. It is started by Terraform, not by hand.\n"
        "Name it under `required_providers` and run `terraform init`. `--debug` serves it under a debugger: it prints\n"
        "the variable TF_REATTACH_PROVIDERS, with which a Terraform in another shell uses this very process."
    )


class Lifetime:
    """When the process ends: on Terraform's Shutdown, on a signal, or when the parent process is gone."""

    def __init__(self) -> None:
        self.ended = threading.Event()
        self.grace = GRACE
        self._parent = os.getppid()
        # The one thing that a signal handler may fill: it runs in the main thread, wherever that is, and would wait for
        # ever for a lock that the main thread holds, as it does when it begins to wait for `ended`.
        self._terminated = SimpleQueue[None]()

    def end(self, grace: float) -> None:
        """End the process; calls in flight have `grace` seconds."""
        self.grace = grace
        self.ended.set()

    def watch(self, servicer: Servicer) -> None:
        """Watch for signals and for the end of the parent. Ctrl-C is Terraform's business: it will ask to stop."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for name in ("SIGTERM", "SIGHUP"):
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), lambda *_: self._terminated.put(None))
        threading.Thread(target=self._watch, args=(servicer,), name="end-watch", daemon=True).start()

    def _watch(self, servicer: Servicer) -> None:
        while not self.ended.is_set():
            if self._was_terminated() or os.getppid() != self._parent:
                servicer.stop.request()
                self.end(GRACE)

    def _was_terminated(self) -> bool:
        """Whether a signal asked for the end; waits for one, but not for long."""
        try:
            self._terminated.get(timeout=PARENT_POLL)
        except Empty:
            return False
        return True


class _UntilInterrupted(Lifetime):
    """Under a debugger the process outlives the Terraforms that it serves: their Shutdown does not end it."""

    def end(self, grace: float) -> None:
        """Stay."""


class _Server:
    """A started gRPC server with its port (0 for a Unix socket)."""

    def __init__(self, server: grpc.Server, port: int) -> None:
        self.grpc = server
        self.port = port


@contextlib.contextmanager
def _endpoint() -> Iterator[tuple[str, str]]:
    """A Unix socket in a folder that only this user can enter; a loopback port where there are no such sockets."""
    if os.name == "nt":
        yield "tcp", "127.0.0.1:0"
        return
    folder = tempfile.mkdtemp(prefix="tfp-")
    if len(os.fsencode(folder)) > LONGEST_SOCKET_PATH - 2:
        shutil.rmtree(folder)
        folder = tempfile.mkdtemp(prefix="tfp-", dir="/tmp")  # TMPDIR is too long for a socket; 0700 all the same
    try:
        yield "unix", f"unix:{folder}/s"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _start(servicer: Servicer, lifetime: Lifetime, address: str) -> tuple[_Server, str]:
    # grpc imports its asyncio half, which nobody here uses, whether or not it is asked for.
    sys.modules.setdefault("grpc.aio", ModuleType("grpc.aio"))
    import grpc  # only when serving: 70 ms

    server = grpc.server(
        futures.ThreadPoolExecutor(THREADS, thread_name_prefix="call"),
        options=[
            ("grpc.max_receive_message_length", LARGEST_MESSAGE),
            ("grpc.max_send_message_length", LARGEST_MESSAGE),
        ],
    )
    for handler in _services(grpc, servicer, lifetime):
        server.add_generic_rpc_handlers((handler,))
    certificate = ""
    if os.environ.get("PLUGIN_CLIENT_CERT"):
        from terraform_plugin import certificate as own

        key, chain, der = own.make()
        port = server.add_secure_port(address, grpc.ssl_server_credentials([(key, chain)]))
        certificate = base64.b64encode(der).rstrip(b"=").decode()
    else:
        port = server.add_insecure_port(address)
    server.start()
    gc.freeze()  # what is there now stays; a program may have switched the collection off while it started
    gc.enable()
    return _Server(server, 0 if address.startswith("unix:") else port), certificate


def _services(grpc: Any, servicer: Servicer, lifetime: Lifetime) -> list[Any]:
    def unary(request: Any, call: Callable[[Any], Any]) -> Any:
        return grpc.unary_unary_rpc_method_handler(
            lambda message, _: call(message),
            request_deserializer=request.FromString,
            response_serializer=lambda message: message.SerializeToString(),
        )

    provider = {name: unary(tfplugin6[f"{name}.Request"], getattr(servicer, name)) for name in PROVIDER_RPCS}
    empty = go_plugin["Empty"]

    def shutdown(_: Any) -> Any:
        lifetime.end(grace=1.0)
        return empty()

    def stdio(_request: Any, _context: Any) -> Iterator[Any]:
        """Ends at once: whatever is printed goes to stderr. A stream held open would hold a thread per Terraform."""
        yield from ()

    stream = grpc.unary_stream_rpc_method_handler(
        stdio, request_deserializer=empty.FromString, response_serializer=lambda message: message.SerializeToString()
    )
    serving = health["HealthCheckResponse"](status=1)
    return [
        grpc.method_handlers_generic_handler("tfplugin6.Provider", provider),
        grpc.method_handlers_generic_handler("plugin.GRPCController", {"Shutdown": unary(empty, shutdown)}),
        grpc.method_handlers_generic_handler("plugin.GRPCStdio", {"StreamStdio": stream}),
        grpc.method_handlers_generic_handler(
            "grpc.health.v1.Health", {"Check": unary(health["HealthCheckRequest"], lambda _: serving)}
        ),
    ]
