"""The client: one pool of connections to one tenant, through which every request of the provider goes.

It is safe to use from many threads. httpx is imported with the first request and its `transport` is the one seam for
tests: everything above a socket is the real thing.
"""

from __future__ import annotations

import json as json_
import threading
import time
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Self

from immuta_provider.api.authentication import (
    AUTHENTICATE,
    ApiKeyAuthentication,
    Authenticator,
    BearerAuthentication,
)
from immuta_provider.api.clock import Clock, SystemClock
from immuta_provider.api.errors import RequestFailed, Unauthorized
from immuta_provider.api.limits import Pace, deadline, turns, within
from immuta_provider.api.masking import Masker
from immuta_provider.api.request_log import Log, LoggingLog, RequestLog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager

    import httpx

    from immuta_provider.api.calls import Call
    from immuta_provider.api.retries import Retries
    from immuta_provider.api.settings import Settings

JSON: Final = "application/json"


class Client:
    """Speaks HTTP with one tenant: authentication, retries, errors and the request log.

    Parameters
        settings: address, credentials and limits.
        clock: waits between attempts; give `SystemClock(stop)` to have a stop end them. Default: the system's.
        log: where log lines go. Default: Python's logging, logger "immuta_provider.api".
        transport: an httpx transport instead of the network, for tests.

    The headers follow the V1 and V2 API: JSON in and out, `Content-Type` also on requests without a body.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Clock | None = None,
        log: Log | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.settings = settings
        self._masker = Masker(settings.api_key)
        self._log = RequestLog(log or LoggingLog(), self._masker)
        self._clock: Clock = clock or SystemClock()
        self._transport = transport
        self._pace = Pace(self._clock, settings.max_requests_per_second)
        self._slots = threading.BoundedSemaphore(settings.max_concurrent_requests)
        self._opening = threading.Lock()
        self._http: httpx.Client | None = None
        self._authentication = self._authenticator()

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        idempotent: bool | None = None,
        look: Callable[[], Any] | None = None,
        text: bool = False,
    ) -> Any:
        """Make one request, with retries, and return the decoded JSON of the answer (None where it has no content).

        Parameters
            method: "GET", "POST", ...
            path: path below the host, its segments percent-encoded (`path_of`).
            params: query; a list is sent as a repeated name, None is left out.
            json: body; None sends none.
            idempotent: whether doing it twice does no harm. Default: what HTTP says of the method.
            look: for a request that is not idempotent: tells, after an attempt whose fate is unknown, whether it
                arrived. It returns what the request would have returned, or None.
            text: whether an answer of plain text is one, and returned as it is.

        Raises a RequestFailed that says what was attempted, what the server said and what to do.
        """
        from immuta_provider.api.calls import Call, is_idempotent

        query = {key: value for key, value in (params or {}).items() if value is not None}
        repeatable = is_idempotent(method) if idempotent is None else idempotent
        call = Call(method=method, path=path, params=query, body=json, idempotent=repeatable, look=look, text=text)
        return self._retries.run(call, self._attempt)

    def within(self, seconds: float) -> AbstractContextManager[None]:
        """Give all requests of this thread, made inside the block, `seconds` together."""
        return within(self._clock, seconds)

    def turns(self) -> Iterator[None]:
        """The turns of a poll, with pauses between them, until the time given by `within` is used up."""
        return turns(self._clock)

    def protect(self, *secrets: str) -> None:
        """Mask these values in every log line and error text from now on."""
        self._masker.add(*secrets)

    def masked(self, text: str) -> str:
        """The text without secrets, for what the server says outside an error."""
        return self._masker.text(text)

    def close(self) -> None:
        """Close the connections. The next request opens new ones."""
        with self._opening:
            http, self._http = self._http, None
        if http is not None:
            http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    @cached_property
    def _retries(self) -> Retries:
        from immuta_provider.api.retries import Retries

        return Retries(self.settings, self._clock, self._log)

    def _authenticator(self) -> Authenticator:
        if self.settings.authentication == "bearer":
            return BearerAuthentication(self._exchange_key, self._masker)
        return ApiKeyAuthentication(self.settings.api_key)

    def _exchange_key(self) -> Any:
        from immuta_provider.api.calls import Call

        body = {"apikey": self.settings.api_key}
        call = Call(method="POST", path=AUTHENTICATE, body=body, idempotent=True, authenticated=False)
        try:
            return self._retries.run(call, self._attempt)
        except RequestFailed as error:
            # It has had its retries. The call that needs the token was not sent, so nothing is in doubt.
            error.transient = error.may_have_arrived = False
            raise

    def _attempt(self, call: Call, number: int) -> Any:
        if not call.authenticated:
            return self._send(call, number, {})
        header = self._authentication.header()
        try:
            return self._send(call, number, {"Authorization": header})
        except Unauthorized:
            # A token that has expired is replaced at once; where that does not help, there is a wait first.
            if not self._authentication.renew(header) or number > 1:
                raise
        return self._send(call, number, {"Authorization": self._authentication.header()})

    def _send(self, call: Call, number: int, headers: dict[str, str]) -> Any:
        import httpx

        from immuta_provider.api.answers import decode
        from immuta_provider.api.connection import as_api_error

        self._pace.wait()
        self._log.sending(call, number)
        started = time.perf_counter()
        try:
            with self._slots:
                response, content = self._exchange(call, headers)
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            problem = as_api_error(call, error, self._masker)
            self._log.attempt(call, number, _ms(started), status=None, problem=problem.detail)
            raise problem from error
        self._log.attempt(call, number, _ms(started), status=response.status_code)
        self._log.received(call, number, content)
        return decode(call, response.status_code, response.headers, content, self._masker)

    def _exchange(self, call: Call, headers: dict[str, str]) -> tuple[httpx.Response, bytes]:
        """Send the request and read the whole answer, however slowly it drips, within the time of one request."""
        import httpx

        http = self._opened()
        body = None if call.body is None else json_.dumps(call.body, allow_nan=False).encode()
        request = http.build_request(call.method, call.path, params=call.params or None, content=body, headers=headers)
        until = deadline(self._clock, self.settings.max_total_time)
        response = http.send(request, stream=True)
        try:
            content = bytearray()
            for piece in response.iter_bytes():
                content += piece
                if self._clock.now() > until:
                    raise httpx.ReadTimeout("the answer did not end", request=request)
        finally:
            response.close()
        return response, bytes(content)

    def _opened(self) -> httpx.Client:
        with self._opening:
            if self._http is None:
                from immuta_provider.api.connection import open_http

                self._http = open_http(self.settings, self._transport)
            return self._http


def _ms(started: float) -> float:
    return (time.perf_counter() - started) * 1000
