"""The connections below the client: how httpx is set up, and what its errors mean. Imported with the first request."""

from __future__ import annotations

import ssl
import sys
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import TYPE_CHECKING, Any, Final

from immuta_provider import __version__
from immuta_provider.api import errors

# httpx loads its command line with it where `rich` is installed, which takes as long as all the rest of it.
_modules: dict[str, Any] = sys.modules
_modules.setdefault("httpx._main", None)

import httpx  # noqa: E402 - after the line above

if TYPE_CHECKING:
    from immuta_provider.api.calls import Call
    from immuta_provider.api.masking import Masker
    from immuta_provider.api.settings import Settings

USER_AGENT: Final = f"terraform-provider-immuta/{__version__}"
# Errors of these kinds happen before a byte of the request is sent.
_BEFORE_SENDING: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
# Errors of these kinds come back however often the request is made.
_LASTING: Final = (httpx.UnsupportedProtocol, httpx.InvalidURL, httpx.LocalProtocolError)


def open_http(settings: Settings, transport: httpx.BaseTransport | None) -> httpx.Client:
    """One pool of connections. Proxies come from the environment, but never for this machine itself.

    Raises a ConfigurationError when the host, the CA file or the environment's proxies cannot be used.
    """
    try:
        httpx.URL(settings.base_url)
    except httpx.InvalidURL as error:
        raise errors.HostInvalid("host", str(error)) from error
    limit = settings.max_concurrent_requests
    try:
        return httpx.Client(
            base_url=settings.base_url,
            headers=_headers(),
            verify=_trusted(settings),
            timeout=httpx.Timeout(settings.request_timeout),
            limits=httpx.Limits(max_connections=limit, max_keepalive_connections=limit, keepalive_expiry=30.0),
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            trust_env=not settings.loopback,
            transport=transport,
        )
    except (ValueError, ImportError, httpx.InvalidURL) as error:
        raise errors.ProxyInvalid("proxy", type(error).__name__) from error


def _headers() -> dict[str, str]:
    return {"Accept": "application/json", "Content-Type": "application/json", "User-Agent": USER_AGENT}


def _trusted(settings: Settings) -> ssl.SSLContext | bool:
    if settings.base_url.startswith("http:"):
        return False  # nothing to verify: loading the certificates would only take time
    if settings.ca_file is None:
        return True
    context = httpx.create_ssl_context()
    try:
        context.load_verify_locations(settings.ca_file)
    except (ssl.SSLError, OSError) as error:
        raise errors.CaFileInvalid("ca_file", f'"{settings.ca_file}": {error}') from error
    return context


def as_api_error(call: Call, error: Exception, masker: Masker) -> errors.RequestFailed:
    """The error of our tree for an error of httpx."""
    seen = masker.text(f"{_described(error)} ({type(error).__name__})")
    arrived = not isinstance(error, (*_BEFORE_SENDING, *_LASTING))
    if isinstance(error, httpx.TimeoutException):
        return errors.RequestTimeout(call.attempted, detail=seen, transient=True, may_have_arrived=arrived)
    if isinstance(error, httpx.ConnectError) and (tls := _tls_cause(error)):
        return errors.TlsFailed(call.attempted, detail=seen, transient=isinstance(tls, ssl.SSLEOFError))
    if isinstance(error, httpx.DecodingError) or "complete message body" in str(error):
        return errors.UnexpectedAnswer(call.attempted, detail=seen, transient=True, may_have_arrived=True)
    transient = not isinstance(error, _LASTING)
    return errors.ConnectionFailed(call.attempted, detail=seen, transient=transient, may_have_arrived=arrived)


def _tls_cause(error: BaseException | None) -> ssl.SSLError | None:
    while error is not None and not isinstance(error, ssl.SSLError):
        error = error.__cause__ or error.__context__
    return error


def _described(error: Exception) -> str:
    return str(error) or "the connection broke"
