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
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from immuta_tenant import families, injection, local
from immuta_tenant.authentication import ANONYMOUS, Caller, authenticate
from immuta_tenant.endpoint import Call, Endpoint, Json
from immuta_tenant.errors import ApiError, internal_error, method_not_allowed, not_found
from immuta_tenant.faults import Fault, Faults
from immuta_tenant.permissions import require
from immuta_tenant.request_log import RequestLog
from immuta_tenant.requests import parse_body, parse_untyped_body, query_values
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
        if scope["type"] == "http":
            await self._router(_with_escaped_segments(scope), receive, send)

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
        FaultError: a fault or a latency makes no sense.
    """
    faults = Faults(settings.faults, settings.latency, settings.latencies)
    tenant = Tenant(settings, Store(settings.database), RequestLog(settings.request_log_size), faults)
    families.seed(tenant)
    return TenantApplication(tenant)


@dataclass
class _Exchange:
    """What becomes known of a request while it is served, for the log."""

    request: Request
    fault: Fault | None = None
    latency: float = 0.0
    raw: bytes = b""
    query: dict[str, Any] = field(default_factory=dict)
    body: Any = None
    error: str | None = None

    @property
    def path(self) -> str:
        return unquote(self.request.scope["path"])


class _Path:
    """Everything that is served on one path; a path that nothing is served on answers 404."""

    def __init__(self, tenant: Tenant, endpoints: dict[str, Endpoint] | None = None) -> None:
        self._tenant = tenant
        self._endpoints = endpoints or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        exchange = self._exchange(Request(scope, receive))
        faults, fault = self._tenant.faults, exchange.fault
        if fault is None or fault.kind != "reset-unread":
            try:
                exchange.raw = await exchange.request.body()
            except ClientDisconnect:
                return  # a client that was killed while it sent its body has asked for nothing
        # What has arrived is carried out, also for a client that does not wait so long.
        await injection.delay(faults, exchange.latency)
        started = time.perf_counter()
        response = self._carried_out(exchange)
        if fault is not None:
            response = injection.answer(fault, response)
        self._log(exchange, response, (time.perf_counter() - started) * 1000)
        if fault is not None:
            await injection.deliver(fault, faults, response, exchange.request, send)
        elif response is not None:
            await response(scope, receive, send)

    def _exchange(self, request: Request) -> _Exchange:
        exchange = _Exchange(request)
        if not exchange.path.startswith(local.PREFIX):
            exchange.fault = self._tenant.faults.strike(request.method, exchange.path)
            exchange.latency = self._tenant.faults.latency_of(exchange.path)
        return exchange

    def _carried_out(self, exchange: _Exchange) -> Response | None:
        if exchange.fault is None or exchange.fault.takes_effect:
            return self._response(exchange)
        # Nothing is carried out; the log still says what was asked, as far as it can be read.
        exchange.query = query_values(exchange.request.query_params)
        content_type = exchange.request.headers.get("content-type", "")
        with suppress(ApiError):
            exchange.body = parse_body(exchange.raw, content_type, accepts_yaml=True)
        return None

    def _response(self, exchange: _Exchange) -> Response:
        try:
            answer, status = self._answer(exchange)
            return _success(answer, status)
        except ApiError as error:
            refusal = self._phrased(exchange.request, error)
        except Exception:  # noqa: BLE001 - a defect here must still answer with the envelope
            traceback.print_exc(file=sys.stderr)
            refusal = internal_error()
        exchange.error = refusal.message
        return JSONResponse(refusal.envelope(), status_code=int(refusal.status), headers=refusal.headers)

    def _answer(self, exchange: _Exchange) -> tuple[Json | str | Response | None, int]:
        endpoint = self._endpoint(exchange.request)
        caller = self._caller(exchange.request, endpoint)
        require(caller.permissions, *endpoint.permissions)
        query_model, body_model = endpoint.models
        exchange.query = query_values(exchange.request.query_params)
        query = validated(query_model, exchange.query)
        exchange.body = _body(exchange, endpoint)
        body = validated(body_model, exchange.body)
        path = exchange.request.path_params
        with self._tenant.store.transaction() as transaction:
            try:
                return endpoint.handler(Call(self._tenant, caller, path, query, body, transaction)), endpoint.status
            except ApiError as error:
                if error.undoes:
                    raise
                refusal = error
        raise refusal

    def _phrased(self, request: Request, error: ApiError) -> ApiError:
        endpoint = self._endpoints.get(request.method)
        return error if endpoint is None or endpoint.refusal is None else endpoint.refusal(error)

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

    def _log(self, exchange: _Exchange, response: Response | None, milliseconds: float) -> None:
        if exchange.path.startswith(local.PREFIX):
            return
        self._tenant.log.add(
            time=timestamp(),
            method=exchange.request.method,
            path=exchange.path,
            query=exchange.query,
            body=exchange.body,
            status=0 if response is None else response.status_code,
            milliseconds=round(milliseconds, 3),
            error=exchange.error,
            fault=None if exchange.fault is None else exchange.fault.kind,
            latency=exchange.latency,
        )


def _success(answer: Json | str | Response | None, status: int) -> Response:
    if isinstance(answer, Response):
        return answer
    if answer is None:
        return Response()
    return PlainTextResponse(answer, status) if isinstance(answer, str) else JSONResponse(answer, status)


def _with_escaped_segments(scope: Scope) -> Scope:
    # Routes match this form, so that a slash inside a key (%2F) does not end its segment. Every character is escaped
    # the same way, however the client did it.
    raw: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
    segments = raw.decode("ascii").split("/")
    return {**scope, "path": "/".join(quote(unquote(segment), safe="") for segment in segments)}


def _body(exchange: _Exchange, endpoint: Endpoint) -> Any:
    if endpoint.models[1] is NoBody:
        return {}
    if endpoint.any_content_type:
        return parse_untyped_body(exchange.raw)
    content_type = exchange.request.headers.get("content-type", "")
    return parse_body(exchange.raw, content_type, accepts_yaml=endpoint.accepts_yaml)
