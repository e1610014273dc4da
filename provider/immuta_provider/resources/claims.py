"""Two objects of the state that are the same object of Immuta: neither may delete what the other one stands for.

It comes about when a creation adopts what exists: with `create_before_destroy` and a key that stays, or when an address
changes without a `moved` block. Within a run the creation's claim makes the deletion pass by; where the run ended
between the two, the next plan is refused instead of deleting what the configuration wants.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from terraform_plugin import DiagnosticError, Model

if TYPE_CHECKING:
    from collections.abc import Iterator

    from terraform_plugin import Context

Key = tuple[type[Model], str]  # the kind of object, and its id
_PATIENCE_SECONDS = 600


class TakenAwayError(DiagnosticError):
    """What a creation has found is deleted by the same run: the creation may begin again."""


class Claims:
    """What the objects of one run of Terraform have to do with the objects of Immuta. None as key: nothing to claim."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._planned: dict[bool, set[Key]] = {False: set(), True: set()}
        self._adopted: dict[Key, Context[Any]] = {}
        self._being_deleted: set[Key] = set()
        self._deleted: set[Key] = set()

    def plan(self, ctx: Context[Any], key: Key | None, *, deletes: bool) -> None:
        """A plan keeps an object, or deletes it. Raises DiagnosticError where it does both."""
        if key is None:
            return
        with self._changed:
            self._planned[deletes].add(key)
            both = key in self._planned[not deletes]
        if both:
            raise DiagnosticError(
                f"Two objects of the state are {ctx.label}, and the plan would delete it for one of them",
                "A replacement with `create_before_destroy` was interrupted, or it was imported twice. Run "
                f"`terraform state rm <address>`; then, if no other address has it, `terraform import <address> "
                f"'id:{key[1]}'`.",
            )

    def adopt(self, ctx: Context[Any], key: Key) -> None:
        """A creation takes the object over, if need be after a deletion that fails. Raises TakenAwayError."""
        with self._changed:
            self._changed.wait_for(lambda: key not in self._being_deleted, _PATIENCE_SECONDS)
            if key not in self._deleted | self._being_deleted:
                self._adopted[key] = ctx
                return
        raise taken_away(ctx)

    def give_up(self, ctx: Context[Any]) -> None:
        """The creation failed after all."""
        with self._changed:
            self._adopted = {key: by for key, by in self._adopted.items() if by is not ctx}

    @contextmanager
    def deletion(self, key: Key | None) -> Iterator[bool]:
        """Around a deletion: whether it may go on, which it may not where a creation has taken the object over."""
        with self._changed:
            goes_on = key not in self._adopted
            if goes_on and key is not None:
                self._being_deleted.add(key)
        succeeded = False
        try:
            yield goes_on
            succeeded = True
        finally:
            self._ended(key if goes_on else None, succeeded=succeeded)

    def deletes(self, kind: type[Model]) -> bool:
        """Whether the run has deleted an object of a kind, or is about to."""
        with self._changed:
            return any(key[0] is kind for key in self._deleted | self._being_deleted)

    def _ended(self, key: Key | None, *, succeeded: bool) -> None:
        with self._changed:
            if key is not None:
                self._being_deleted.discard(key)
                if succeeded:
                    self._deleted.add(key)
            self._changed.notify_all()


def taken_away(ctx: Context[Any]) -> TakenAwayError:
    """The error for a creation that has found what is deleted."""
    return TakenAwayError(
        f"Cannot create {ctx.label}: what exists is being deleted by the same run",
        "Run `terraform apply` again. Where only the address has changed, a `moved` block says so.",
    )
