"""The HTTP client of the Immuta API. It knows nothing of Terraform and can be used on its own.

    from immuta_provider.api import Client, Settings
    from immuta_provider.api.purposes import PurposesApi

    with Client(Settings(host="your-tenant.example.com", api_key=key)) as client:
        purpose = PurposesApi(client).find("Retention")

A family of calls is a module of its own, with its class of calls and the models of what they return. Importing this
package is cheap: httpx and tenacity come with the first request, pydantic with the first family.
"""

from __future__ import annotations

from immuta_provider.api.clock import Clock, SystemClock
from immuta_provider.api.errors import (
    AcknowledgementRequired,
    ApiError,
    ConfigurationError,
    Conflict,
    Forbidden,
    Interrupted,
    InvalidRequest,
    NotFound,
    RequestFailed,
    Unauthorized,
    UnexpectedAnswer,
)
from immuta_provider.api.request_log import Log, LoggingLog
from immuta_provider.api.settings import Authentication, Settings
from immuta_provider.api.transport import Client

__all__ = [
    "AcknowledgementRequired",
    "ApiError",
    "Authentication",
    "Client",
    "Clock",
    "ConfigurationError",
    "Conflict",
    "Forbidden",
    "Interrupted",
    "InvalidRequest",
    "Log",
    "LoggingLog",
    "NotFound",
    "RequestFailed",
    "Settings",
    "SystemClock",
    "Unauthorized",
    "UnexpectedAnswer",
]
