"""The error envelope of the API and one constructor per status in use, so that no handler spells a status code.

The envelope is `{"statusCode", "error", "message"}`.
"""

from __future__ import annotations

from http import HTTPStatus


class ApiError(Exception):
    """A refused request: its HTTP status and the message for the caller.

    Attributes:
        undoes: whether what the request has done so far is undone, as it is for all but those that count refusals.
    """

    undoes = True

    def __init__(self, status: HTTPStatus, message: str, *, allow: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = {} if allow is None else {"Allow": allow}

    def envelope(self) -> dict[str, object]:
        """Return the documented body of an error."""
        return {"statusCode": int(self.status), "error": self.status.phrase, "message": self.message}


def bad_request(message: str) -> ApiError:
    """Return a 400: the request cannot be understood or names something that does not exist."""
    return ApiError(HTTPStatus.BAD_REQUEST, message)


def unauthorized(message: str) -> ApiError:
    """Return a 401: no credential, an unknown one, or one that has expired."""
    return ApiError(HTTPStatus.UNAUTHORIZED, message)


def forbidden(message: str) -> ApiError:
    """Return a 403: the caller is known and may not do this."""
    return ApiError(HTTPStatus.FORBIDDEN, message)


def not_found(message: str) -> ApiError:
    """Return a 404: the path, or the object that the path addresses, does not exist."""
    return ApiError(HTTPStatus.NOT_FOUND, message)


def method_not_allowed(method: str, allowed: str) -> ApiError:
    """Return a 405 with the methods that the path does have."""
    return ApiError(HTTPStatus.METHOD_NOT_ALLOWED, f"{method} is not supported on this path.", allow=allowed)


def conflict(message: str) -> ApiError:
    """Return a 409: the object exists already or its state forbids the request."""
    return ApiError(HTTPStatus.CONFLICT, message)


def unsupported_media_type(message: str) -> ApiError:
    """Return a 415: the body is in a format that this part of the API does not take."""
    return ApiError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, message)


def internal_error() -> ApiError:
    """Return a 500 that says nothing about the defect; the traceback goes to stderr."""
    return ApiError(HTTPStatus.INTERNAL_SERVER_ERROR, "An internal server error occurred.")
