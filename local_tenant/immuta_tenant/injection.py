"""What a client sees of a fault: an answer that is made up, spoiled, cut short or never sent.

Resets and cut answers need the connection itself, which `server` puts into the state of each request.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import time
from email.utils import formatdate
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Receive, Scope, Send

from immuta_tenant.errors import ApiError
from immuta_tenant.faults import NO_ANSWER, Fault, Faults

TRANSPORT = "immuta_tenant.transport"
_SLICE_SECONDS = 0.02
_NO_LINGER = struct.pack("ii", 1, 0)
_HTML = "<!doctype html><html><head><title>Injected</title></head><body><h1>Injected by the local tenant</h1></html>"


async def delay(faults: Faults, milliseconds: float) -> None:
    """Wait; the end of the tenant and the end of the faults end it early."""
    await _wait(faults, milliseconds / 1000, None)


def answer(fault: Fault, served: Response | None) -> Response | None:
    """Return what is answered under a fault, or None when nothing is.

    Parameters:
        fault: what strikes the request.
        served: the true answer, when the request was carried out.
    """
    if fault.kind in NO_ANSWER:
        return None
    if fault.kind == "html":
        return HTMLResponse(_HTML, status_code=fault.status)
    if fault.kind.isdecimal():
        return _refusal(fault)
    true = served or JSONResponse({"injected": fault.kind}, status_code=fault.status)
    if fault.kind == "truncated":
        return true
    spoiled = bytes(true.body)[:-1]  # without its last bracket no JSON document is one
    return Response(spoiled, status_code=true.status_code, media_type="application/json")


async def deliver(fault: Fault, faults: Faults, response: Response | None, request: Request, send: Send) -> None:
    """Send what `answer` has returned, the way the fault wants it."""
    if fault.kind == "hang":
        await _hang(fault, faults, request.scope, request.receive)
    elif response is None:
        await _reset(request.scope, request.receive)
    elif fault.kind == "truncated":
        await _half(response, request.scope, request.receive, send)
    else:
        await response(request.scope, request.receive, send)


def _refusal(fault: Fault) -> Response:
    error = ApiError(HTTPStatus(int(fault.kind)), f"Injected by the local tenant: {fault.kind}.")
    response = JSONResponse(error.envelope(), status_code=int(error.status))
    if fault.retry_after is not None:
        as_date = fault.retry_after_format == "date"
        moment = formatdate(time.time() + fault.retry_after, usegmt=True)
        response.headers["Retry-After"] = moment if as_date else str(fault.retry_after)
    return response


async def _half(response: Response, scope: Scope, receive: Receive, send: Send) -> None:
    body = bytes(response.body)
    await send({"type": "http.response.start", "status": response.status_code, "headers": response.raw_headers})
    await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
    _transport(scope).close()
    await _gone(receive)


async def _hang(fault: Fault, faults: Faults, scope: Scope, receive: Receive) -> None:
    gone = asyncio.ensure_future(_gone(receive))
    await _wait(faults, fault.seconds, gone)
    if not gone.done():
        abort(_transport(scope))
    await gone


def abort(transport: asyncio.Transport) -> None:
    """Reset a connection."""
    # Without lingering, closing sends a reset instead of an orderly end.
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    transport.abort()


async def _reset(scope: Scope, receive: Receive) -> None:
    abort(_transport(scope))
    await _gone(receive)


def _transport(scope: Scope) -> asyncio.Transport:
    transport: asyncio.Transport = scope["state"][TRANSPORT]
    return transport


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _wait(faults: Faults, seconds: float | None, gone: asyncio.Future[None] | None) -> None:
    # In slices, because faults are cleared by other threads too.
    generation, loop = faults.generation, asyncio.get_running_loop()
    end = None if seconds is None else loop.time() + seconds
    while faults.generation == generation and not (gone and gone.done()):
        left = _SLICE_SECONDS if end is None else min(_SLICE_SECONDS, end - loop.time())
        if left <= 0:
            return
        if gone is None:
            await asyncio.sleep(left)
        else:
            await asyncio.wait({gone}, timeout=left)
