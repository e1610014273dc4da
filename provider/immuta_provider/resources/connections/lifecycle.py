"""The life of a connection: every change is waited for, and a state that forbids one is waited out or explained.

A change is accepted before it is carried out. So after each of them the connection is looked at until nothing is under
way any more; the tasks that were seen meanwhile tell what failed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, TypeVar

from immuta_provider.resources import waiting
from immuta_provider.resources.connections import health
from terraform_plugin import Context, DiagnosticError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from immuta_provider.api.connection_tasks import Task
    from immuta_provider.api.connections import Connection
    from immuta_provider.session import Session

T = TypeVar("T")
# What is called as soon as the connection was activated or deactivated, with it and whether it is active now.
Keep = Callable[["Connection", bool], None]

MOST_CONFLICTS: Final = 5
ACTIVE: Final = "ACTIVE"
INACTIVE: Final = "INACTIVE"
UNHEALTHY: Final = "UNHEALTHY"
DELETING: Final = "DELETING"
REACHABLE: Final = (ACTIVE, UNHEALTHY)


class Gone(DiagnosticError):
    """The connection disappeared while it was worked on."""


class Lifecycle:
    """One connection, driven from state to state within the time of an operation."""

    def __init__(self, ctx: Context[Any], key: str) -> None:
        self._ctx = ctx
        self._session: Session = ctx.provider
        self._key = key
        self._seen: dict[str, Task] = {}

    def look(self) -> Connection | None:
        """The connection as it is, None where there is none."""
        found = self._session.connections.get(self._key)
        if found is not None:
            self._seen |= {task.task_id: task for task in found.own_tasks}
        return found

    def settled_or_gone(self) -> Connection | None:
        """The connection when nothing changes it any more; None where it is gone."""
        return waiting.until(
            self._ctx,
            self.look,
            lambda found: found is None or found.settled,
            awaited=f"the connection {self._key} to come to rest",
            seen=_seen,
        )

    def settled(self) -> Connection:
        """The connection when nothing changes it any more. Raises Gone where there is none."""
        found = self.settled_or_gone()
        if found is None:
            raise Gone(
                f'{self._ctx.attempted} immuta_connection "{self._key}": it is gone',
                "Somebody else deleted it. Run `terraform plan` to see what is left to do.",
            )
        return found

    def carried_out(self) -> Connection:
        """The connection after a change of ours. Raises DiagnosticError where a task of it failed."""
        found = self.settled()
        reasons = [reason for reason in map(self._failure, [*self._seen]) if reason]
        if reasons and found.state != UNHEALTHY:
            raise DiagnosticError(
                f'{self._ctx.attempted} immuta_connection "{self._key}": Immuta did not carry it out',
                "\n".join(reasons) + "\nCorrect what it names, then run `terraform apply` again.",
            )
        return found

    def patch(self, found: Connection, changes: Mapping[str, Any], *, activate: bool, keep: Keep) -> Connection:
        """Change the connection. Parameters: `activate`, activate an inactive one first, which cannot be changed."""
        if activate and found.state == INACTIVE:
            found = self.activate(found, keep)
        self._accepted(found, "changed", REACHABLE, lambda: self._session.connections.patch(self._key, changes))
        return self.carried_out()

    def activate(self, found: Connection, keep: Keep) -> Connection:
        """Activate the connection, which may end unhealthy."""
        activate = self._session.connections.activate
        keep(self._accepted(found, "activated", (INACTIVE,), lambda: activate(self._key)), True)
        return self.carried_out()

    def deactivate(self, found: Connection, keep: Keep) -> Connection:
        """Deactivate the connection."""
        deactivate = self._session.connections.deactivate
        keep(self._accepted(found, "deactivated", (ACTIVE,), lambda: deactivate(self._key)), False)
        return self.carried_out()

    def driven(self, found: Connection, keep: Keep, *, active: bool) -> Connection:
        """The connection, active or not as is wished. Raises DiagnosticError where it is unhealthy."""
        if active and found.state == INACTIVE:
            found = self.activate(found, keep)
        if not active:
            found = self._looked_at_again(found)
        if not active and found.state == ACTIVE:
            found = self.deactivate(self._without_tasks(found), keep)  # which would end a sync that is under way
        if found.state != (ACTIVE if active else INACTIVE):
            raise self.unfit(found, "it is there" if active else "it cannot be deactivated")
        return found

    def delete(self, keep: Keep) -> None:
        """Delete the connection, deactivating it first; what is gone is fine."""
        from immuta_provider.api import NotFound

        try:
            self._delete(keep)
        except (Gone, NotFound):
            if self.look() is not None:
                raise

    def _delete(self, keep: Keep) -> None:
        found = self._looked_at_again(self.settled())
        if found.state == ACTIVE:
            found = self.deactivate(found, keep)
        if found.state != INACTIVE:
            raise self._undeletable(found)
        self._delete_inactive(found)

    def unfit(self, found: Connection, what: str) -> DiagnosticError:
        """The error for a connection that did not get where it should."""
        reasons = [reason for reason in map(self._failure, [*self._seen]) if reason]
        told = "\n".join([health.told(self._session, found), *reasons])
        return DiagnosticError(
            f'{self._ctx.attempted} immuta_connection "{self._key}": {what} and its state is {found.state}',
            f"Immuta says:\n{told}\n\n{self._way_out()}",
        )

    def _way_out(self) -> str:
        if not waiting.is_tainted(self._ctx):
            return health.CURE
        return f"The connection exists: {waiting.UNTAINT}. {health.CURE} Then run `terraform apply`."

    def _looked_at_again(self, found: Connection) -> Connection:
        """The connection; an unhealthy one, after Immuta has validated it once more: the cause may be gone."""
        if found.state != UNHEALTHY:
            return found
        self._accepted(found, "validated", REACHABLE, lambda: self._session.connections.validate(self._key))
        return self.settled()

    def _accepted(self, found: Connection, done: str, allowed: tuple[str, ...], change: Callable[[], T]) -> T:
        """Ask for a change; where the state forbids it, wait for another state."""
        from immuta_provider.api import Conflict

        for attempt in range(1, MOST_CONFLICTS + 1):
            if found.state not in allowed:
                raise self.unfit(found, f"it cannot be {done}")
            self._seen.clear()
            try:
                return change()
            except Conflict:
                if attempt == MOST_CONFLICTS:
                    raise
            self._ctx.progress("somebody else changes it: waiting")
            self._pause()
            found = self.settled()
        raise AssertionError("the last attempt returns or raises")

    def _pause(self) -> None:
        turns = self._session.client.turns()
        next(turns)
        next(turns, None)

    def _delete_inactive(self, found: Connection) -> None:
        found = self._without_tasks(found)
        task_id = self._accepted(found, "deleted", (INACTIVE,), lambda: self._session.connections.delete(self._key))
        task = self._session.connection_tasks.wait(self._key, task_id, seen=self._tell) if task_id else None
        left = waiting.until(
            self._ctx,
            self.look,
            lambda found: found is None or found.state != DELETING,
            awaited=f"the connection {self._key} to be gone",
            seen=_seen,
        )
        if left is not None:
            reason = self._failure(task.task_id) if task else ""
            raise DiagnosticError(
                f'Cannot delete immuta_connection "{self._key}": it is still there and its state is {left.state}',
                f"{reason or 'Immuta gives no reason.'}\nRun `terraform destroy` again; if it stays, delete it in the "
                "UI of Immuta.",
            )

    def _without_tasks(self, found: Connection) -> Connection:
        """The connection when no task is under way any more, not even a sync."""
        if not found.active_tasks:
            return found
        waiting.until(
            self._ctx,
            self.look,
            lambda now: now is None or all(task.finished for task in now.active_tasks),
            awaited=f"the tasks of the connection {self._key} to end",
            seen=_seen,
        )
        return self.settled()

    def _tell(self, task: Task) -> None:
        self._ctx.progress(f"{task.type} is {task.status}")

    def _failure(self, task_id: str) -> str:
        """Why a task failed; empty where it did not."""
        tasks = self._session.connection_tasks
        task = tasks.get(self._key, task_id)
        if task is None or not task.finished or task.status == "SUCCEEDED":
            return ""
        error = next((run.error for run in tasks.runs(self._key, task_id) if run.error), None)
        because = f": {error.code}: {error.message}" if error else ""
        return self._session.client.masked(f"The task {task.type} {task_id} is {task.status}{because}")

    def _undeletable(self, found: Connection) -> DiagnosticError:
        told = health.told(self._session, found)
        return DiagnosticError(
            f'Cannot delete immuta_connection "{self._key}": its state is {found.state}',
            f"Immuta deletes inactive connections only, and deactivates active ones only. It has looked once "
            f"more and says:\n{told}\n\n"
            "Make it healthy first. If the cause lies on the platform, put it right there and run again: Immuta then "
            "looks once more. If the configuration is what is wrong and Terraform wants to replace the connection (it "
            "is tainted), run `terraform untaint <address>`, correct the configuration and apply: that changes it in "
            "place.",
        )


def _seen(found: Connection | None) -> str:
    if found is None:
        return "it is gone"
    tasks = ", ".join(f"{task.type} is {task.status}" for task in found.active_tasks)
    return f"its state is {found.state}{f', {tasks}' if tasks else ''}"
