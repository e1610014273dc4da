"""The ASGI application.

Routes of every family, and the one pipeline through which each request goes, from the credential to the log. Handlers
are plain functions that run one after the other on the event loop, each in one transaction: requests can come in
parallel, their effects cannot interleave.
"""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from immuta_tenant import families, local
from immuta_tenant.authentication import ANONYMOUS, Caller, authenticate
from immuta_tenant.endpoint import Call, Endpoint, Json
from immuta_tenant.errors import ApiError, internal_error, method_not_allowed, not_found
from immuta_tenant.permissions import require
from immuta_tenant.request_log import RequestLog
from immuta_tenant.requests import parse_body, query_values
from immuta_tenant.settings import Settings
from immuta_tenant.store import Store
from immuta_tenant.tenant import Tenant
from immuta_tenant.timestamps import timestamp
from immuta_tenant.validation import NoBody, validated


class TenantApplication:
    """The tenant as an ASGI application. `tenant` gives access to its state, for tests and the control endpoints."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        endpoints = [*families.endpoints(), *local.ENDPOINTS]
        self._router: ASGIApp = Router(routes=self._routes(endpoints), redirect_slashes=False, default=_Path(tenant))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        await self._router(scope, receive, send)

    def _routes(self, endpoints: Iterable[Endpoint]) -> list[Route]:
        paths: dict[str, dict[str, Endpoint]] = {}
        for endpoint in endpoints:
            paths.setdefault(endpoint.path, {})[endpoint.method] = endpoint
        return [Route(path, endpoint=_Path(self.tenant, methods)) for path, methods in paths.items()]


def create_app(settings: Settings) -> TenantApplication:
    """Return a tenant as an ASGI application, seeded and ready to serve.

    Parameters:
        settings: see `Settings`; only `api_key` is required.

    Raises:
        StoreError: the database file cannot be used.
    """
    tenant = Tenant(settings, Store(settings.database), RequestLog(settings.request_log_size))
    families.seed(tenant)
    return TenantApplication(tenant)


@dataclass
class _Exchange:
    """What becomes known of a request while it is served, for the log."""

    request: Request
    raw: bytes
    query: dict[str, Any] = field(default_factory=dict)
    body: Any = None
    error: str | None = None


class _Path:
    """Everything that is served on one path; a path that nothing is served on answers 404."""

    def __init__(self, tenant: Tenant, endpoints: dict[str, Endpoint] | None = None) -> None:
        self._tenant = tenant
        self._endpoints = endpoints or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        try:
            exchange = _Exchange(request, await request.body())
        except ClientDisconnect:
            return  # a client that was killed while it sent its body has asked for nothing
        started = time.perf_counter()
        response = self._response(exchange)
        self._log(exchange, response.status_code, (time.perf_counter() - started) * 1000)
        await response(scope, receive, send)

    def _response(self, exchange: _Exchange) -> Response:
        try:
            return JSONResponse(self._answer(exchange))
        except ApiError as error:
            refusal = error
        except Exception:  # noqa: BLE001 - a defect here must still answer with the envelope
            traceback.print_exc(file=sys.stderr)
            refusal = internal_error()
        exchange.error = refusal.message
        return JSONResponse(refusal.envelope(), status_code=int(refusal.status), headers=refusal.headers)

    def _answer(self, exchange: _Exchange) -> Json:
        endpoint = self._endpoint(exchange.request)
        caller = self._caller(exchange.request, endpoint)
        require(caller.permissions, *endpoint.permissions)
        query_model, body_model = endpoint.models
        exchange.query = query_values(exchange.request.query_params)
        query = validated(query_model, exchange.query)
        exchange.body = _body(exchange, endpoint)
        body = validated(body_model, exchange.body)
        with self._tenant.store.transaction() as transaction:
            path = exchange.request.path_params
            return endpoint.handler(Call(self._tenant, caller, path, query, body, transaction))

    def _endpoint(self, request: Request) -> Endpoint:
        if not self._endpoints:
            raise not_found("Not Found")
        if request.method not in self._endpoints:
            raise method_not_allowed(request.method, ", ".join(sorted(self._endpoints)))
        return self._endpoints[request.method]

    def _caller(self, request: Request, endpoint: Endpoint) -> Caller:
        if endpoint.public:
            return ANONYMOUS
        with self._tenant.store.transaction():
            return authenticate(self._tenant, request.headers.get("authorization"))

    def _log(self, exchange: _Exchange, status: int, milliseconds: float) -> None:
        request = exchange.request
        if request.url.path.startswith(local.PREFIX):
            return
        self._tenant.log.add(
            time=timestamp(),
            method=request.method,
            path=request.url.path,
            query=exchange.query,
            body=exchange.body,
            status=status,
            milliseconds=round(milliseconds, 3),
            error=exchange.error,
        )


def _body(exchange: _Exchange, endpoint: Endpoint) -> Any:
    if endpoint.models[1] is NoBody:
        return {}
    content_type = exchange.request.headers.get("content-type", "")
    return parse_body(exchange.raw, content_type, accepts_yaml=endpoint.accepts_yaml)
