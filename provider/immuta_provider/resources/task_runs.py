"""How a task of a connection ended, in words: the task says whether, its last run says why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from immuta_provider.api import NotFound

if TYPE_CHECKING:
    from immuta_provider.api.connection_tasks import Run, Task
    from immuta_provider.session import Session

SUCCEEDED: Final = "SUCCEEDED"


def latest(session: Session, connection_key: str, task_id: str) -> Run | None:
    """The last run of a task; None where it has none, or is gone."""
    try:
        return next(iter(session.connection_tasks.runs(connection_key, task_id)), None)
    except NotFound:
        return None


def outcome(session: Session, task: Task, run: Run | None) -> str:
    """One sentence on how a task ended, with the server's own reason, secrets masked."""
    words = f"The task {task.task_id} ({task.type}) ended as {task.status}"
    if run is not None and run.error is not None:
        return f"{words}: {run.error.code}: {session.client.masked(run.error.message).rstrip('.')}."
    if run is not None and run.canceled_by:
        return f"{words} by {run.canceled_by}."
    return f"{words}."
