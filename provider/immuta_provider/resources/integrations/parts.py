"""Small objects that several platforms have, and what Immuta found when it last looked at a platform."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from immuta_provider.resources import secrets
from immuta_provider.resources.integrations import forms, messages
from terraform_plugin import Model, attribute

if TYPE_CHECKING:
    from immuta_provider.api import integrations as api
    from immuta_provider.session import Session

IMPERSONATION_ROLE = "IMMUTA_IMPERSONATION"


class Audit(Model):
    """Whether queries are audited."""

    enabled: bool = attribute(default=False, description="Whether Immuta reads the platform's own audit records.")


class Impersonation(Model):
    """Whether people may act as others."""

    enabled: bool = attribute(default=False, description="Whether people may impersonate others.")
    role: str = attribute(
        default=IMPERSONATION_ROLE,
        validators=[forms.some_text],
        description="The role that allows it. Where Immuta sets the platform up, the role must not exist yet.",
    )


class UserPassword(Model, validators=[secrets.given("password")]):
    """A user and a password."""

    username: str = forms.username("The user.")
    password: str | None = secrets.kept("The password.")
    password_wo: str | None = secrets.write_only("password")
    password_wo_version: int = secrets.version("password")


class ValidationTest(Model):
    """One thing that Immuta looked at."""

    name: str | None = attribute(computed=True, description="What was looked at.")
    status: str | None = attribute(computed=True, description="`passed`, `failed`, `warning` or `skipped`.")
    message: str | None = attribute(
        computed=True,
        description="What was found, where it is one of the messages that Immuta documents. Other words may quote a "
        "secret: they stand in the errors and warnings of an apply only, with the secrets masked.",
    )


class ValidationResults(Model):
    """What Immuta found when it last looked at the platform."""

    status: str | None = attribute(computed=True, description="All of it together.")
    tests: list[ValidationTest] | None = attribute(computed=True, description="What was looked at, one by one.")


def usual_impersonation(role: str = IMPERSONATION_ROLE) -> Impersonation:
    """Impersonation is off."""
    return Impersonation(enabled=False, role=role)


def connect_args(whose: str) -> Any:
    """The secret `connect_args`: driver arguments may hold the passphrase of a key."""
    return secrets.kept(f"Further arguments for the driver of {whose}, such as the passphrase of an encrypted key.")


def results(found: api.ValidationResults) -> ValidationResults:
    """The results as attributes. What a test returned is left out: it may name users."""
    return ValidationResults(
        status=found.status,
        tests=[
            ValidationTest(name=test.name, status=test.status, message=messages.harmless(test.message))
            for test in found.validation_tests
        ],
    )


def told(session: Session, found: api.ValidationResults, *, masks: bool) -> str:
    """What failed, one line for each test. `masks`: the secrets are known, so that those in it are masked."""

    def words(message: str | None) -> str:
        if not message:
            return "no message"
        return session.client.masked(message) if masks else messages.harmless(message) or messages.LEFT_OUT

    # Names are Immuta's own; one that begins with "Basic" would look like credentials.
    failed = [f"  {test.name}: {words(test.message)}" for test in found.failed]
    if not failed:
        return "Immuta names no validation test that failed."
    return "\n".join(["These validation tests failed:", *failed])
