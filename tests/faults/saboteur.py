"""A network that goes wrong on purpose, at the request that a cell of the matrix names.

An httpx transport, the client's own seam for tests. It lets the real tenant inject the real fault over real sockets,
but only for the requests that are to be struck; so a cell can name the third request of an operation, and a refused
connection can be counted. For a hang it makes the client's patience short instead of waiting.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from immuta_tenant import RunningTenant

IMPATIENCE_SECONDS = 0.01


@dataclass(frozen=True)
class Fault:
    """One way to go wrong: the tenant's own name and attributes of it, and the code of the error when it lasts."""

    name: str
    kind: str
    code: str
    attributes: dict[str, Any] = field(default_factory=dict)
    of_writes: bool = False

    @property
    def carried_out(self) -> bool:
        """Whether the tenant carries the struck request out; two kinds spoil a true answer."""
        return bool(self.attributes.get("effect", self.kind in ("truncated", "invalid-json")))

    @property
    def shows(self) -> str:
        """What the error text has to quote of it."""
        return f"Injected by the local tenant: {self.kind}" if self.kind.isdecimal() else ""


@dataclass(frozen=True)
class Strike:
    """Which requests are struck: from the one at `position` on, `times` of the same request, or all (`outage`)."""

    fault: Fault
    position: int
    times: int | None = None
    outage: bool = False


class Saboteur(httpx.BaseTransport):
    """The network between one client and one tenant. `asked` are the requests since the last `arm`."""

    def __init__(self, tenant: RunningTenant) -> None:
        self._tenant = tenant
        self._inner = httpx.HTTPTransport(verify=False)
        self._strike: Strike | None = None
        self._target = ""
        self.asked: list[str] = []
        self.struck = 0

    def arm(self, strike: Strike | None) -> None:
        """Count anew, and strike from now on."""
        self._strike, self._target, self.asked, self.struck = strike, "", [], 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request through, or into its fault."""
        name = f"{request.method} {request.url.raw_path.decode()}"
        self.asked.append(name)
        strike = self._strike
        if strike is None or not self._strikes(strike, name):
            return self._inner.handle_request(request)
        self.struck += 1
        if strike.fault.kind == "refused":
            return self._refused(strike.fault, request)
        self._tenant.fault(strike.fault.kind, count=1, **strike.fault.attributes)
        if strike.fault.kind == "hang":
            request.extensions["timeout"] = {**request.extensions["timeout"], "read": IMPATIENCE_SECONDS}
        return self._inner.handle_request(request)

    def _strikes(self, strike: Strike, name: str) -> bool:
        if len(self.asked) <= strike.position:
            return False
        self._target = self._target or name
        if strike.outage:
            return True
        return name == self._target and (strike.times is None or self.struck < strike.times)

    def _refused(self, fault: Fault, request: httpx.Request) -> httpx.Response:
        self._tenant.fault("refused", **fault.attributes)
        try:
            return self._inner.handle_request(request)
        finally:
            self._tenant.clear_faults()

    def close(self) -> None:
        """Keep the connections: the next client uses them too. `end` closes them."""

    def end(self) -> None:
        """Close the connections."""
        self._inner.close()
