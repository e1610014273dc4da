"""The errors of integrations, letter by letter as the documents print them, uneven capitals included."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus

from immuta_tenant.errors import ApiError
from immuta_tenant.families.integrations.platforms import Platform
from immuta_tenant.store import Document

_UPDATE_CREDENTIALS = (
    "If you need to update your integration credentials, use PUT to update the integration before disabling."
)


class IntegrationError(ApiError):
    """A refusal with a name of its own in `error`."""

    def __init__(self, status: HTTPStatus, error: str, message: str) -> None:
        super().__init__(status, message)
        self._error = error

    def envelope(self) -> dict[str, object]:
        """Return the documented body of an error."""
        return super().envelope() | {"error": self._error}


def no_integration(identifier: int, *, reading: bool) -> ApiError:
    """Return the 404 of an integration that there is not."""
    noun = "Integration" if reading else "integration"
    return IntegrationError(HTTPStatus.NOT_FOUND, "Not found", f"No {noun} found with ID {identifier}.")


def refused_state(identifier: int, status: str) -> ApiError:
    """Return the 409 of an integration that is being changed or deleted; its words are the same for DELETE."""
    message = f"Unable to edit integration with ID {identifier} in current state {status}."
    return IntegrationError(HTTPStatus.CONFLICT, "Conflict", message)


def taken(platform: Platform, site: str, other: Document) -> ApiError:
    """Return the refusal of a second integration on one site: a 400 when the first was never set up, else a 409."""
    at = site if platform.name == "Databricks" else f"host {site}"
    if other["status"] == "createError":
        message = (
            f"Use PUT /integrations/{other['id']} endpoint to update connection information for "
            f"{platform.label} integration on {at} (id = {other['id']}) that previously failed to create."
        )
        return IntegrationError(HTTPStatus.BAD_REQUEST, "Bad Request", message)
    if platform.name == "Native S3":
        message = "Access Grants location already exists on provided path."
    else:
        message = f"{platform.label} integration already exists on {at} (id = {other['id']})"
    return IntegrationError(HTTPStatus.CONFLICT, "Conflict", message)


def not_editable(attributes: Iterable[str]) -> ApiError:
    """Return the 400 of a PUT that changes what is fixed."""
    message = "Unable to edit integration due to changes of non-editable attribute(s)."
    return IntegrationError(HTTPStatus.BAD_REQUEST, "Bad request", f"{message} [{', '.join(attributes)}]")


def prerequisites_failed(platform: Platform, failed: Iterable[str]) -> ApiError:
    """Return the 422 of a POST whose validation failed."""
    message = "Validation of prerequisite setup failed. Unable to create integration."
    if platform.name == "Databricks" and "Metastore validation" in failed:
        message = "Processing Error: Error trying to get the current metastore info."
    return IntegrationError(HTTPStatus.UNPROCESSABLE_ENTITY, "Unprocessable entity", message)


def validation_failed(verb: str, identifier: int) -> ApiError:
    """Return the 422 of a PUT or DELETE whose validation failed."""
    message = f"Unable to {verb} integration with ID {identifier}, validation failed."
    return IntegrationError(HTTPStatus.UNPROCESSABLE_ENTITY, "Unprocessable entity", message)


def needless_credentials(platform: Platform) -> ApiError:
    """Return the 400 of credentials in a DELETE that takes none."""
    if platform.name == "Databricks":
        what = "to disable a Databricks Unity Catalog integration"
    else:
        what = "for disable unless the integration was configured automatically"
    message = f"Credentials are not required {what}. {_UPDATE_CREDENTIALS}"
    return IntegrationError(HTTPStatus.BAD_REQUEST, "Bad request", message)


def missing_credentials() -> ApiError:
    """Return the 400 of a DELETE that lacks the credentials."""
    message = (
        "Integrations that are automatically configured require privileged credentials to disable. "
        "Please provide them in your payload."
    )
    return IntegrationError(HTTPStatus.BAD_REQUEST, "Bad request", message)
