"""The HTTP client of the Immuta API. It knows nothing of Terraform and can be used on its own.

    with Client(Settings(host="your-tenant.example.com", api_key=key)) as client:
        purpose = PurposesApi(client).find("Retention")

Importing it is cheap: httpx and tenacity come with the first request, a family of calls (`PurposesApi`) and its
pydantic models with the first use of its name.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

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

if TYPE_CHECKING:
    from immuta_provider.api.iam import User, UsersApi
    from immuta_provider.api.projects import Project, ProjectsApi, SavedProject
    from immuta_provider.api.purposes import Purpose, PurposesApi, SavedPurpose
    from immuta_provider.api.subscription import SubscriptionPolicy

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
    "Project",
    "ProjectsApi",
    "Purpose",
    "PurposesApi",
    "RequestFailed",
    "SavedProject",
    "SavedPurpose",
    "Settings",
    "SubscriptionPolicy",
    "SystemClock",
    "Unauthorized",
    "UnexpectedAnswer",
    "User",
    "UsersApi",
]

_FAMILIES = {
    "iam": ("User", "UsersApi"),
    "projects": ("Project", "ProjectsApi", "SavedProject"),
    "purposes": ("Purpose", "PurposesApi", "SavedPurpose"),
    "subscription": ("SubscriptionPolicy",),
}


def __getattr__(name: str) -> Any:
    for module, names in _FAMILIES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
