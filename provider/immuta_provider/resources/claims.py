"""Two objects of the state that are the same object of Immuta: neither may delete what the other one stands for.

It comes about when a creation adopts what exists: with `create_before_destroy` and a key that stays, or when an address
changes without a `moved` block. Within a run the creation's claim makes the deletion pass by; where the run ended
between the two, the next plan is refused instead of deleting what the configuration wants.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from terraform_plugin import DiagnosticError, Model

if TYPE_CHECKING:
    from terraform_plugin import Context

Key = tuple[type[Model], str]  # the kind of object, and its id


class Claims:
    """What the objects of one run of Terraform have to do with the objects of Immuta. None as key: nothing to claim."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._planned: dict[bool, set[Key]] = {False: set(), True: set()}
        self._adopted: dict[Key, Context[Any]] = {}
        self._deleted: set[Key] = set()

    def plan(self, ctx: Context[Any], key: Key | None, *, deletes: bool) -> None:
        """A plan keeps an object, or deletes it. Raises DiagnosticError where it does both."""
        if key is None:
            return
        with self._guard:
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
        """A creation takes the object over. Raises DiagnosticError where a deletion of the same run takes it away."""
        with self._guard:
            if key not in self._deleted:
                self._adopted[key] = ctx
                return
        raise DiagnosticError(
            f"Cannot create {ctx.label}: what exists is being deleted by the same run",
            "Run `terraform apply` again. Where only the address has changed, a `moved` block says so.",
        )

    def give_up(self, ctx: Context[Any]) -> None:
        """The creation failed after all."""
        with self._guard:
            self._adopted = {key: by for key, by in self._adopted.items() if by is not ctx}

    def delete(self, key: Key | None) -> bool:
        """Whether a deletion may go on: not where a creation of the same run has taken the object over."""
        with self._guard:
            if key in self._adopted:
                return False
            if key is not None:
                self._deleted.add(key)
            return True

    def keep(self, key: Key | None) -> None:
        """The deletion failed."""
        with self._guard:
            if key is not None:
                self._deleted.discard(key)
