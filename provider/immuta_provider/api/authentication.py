"""The two documented ways to say who calls: the API key itself, or a bearer token that it is exchanged for."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Protocol

from immuta_provider.api.errors import Unauthorized

if TYPE_CHECKING:
    from collections.abc import Callable

    from immuta_provider.api.masking import Masker

AUTHENTICATE = "/bim/apikey/authenticate"


class Authenticator(Protocol):
    """Gives the value of the Authorization header."""

    def header(self) -> str:
        """The value to send now."""

    def renew(self, refused: str) -> bool:
        """Told that the server refused `refused` with 401: whether there will be another value to send at once."""


class ApiKeyAuthentication:
    """The API key as it is, without a scheme word. A key that is refused can only be sent again later."""

    def __init__(self, api_key: str) -> None:
        self._api_key = api_key

    def header(self) -> str:
        """The key."""
        return self._api_key

    def renew(self, refused: str) -> bool:  # noqa: ARG002 - part of the protocol
        """Never: there is nothing to renew."""
        return False


class BearerAuthentication:
    """A token from POST /bim/apikey/authenticate, kept until the server refuses it.

    `exchange` posts the key and returns the decoded answer. However many threads need a token, one asks for it and
    the others wait for the same one.
    """

    def __init__(self, exchange: Callable[[], Any], masker: Masker) -> None:
        self._exchange = exchange
        self._masker = masker
        self._lock = threading.Lock()
        self._header = ""

    def header(self) -> str:
        """`Bearer <token>`, with a token asked for if there is none. Raises a RequestFailed when that fails."""
        with self._lock:
            if not self._header:
                self._header = f"Bearer {self._token()}"
            return self._header

    def renew(self, refused: str) -> bool:
        """Forget the refused token, unless another thread has replaced it already. There is always another."""
        with self._lock:
            if self._header == refused:
                self._header = ""
        return True

    def _token(self) -> str:
        answer = self._exchange()
        token = answer.get("token") if isinstance(answer, dict) and answer.get("authenticated") is not False else None
        if not isinstance(token, str) or not token:
            raise Unauthorized(f"POST {AUTHENTICATE}", detail="the tenant gave no token for the API key")
        self._masker.add(token)
        return token
