"""What an HTTP answer means: decoded JSON, or the one error of the tree that says best what happened."""

from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING, Any, Final

from immuta_provider.api import errors

if TYPE_CHECKING:
    from collections.abc import Mapping

    from immuta_provider.api.calls import Call
    from immuta_provider.api.masking import Masker

LONGEST_MESSAGE: Final = 2000
_ACKNOWLEDGE: Final = "you must first acknowledge"
_REFUSALS: Final[dict[int, type[errors.Refused]]] = {
    401: errors.Unauthorized,
    403: errors.Forbidden,
    404: errors.NotFound,
    410: errors.NotFound,
    409: errors.Conflict,
}
_PERMANENT_5XX: Final = frozenset({501, 505, 511})


def decode(call: Call, status: int, headers: Mapping[str, str], body: bytes, masker: Masker) -> Any:
    """The decoded JSON of a successful answer, None where it has no content. Raises a RequestFailed for any other."""
    if not 200 <= status < 300:
        raise _failure(call, status, headers, body, masker)
    if not body.strip():
        if status == 204 or call.method not in ("GET", "HEAD"):
            return None
        raise _unreadable(call, status, "the answer is empty")
    if _is_html(headers, body):
        raise _unreadable(call, status, f"a web page came instead of JSON{_title(body, masker)}")
    if call.text and headers.get("content-type", "").startswith("text/"):
        return body.decode("utf-8", "replace")
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise _unreadable(call, status, f"{_no_json(body)} ({type(error).__name__})") from None


def missing(attempted: str, what: str) -> errors.UnexpectedAnswer:
    """The error for an answer that lacks what the API documents."""
    return errors.UnexpectedAnswer(attempted, detail=what)


def _failure(call: Call, status: int, headers: Mapping[str, str], body: bytes, masker: Masker) -> errors.RequestFailed:
    said = server_message(headers, body, masker)
    if 300 <= status < 400:
        where = masker.text(headers.get("location", "").partition("?")[0])
        return errors.UnexpectedAnswer(call.attempted, status=status, detail=f"a redirect to {where or 'nowhere'}")
    if status in (404, 410) and body.strip() and _decoded(body) is None:
        # A web server that is not the tenant answers so. Taking it for "the object is gone" would recreate objects.
        page = f"a web page came instead of JSON{_title(body, masker)}"
        return _unreadable(call, status, page if _is_html(headers, body) else _no_json(body))
    if status == 429:
        wait = retry_after(headers)
        return errors.RateLimited(call.attempted, status=status, server_message=said, transient=True, retry_after=wait)
    if status == 408:
        return errors.RequestTimeout(call.attempted, status=status, server_message=said, transient=True)
    if status >= 500:
        return _unavailable(call, status, headers, said)
    kind = _REFUSALS.get(status, errors.InvalidRequest) if status >= 400 else errors.UnexpectedAnswer
    if kind is not errors.UnexpectedAnswer and _ACKNOWLEDGE in said.lower():
        kind = errors.AcknowledgementRequired
    transient, answer = kind is errors.Unauthorized, masker.value(_decoded(body))
    return kind(call.attempted, status=status, server_message=said, transient=transient, answer=answer)


def _unavailable(call: Call, status: int, headers: Mapping[str, str], said: str) -> errors.ServerUnavailable:
    wait = retry_after(headers) if status == 503 else None
    return errors.ServerUnavailable(
        call.attempted,
        status=status,
        server_message=said,
        transient=status not in _PERMANENT_5XX,
        may_have_arrived=wait is None,
        retry_after=wait,
    )


def _unreadable(call: Call, status: int, detail: str) -> errors.UnexpectedAnswer:
    return errors.UnexpectedAnswer(call.attempted, status=status, detail=detail, transient=True, may_have_arrived=True)


def server_message(headers: Mapping[str, str], body: bytes, masker: Masker) -> str:
    """The server's own words, secrets masked, at most a few lines long."""
    if _is_html(headers, body):
        return f"a web page{_title(body, masker)}"
    answer = _decoded(body)
    text = masker.text(body.decode("utf-8", "replace").strip()) if answer is None else _words(masker.value(answer))
    return text if len(text) <= LONGEST_MESSAGE else text[:LONGEST_MESSAGE] + " ..."


def _decoded(body: bytes) -> Any:
    """The JSON of a body, None where it is none."""
    try:
        return json.loads(body.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None


def _words(answer: Any) -> str:
    if isinstance(answer, dict):
        for name in ("message", "error", "detail", "errors"):
            if answer.get(name):
                return _words(answer[name]) + _actions(answer)
    if isinstance(answer, list) and answer:
        return "; ".join(_words(item) for item in answer)
    return answer if isinstance(answer, str) else json.dumps(answer)


def _actions(answer: dict[str, Any]) -> str:
    """What the server wants done on the platform first (code CONN002 of connections)."""
    given = answer.get("requiredActions")
    actions = [each for each in given if isinstance(each, dict)] if isinstance(given, list) else []
    return "".join(f"\nRun on the platform ({each.get('description')}): {each.get('action')}" for each in actions)


def _no_json(body: bytes) -> str:
    return f"{len(body)} bytes that are not JSON"


def _is_html(headers: Mapping[str, str], body: bytes) -> bool:
    start = body[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return "html" in headers.get("content-type", "") or start.startswith((b"<!doctype", b"<html", b"<head"))


def _title(body: bytes, masker: Masker) -> str:
    found = re.search(rb"<title[^>]*>\s*(.{1,200}?)\s*</title>", body, re.IGNORECASE | re.DOTALL)
    return f' titled "{masker.text(found[1].decode("utf-8", "replace"))}"' if found else ""


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that `Retry-After` asks to wait (a number, or a date measured against the server's own Date)."""
    value = headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d+(\.\d+)?", value):
        return float(value)
    moment = _date(value)
    if moment is None:
        return None
    now = _date(headers.get("date", ""))
    return max(0.0, moment - (time.time() if now is None else now))


def _date(text: str) -> float | None:
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(text).timestamp()
    except (ValueError, TypeError):
        return None
