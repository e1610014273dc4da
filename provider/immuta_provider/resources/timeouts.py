"""`timeouts`: how long each operation on an object may take, all requests and retries together."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Final

from immuta_provider.durations import duration, seconds
from terraform_plugin import Model, attribute

if TYPE_CHECKING:
    from immuta_provider.session import Session

USUAL: Final = "5m"
LONG: Final = "30m"
LOCAL: Final = "it lives in the configuration and the state only"


def _limit(operation: str, usual: str = USUAL) -> Any:
    return attribute(
        default=usual, validators=[duration], unseen=LOCAL, description=f'How long to {operation}, such as `"10m"`.'
    )


class Timeouts(Model):
    """How long each operation may take."""

    create: str = _limit("create")
    read: str = _limit("read")
    update: str = _limit("update")
    delete: str = _limit("delete")


class LongTimeouts(Timeouts):
    """How long each operation may take, of an object that Immuta goes on working at after it has answered."""

    create: str = _limit("create", LONG)
    update: str = _limit("update", LONG)
    delete: str = _limit("delete", LONG)


def timeouts_attribute(kind: type[Timeouts] = Timeouts) -> Any:
    """The attribute `timeouts` of a resource."""
    return attribute(
        default=kind(**{member.name: member.default for member in kind.block}),
        unseen=LOCAL,
        description="How long each operation may take with all its requests. Changing it makes no request.",
    )


def limited(session: Session, timeouts: Timeouts | None, operation: str) -> AbstractContextManager[None]:
    """Limit everything inside the block to the time that `timeouts` gives the operation."""
    return session.client.within(seconds(getattr(timeouts, operation, None) or USUAL))
