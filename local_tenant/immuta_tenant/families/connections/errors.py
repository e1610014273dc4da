"""The errors of the Connections API.

They have a form of their own, `{"errors": [{"code", "message", ...}]}`, and two of the calls that start a task have
yet another one. The codes are documented, which of them comes when is not.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from immuta_tenant.errors import ApiError
from immuta_tenant.store import Document

GENERAL = "CONN001"
WRONG_STATE = "CONN003"
BAD_FILTER = "CONN004"
UNHEALTHY = "CONN005"
_PHRASED_HERE = (HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT)


class ConnectionsError(ApiError):
    """A refused request of the Connections API, with the body that answers it."""

    def __init__(self, status: HTTPStatus, message: str, body: dict[str, object]) -> None:
        super().__init__(status, message)
        self._body = body

    def envelope(self) -> dict[str, object]:
        """Return the documented body of the error."""
        return self._body


def error(code: str, message: str, **attributes: Any) -> Document:
    """Return one entry of a list of errors."""
    return {"code": code, "message": message, **attributes}


def phrased(code: str) -> Callable[[ApiError], ApiError]:
    """Return what gives the refusals of the pipeline this family's form and a code.

    A missing credential or permission, a wrong method or content type is documented nowhere and keeps the common form.
    """

    def phrase(refusal: ApiError) -> ApiError:
        if isinstance(refusal, ConnectionsError) or refusal.status not in _PHRASED_HERE:
            return refusal
        body: dict[str, object] = {"errors": [error(code, refusal.message)]}
        return ConnectionsError(refusal.status, refusal.message, body)

    return phrase


def wrong_state(connection: Document, attempt: str, allowed: tuple[str, ...]) -> ApiError:
    """Return a 409: the state of the connection forbids the request."""
    message = f"The connection {connection['connectionKey']} cannot be {attempt} in its state {connection['state']}."
    details = f"It must be {' or '.join(allowed)}."
    entry = error(WRONG_STATE, message, details=details, invalidState=connection["state"])
    return ConnectionsError(HTTPStatus.CONFLICT, message, {"errors": [entry]})


def task_conflict(task: Document) -> ApiError:
    """Return a 409: the same task with the same input is under way."""
    message = f"A task {task['type']} with this input is under way already."
    body: dict[str, object] = {"message": message, "taskId": task["taskId"], "taskType": task["type"]}
    return ConnectionsError(HTTPStatus.CONFLICT, message, body)


def unavailable(connection_key: str) -> ApiError:
    """Return a 503: no task can be started now. How often it is answered is counted, so it undoes nothing."""
    message = "The task cannot be started at the moment; try again later."
    body: dict[str, object] = {"connectionKey": connection_key, "message": message}
    refusal = ConnectionsError(HTTPStatus.SERVICE_UNAVAILABLE, message, body)
    refusal.undoes = False
    return refusal
