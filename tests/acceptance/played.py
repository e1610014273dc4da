"""One connection and a Terraform that is played in process, with the provider's real servicer and the real tenant.

Terraform itself would take many minutes for what is gone through here: every attribute, every moment of a kill.
"""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import httpx

from immuta_provider.resources.connection import Connection
from terraform_plugin.codec import decode, from_json
from tests.acceptance.cases.connection import KEY
from tests.faults.core import Core, Instance
from tests.immuta_provider.api.clock import FakeClock

if TYPE_CHECKING:
    from immuta_tenant import RunningTenant

BLOCK = Connection.block


class Killed(BaseException):
    """The provider is gone in the middle of a request."""


class Clock(FakeClock):
    """Time that passes only by sleeping, for the tenant's connections too."""

    def __init__(self, tenant: RunningTenant) -> None:
        super().__init__()
        self._tenant = tenant

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        self._tenant.connections.advance(seconds)


class Wire(httpx.BaseTransport):
    """The network. It counts the requests, keeps those that change something, and may let the provider die at one.

    `kill_at` is the number of the request after which nobody is there for the answer.
    """

    def __init__(self) -> None:
        self._inner = httpx.HTTPTransport()
        self.start()

    def start(self, kill_at: int = -1) -> None:
        """Begin to count anew."""
        self.written: list[tuple[str, str, Any]] = []
        self.count = 0
        self._kill_at = kill_at

    @property
    def verbs(self) -> list[str]:
        """The requests that change something, without the path of the connections."""
        return [f"{method} {path.removeprefix('/api/connections')}" for method, path, _ in self.written]

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send it."""
        dies = self.count == self._kill_at
        self.count += 1
        if request.method != "GET":
            body = json.loads(request.content) if request.content else None
            self.written.append((request.method, request.url.path, body))
        answer = self._inner.handle_request(request)
        if dies:
            answer.read()
            raise Killed
        return answer

    def close(self) -> None:
        """Close the connections."""
        self._inner.close()


class Here:
    """A tenant, a network, and a Terraform that is played."""

    def __init__(self, tenant: RunningTenant) -> None:
        self.tenant = tenant
        self.wire = Wire()
        self.core = Core(tenant, self.wire)
        self.core.clock = Clock(tenant)
        self._made: dict[str, tuple[bytes, Instance]] = {}

    def begin(self, configuration: dict[str, Any]) -> Instance:
        """A connection that was created and nothing else; made once for each configuration."""
        name = json.dumps(configuration, sort_keys=True)
        if name not in self._made:
            self.tenant.reset()
            instance = Instance("immuta_connection", values(configuration))
            self.core.apply(instance)
            self._made[name] = (self.tenant.store.dump(), instance)
        stored, instance = self._made[name]
        self.tenant.store.load(stored)
        self.wire.start()
        return copy.deepcopy(instance)

    def planned(self, instance: Instance, configuration: dict[str, Any]) -> tuple[set[str], list[str]]:
        """The attributes that change at the top, and the paths that need a new object."""
        instance.config = values(configuration)
        self.core.run()
        self.core.refresh(instance)
        answer = self.core.plan(instance)
        after, before = decode(answer.planned_state.msgpack, BLOCK.kind), instance.state or {}
        replaced = [".".join(step.attribute_name for step in each.steps) for each in answer.requires_replace]
        return {name for name in after if after[name] != before[name]}, replaced

    def refused(self, configuration: dict[str, Any]) -> list[str]:
        """The paths that `terraform validate` refuses."""
        return self.core.refused("immuta_connection", values(configuration))

    def stored(self) -> dict[str, Any]:
        """The connection as the tenant returns it."""
        return self.tenant.connections.get(KEY)


def values(configuration: dict[str, Any]) -> dict[str, Any]:
    """A configuration as Terraform sends it."""
    return dict(from_json(configuration, BLOCK.kind))
