"""Everything that can go wrong between the provider and a tenant, in one tree, so that callers catch by meaning.

ApiError
├── ConfigurationError          the settings cannot work; nothing was sent
│   ├── HostMissing             host-missing
│   ├── HostInvalid             host-invalid
│   ├── PlainHttpRefused        plain-http-refused
│   ├── ApiKeyMissing           api-key-missing
│   ├── ApiKeyInvalid           api-key-invalid
│   ├── CaFileInvalid           ca-file-invalid
│   ├── ProxyInvalid            proxy-invalid
│   └── SettingInvalid          setting-invalid
├── NotFinished                 api-not-finished
└── RequestFailed               one request, named by `attempted`, did not succeed
    ├── NoAnswer                the tenant sent no answer that could be read
    │   ├── ConnectionFailed    api-connection-failed
    │   │   └── TlsFailed       api-tls-failed
    │   ├── RequestTimeout      api-timeout
    │   └── Interrupted         api-interrupted
    ├── ServerUnavailable       api-server-unavailable
    ├── RateLimited             api-rate-limited
    ├── Refused                 the tenant understood and said no
    │   ├── Unauthorized        api-unauthorized
    │   ├── Forbidden           api-forbidden
    │   ├── NotFound            api-not-found
    │   ├── Conflict            api-conflict
    │   ├── InvalidRequest      api-invalid-request
    │   └── AcknowledgementRequired  api-acknowledgement-required
    └── UnexpectedAnswer        api-unexpected-answer

Every leaf has a `code` that stays the same for good; `docs/errors.md#<code>` explains it.
"""

from __future__ import annotations

from typing import Any, ClassVar


class ApiError(Exception):
    """The root of the tree. `str()` is what a user reads: what failed, what the server said, what to do next."""

    code: ClassVar[str] = ""
    summary: ClassVar[str] = ""
    advice: str = ""

    @property
    def link(self) -> str:
        """The section of the documentation that explains this error."""
        return f"docs/errors.md#{self.code}"

    def __str__(self) -> str:
        return "\n".join([*self._lines(), f"See {self.link}"])

    def _lines(self) -> list[str]:
        return [self.summary]


class ConfigurationError(ApiError):
    """The settings cannot work. `attribute` is the provider attribute at fault, `detail` says why."""

    def __init__(self, attribute: str, detail: str = "") -> None:
        super().__init__(attribute, detail)
        self.attribute = attribute
        self.detail = detail

    def _lines(self) -> list[str]:
        reason = f": {self.detail}" if self.detail else ""
        return [f"{self.attribute}: {self.summary}{reason}.", f"What to do: {self.advice}"]


class HostMissing(ConfigurationError):
    """No host is set."""

    code = "host-missing"
    summary = "no Immuta tenant is named"
    advice = 'set host = "your-tenant.example.com" in the provider block, or the environment variable IMMUTA_HOST.'


class HostInvalid(ConfigurationError):
    """The host is not an address."""

    code = "host-invalid"
    summary = "this is not the address of a tenant"
    advice = 'write the bare address, such as "your-tenant.example.com" or "https://your-tenant.example.com:8443".'


class PlainHttpRefused(ConfigurationError):
    """Plain http to a host that is not this machine would send the API key in the clear."""

    code = "plain-http-refused"
    summary = "plain http would send the API key in the clear"
    advice = "use https, or set allow_insecure_http = true if the network in between is yours alone."


class ApiKeyMissing(ConfigurationError):
    """No API key is set."""

    code = "api-key-missing"
    summary = "no API key is set"
    advice = "set the environment variable IMMUTA_API_KEY (or api_key from a sensitive variable)."


class ApiKeyInvalid(ConfigurationError):
    """The API key cannot be sent in a header. The text never shows the key."""

    code = "api-key-invalid"
    summary = "the API key cannot be sent"
    advice = "copy the key again from the API Keys tab of your Immuta profile, without spaces, quotes or line ends."


class CaFileInvalid(ConfigurationError):
    """The CA file cannot be read or holds no certificate."""

    code = "ca-file-invalid"
    summary = "the certificates cannot be loaded"
    advice = "name a readable file that holds the CA's certificates in PEM form."


class ProxyInvalid(ConfigurationError):
    """The environment names a proxy that cannot be used."""

    code = "proxy-invalid"
    summary = "the proxy named by the environment cannot be used"
    advice = 'check HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY; a proxy is written as "http://proxy:3128".'


class SettingInvalid(ConfigurationError):
    """A number or a choice is out of range."""

    code = "setting-invalid"
    summary = "this value cannot be used"
    advice = "correct the value in the provider block."


class NotFinished(ApiError):
    """Work that the tenant does on its own did not end in the time of the operation.

    Parameters: `awaited`, what was waited for; `seen`, how it looked last.
    """

    code = "api-not-finished"
    summary = "it did not end in time"
    advice = "run again, which waits on; if it always takes so long, raise `timeouts` of this object."

    def __init__(self, awaited: str, seen: str = "") -> None:
        super().__init__(awaited, seen)
        self.awaited = awaited
        self.seen = seen

    def _lines(self) -> list[str]:
        seen = [f"Last seen: {self.seen}"] if self.seen else []
        return [f"Waited for {self.awaited}: {self.summary}.", *seen, f"What to do: {self.advice}"]


class RequestFailed(ApiError):
    """A request that did not succeed.

    Parameters
        attempted: method and path, such as "PUT /governance/purpose/10".
        status: the HTTP status, where there was an answer.
        server_message: the server's own words, secrets masked.
        detail: what was observed, where there are no words of the server.
        transient: another attempt may succeed.
        may_have_arrived: whether the server may have carried the request out all the same, in any of its attempts.
        retry_after: seconds that the server asked to wait.
        answer: the decoded JSON of a refusal, secrets masked.
    """

    def __init__(
        self,
        attempted: str,
        *,
        status: int | None = None,
        server_message: str = "",
        detail: str = "",
        transient: bool = False,
        may_have_arrived: bool = False,
        retry_after: float | None = None,
        answer: Any = None,
    ) -> None:
        super().__init__(attempted, status, server_message, detail)
        self.attempted = attempted
        self.status = status
        self.server_message = server_message
        self.detail = detail
        self.transient = transient
        self.may_have_arrived = may_have_arrived
        self.retry_after = retry_after
        self.answer = answer
        self.attempts = 1
        self.in_doubt = False

    def _lines(self) -> list[str]:
        doubt = "It is not known whether the server carried the request out: look before you repeat it."
        lines = [
            f"{self.attempted}: {self.summary}{self._circumstances()}.",
            self.detail and f"What was seen: {self.detail}",
            self.server_message and f"The server said: {self.server_message}",
            self.in_doubt and doubt,
            f"What to do: {self.advice}",
        ]
        return [line for line in lines if line]

    def _circumstances(self) -> str:
        status = f"status {self.status}" if self.status is not None else ""
        attempts = f"after {self.attempts} attempts" if self.attempts > 1 else ""
        return f" ({', '.join(filter(None, (status, attempts)))})" if status or attempts else ""


class NoAnswer(RequestFailed):
    """The tenant sent no answer that could be read."""


class ConnectionFailed(NoAnswer):
    """The connection could not be made (refused, unknown name, unreachable) or broke before the answer was complete."""

    code = "api-connection-failed"
    summary = "the connection to the tenant failed"
    advice = "check the host, that the tenant is up, and that no VPN, firewall or proxy is in the way; then run again."


class TlsFailed(ConnectionFailed):
    """The tenant's certificate is not trusted, or TLS could not be agreed."""

    code = "api-tls-failed"
    summary = "no trusted TLS connection to the tenant could be made"
    advice = "if the tenant or a proxy uses a private CA, name its certificates with ca_file."


class RequestTimeout(NoAnswer):
    """No answer within `request_timeout`."""

    code = "api-timeout"
    summary = "the tenant did not answer in time"
    advice = "run again; if it happens often, raise request_timeout or lower max_concurrent_requests."


class Interrupted(NoAnswer):
    """Asked to stop while the client waited for its next attempt."""

    code = "api-interrupted"
    summary = "stopped on request before it succeeded"
    advice = "run again: what was done so far is in the state."

    def __init__(self, attempted: str = "a wait", *, detail: str = "") -> None:
        super().__init__(attempted, detail=detail)


class ServerUnavailable(RequestFailed):
    """The tenant, or a proxy in front of it, answers 5xx."""

    code = "api-server-unavailable"
    summary = "the tenant failed to serve the request"
    advice = "run again later; if it stays, give the server's message to the administrator of the tenant."


class RateLimited(RequestFailed):
    """The tenant answers 429 and goes on doing so."""

    code = "api-rate-limited"
    summary = "the tenant limits the rate of requests"
    advice = "run again later; lower max_concurrent_requests (or terraform's -parallelism), or raise max_retries."


class Refused(RequestFailed):
    """The tenant understood the request and said no."""


class Unauthorized(Refused):
    """401: the API key or token is not accepted."""

    code = "api-unauthorized"
    summary = "the tenant does not accept the API key"
    advice = "check that the key belongs to this host and was not revoked (IMMUTA_API_KEY or api_key, and host)."


class Forbidden(Refused):
    """403: the key's owner lacks a permission."""

    code = "api-forbidden"
    summary = "the owner of the API key may not do this"
    advice = "have the missing permission granted to the owner of the key; `immuta-tf doctor` lists what needs which."


class NotFound(Refused):
    """404: no such object."""

    code = "api-not-found"
    summary = "there is no such object"
    advice = "check the id or the key; the object may have been deleted outside, or the host be another tenant."


class Conflict(Refused):
    """409: the state of the tenant forbids it now."""

    code = "api-conflict"
    summary = "this contradicts what is in the tenant"
    advice = "if the object exists already, import it; if it is being worked on, run again when that is done."


class InvalidRequest(Refused):
    """400, 422 and their like: the tenant does not accept the content."""

    code = "api-invalid-request"
    summary = "the tenant does not accept the request"
    advice = "correct the value that the server names; what the request refers to must exist first."


class AcknowledgementRequired(Refused):
    """The caller has not accepted the legal text of a purpose of the project."""

    code = "api-acknowledgement-required"
    summary = "the owner of the API key must first accept the acknowledgement of the project's purposes"
    advice = (
        "accept it in the Immuta UI as that user; with acknowledge_purposes = true the provider accepts it for them."
    )


class UnexpectedAnswer(RequestFailed):
    """The answer is not what the API documents: a web page, broken JSON, missing attributes, a redirect."""

    code = "api-unexpected-answer"
    summary = "the answer is not what the Immuta API documents"
    advice = "check that host is the tenant itself, not a login page or proxy, and that its version has this endpoint."
