"""`summary`: a policy in English, so that a plan shows in words what changes.

It is made from the other attributes alone, and by the same function for the plan and for the state. So it is known at
plan time wherever they are. It never is a reason for an update: where nothing else changes, it stays as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

from terraform_plugin import UNKNOWN, Model, attribute
from terraform_plugin.model import to_values
from terraform_plugin.values import wholly_known

if TYPE_CHECKING:
    from terraform_plugin.values import Unknown

M = TypeVar("M", bound=Model)
UNTOLD: Final = frozenset(
    {"id", "policy_key", "name", "data_source_id", "re_certify", "stored_form", "deletion_protection", "timeouts"}
)
NAME: Final = "summary"


def summary_attribute() -> Any:
    """The attribute `summary`."""
    return attribute(
        computed=True,
        keep_state=True,
        description="What the policy says, in English, a sentence a line: made from the other attributes, so that a "
        "plan shows in words what changes. Its wording may change with the provider. Parts that Immuta returns in no "
        "documented form are told as they were written.",
    )


def planned(kind: Literal["data", "subscription", "local"], prior: M | None, plan: M) -> M:
    """The plan with its summary, unless nothing else changes."""
    if prior is not None and plan.changed(prior) <= {NAME}:
        return plan
    return plan.replace(summary=_text(kind, plan))


def stored(kind: Literal["data", "subscription", "local"], state: M) -> M:
    """The state with its summary."""
    return state.replace(summary=_text(kind, state))


def _text(kind: Literal["data", "subscription", "local"], policy: M) -> str | Unknown:
    from immuta_policy_text import policy_text  # needed by policies only, and the provider starts for all objects

    told = {name: value for name, value in to_values(policy).items() if name not in UNTOLD | {NAME}}
    return policy_text(kind, told) if wholly_known(told) else UNKNOWN
