"""The life of an integration: what is asked for begins after the answer, so everything is waited for.

A status that refuses an operation is waited out. One that says that something failed becomes an error which lists the
validation tests that failed, because nothing else in the API tells why.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from immuta_provider.resources import waiting
from immuta_provider.resources.integrations import parts
from immuta_provider.resources.integrations.platforms import BY_TYPE
from terraform_plugin import Context, DiagnosticError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from immuta_provider.api import InvalidRequest, RequestFailed
    from immuta_provider.api.integrations import Integration, IntegrationsApi, Outcome, ValidationResults
    from immuta_provider.session import Session

CREATING: Final = "creating"
CREATE_ERROR: Final = "createError"
AILING: Final = "recurringValidationError"
CURE: Final = "Correct what the tests name: in the configuration, or on the platform (grants, network, credentials)"
NOT_EDITABLE: Final = "non-editable attribute"
_STATE: Final = re.compile(r"in current state (\w+)")


class Lifecycle:
    """One integration, driven from status to status within the time of an operation."""

    def __init__(self, ctx: Context[Any], identifier: int) -> None:
        self._ctx = ctx
        self._session: Session = ctx.provider
        self._api: IntegrationsApi = self._session.integrations
        self.id = identifier

    def settled(self) -> str | None:
        """The status when nothing changes it any more, None where the integration is gone."""
        from immuta_provider.api.integrations import BUSY

        return waiting.until(
            self._ctx,
            lambda: self._api.status(self.id),
            lambda status: status not in BUSY,
            awaited=f"the integration {self.id} to come to rest",
            seen=lambda status: f"its status is {status}",
            resumes=True,
        )

    def rested(self) -> Integration:
        """The integration when nothing changes it any more. Raises DiagnosticError where it is gone."""
        self.settled()
        return self.present()

    def sound(self, found: Integration, failed: str) -> Integration:
        """The integration, unless what was asked for failed, which raises DiagnosticError."""
        from immuta_provider.api.integrations import FAILED

        if found.status in FAILED:
            raise DiagnosticError(
                f"{self._ctx.attempted} {self._ctx.label}: {failed}, its status is {found.status}",
                f"{parts.told(self._session, found.validation_results, masks=True)}\n\n{self._way_out(found)}",
            )
        if found.status == AILING:
            warn_of(self._ctx, found, masks=True)
        return found

    def present(self) -> Integration:
        """The integration. Raises DiagnosticError where it is gone."""
        found = self._api.get(self.id)
        if found is None:
            raise DiagnosticError(
                f"{self._ctx.attempted} {self._ctx.label}: it is gone",
                "Somebody else deleted it. Run `terraform plan` to see what is left to do.",
            )
        return found

    def update(self, body: Mapping[str, Any]) -> Integration:
        """Replace the configuration, and wait for it."""
        from immuta_provider.api import InvalidRequest

        try:
            self._accepted(lambda: self._api.update(self.id, body))
        except InvalidRequest as error:
            told = explained(self._ctx, error, self.id, body)
            if told is None:
                raise
            raise told from error
        return self.sound(self.rested(), "Immuta accepted the change and could not carry it out")

    def delete(self, credentials: Mapping[str, Any] | None, *, force: bool) -> None:
        """Delete the integration, and wait until it is gone; what is gone is fine."""
        from immuta_provider.api import InvalidRequest

        try:
            gone = self._accepted(lambda: self._api.delete(self.id, credentials, force=force))
        except InvalidRequest as error:
            if error.status != 422:
                raise
            raise self._undeletable(error, credentials) from error
        if gone or self.settled() is None:
            return
        left = self._api.get(self.id)
        if left is not None:
            raise DiagnosticError(
                f"Cannot delete {self._ctx.label}: it is still there, and its status is {left.status}",
                f"{parts.told(self._session, left.validation_results, masks=False)}\n\n{CURE}, then destroy again. "
                "`force_disable = true`, once applied, deletes it without touching the platform.",
            )

    def _accepted(self, ask: Callable[[], object]) -> bool:
        """Ask, and where the status refuses that, wait for another. Returns whether it turned out to be gone."""
        from immuta_provider.api import Conflict
        from immuta_provider.api.errors import NotFinished

        refusal: RequestFailed | None = None
        for _ in self._session.client.turns():
            if self.settled() is None:
                return True
            try:
                ask()
            except Conflict as error:
                refusal = error
                if not _STATE.search(error.server_message):
                    raise
                self._ctx.progress(f"refused for now: {error.server_message}")
            else:
                return False
        assert refusal is not None
        raise NotFinished(f"the integration {self.id} to allow the operation", refusal.server_message)

    def _way_out(self, found: Integration) -> str:
        platform = BY_TYPE.get(found.type or "")
        if platform and not platform.updatable:
            return f"{CURE}, then apply again, which replaces it."
        if found.status == CREATE_ERROR:
            return (
                f"{CURE}, then apply again. The integration {self.id} exists and is finished then, although Terraform "
                "shows a replacement, because it marks what failed as tainted; on another host it is replaced."
            )
        return f"{CURE}, then apply again. Immuta has gone back to the former configuration."

    def _undeletable(self, error: InvalidRequest, credentials: Mapping[str, Any] | None) -> DiagnosticError:
        results = _results(self._ctx, error, lambda: self._api.try_deletion(self.id, credentials))
        return DiagnosticError(
            f"Cannot delete {self._ctx.label}: its validation failed",
            f"{parts.told(self._session, results, masks=False)}\n\n{CURE}; wrong credentials are put right by applying "
            "others, or `destroy_credentials`. `force_disable = true`, once applied, deletes it without touching the "
            f"platform.\n\n{_words(error)}",
        )


def explained(
    ctx: Context[Any], error: InvalidRequest, identifier: int | None, body: Mapping[str, Any]
) -> DiagnosticError | None:
    """What a user is told when a write was refused because a validation test failed, or something cannot change."""
    if error.status == 422:
        results = _results(ctx, error, lambda: ctx.provider.integrations.try_out(identifier, body))
        return DiagnosticError(
            f"{ctx.attempted} {ctx.label}: its validation failed",
            f"{parts.told(ctx.provider, results, masks=True)}\n\n{CURE}, then apply again. Nothing was changed.\n\n"
            + _words(error),
        )
    if NOT_EDITABLE in error.server_message:
        return DiagnosticError(
            f"{ctx.attempted} {ctx.label}: Immuta does not change all of it",
            f"The server said: {error.server_message}\nTake these changes back; or replace the integration "
            "(`terraform apply -replace=<address>`), which leaves the platform without its policies until the new one "
            "is enabled.",
        )
    return None


def _words(error: InvalidRequest) -> str:
    return f"{error.attempted}, status {error.status}. The server said: {error.server_message}"


def _results(ctx: Context[Any], error: InvalidRequest, dry_run: Callable[[], Outcome]) -> ValidationResults:
    """What failed: the refusal says it, or a dry run of the same does."""
    from immuta_provider.api import ApiError
    from immuta_provider.api.integrations import ValidationResults

    answer = error.answer if isinstance(error.answer, dict) else {}
    results: ValidationResults = ValidationResults.read(error.attempted, answer.get("validationResults") or {})
    if not results.failed:
        try:
            return dry_run().validation_results
        except ApiError:
            ctx.progress("a dry run does not tell which validation tests fail either")
    return results


def warn_of(ctx: Context[Any], found: Integration, *, masks: bool = False) -> None:
    """Warn of an integration of which the status says that something is wrong. `masks`: see `parts.told`."""
    by_itself = "Immuta looks again by itself." if found.status == AILING else "The next apply sends it all again."
    ctx.warning(
        f"The status of {ctx.label} is {found.status}",
        f"{parts.told(ctx.provider, found.validation_results, masks=masks)}\n\n{CURE}. {by_itself}",
    )


def warn_of_tests(ctx: Context[Any], results: ValidationResults) -> None:
    """Warn of a dry run in which tests failed."""
    if results.failed:
        ctx.warning(
            f"A dry run of the planned change of {ctx.label} failed",
            f"{parts.told(ctx.provider, results, masks=True)}\n\n{CURE}.",
        )
