"""What all parts of a connection share: from attributes to the API's names and back, with secrets on one side only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

from immuta_provider.resources import secrets
from terraform_plugin import Model
from terraform_plugin.validators import between, length, matches

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from terraform_plugin.schema import Attribute

M = TypeVar("M", bound=Model)

USUAL_PORT: Final = 443
some_text: Final = length(1)
port_number: Final = between(1, 65535)
uri: Final = matches(r"[A-Za-z][A-Za-z0-9+.-]*://\S+", "an address with its scheme, such as https://example.com")
system_name: Final = matches(r"[A-Za-z_][A-Za-z0-9_]*", "a name of letters, digits and underscores, no digit first")


def camel(name: str) -> str:
    """The API's name of an attribute."""
    first, *others = name.split("_")
    return first + "".join(other.capitalize() for other in others)


def all_some_text(texts: Iterable[Any]) -> str | None:
    """A validator: no text of a set is empty."""
    return "a text in it is empty" if any(each == "" for each in texts) else None


def same_host(left: str | None, right: str | None) -> bool:
    """Scheme, trailing slash and case mean nothing."""
    return _bare(left) == _bare(right)


def _bare(host: str | None) -> str:
    return (host or "").lower().partition("://")[2].rstrip("/") or (host or "").lower().rstrip("/")


def same_upper_case(left: str | None, right: str | None) -> bool:
    """Immuta upper-cases the name."""
    return (left or "").upper() == (right or "").upper()


def body(planned: Model, config: Any) -> dict[str, Any]:
    """An object of texts and secrets as requests have it; secrets come from the configuration, which has them all."""
    made: dict[str, Any] = {}
    for member in planned.block:
        found = getattr(planned, member.name)
        if member.sensitive:
            made[camel(member.name)] = secrets.value(config, member.name)
        elif not _of_a_secret(member) and found is not None:
            inner = getattr(config, member.name)
            made[camel(member.name)] = body(found, inner) if isinstance(found, Model) else found
    return made


def state(kind: type[M], known: Any, returned: Mapping[str, Any]) -> M:
    """The same read back: what is redacted or a secret comes from `known`, which is None after an import."""
    read: dict[str, Any] = {}
    for member in kind.block:
        if member.sensitive:
            read |= secrets.known(known, member.name)
        elif not _of_a_secret(member):
            read[member.name] = _read(member, getattr(known, member.name, None), returned.get(camel(member.name)))
    return kind(**read)


def readable(returned: Any, known: Any) -> Any:
    """A value that the API may redact."""
    return known if secrets.is_marker(returned) else returned


def port(returned: int | None, known: Any) -> int:
    """The port, which the API may leave out."""
    if returned is not None:
        return returned
    before = getattr(known, "port", None)
    return USUAL_PORT if before is None else int(before)


def _read(member: Attribute, known: Any, returned: Any) -> Any:
    if member.nested:
        return state(member.nested.block.model, known, returned if isinstance(returned, dict) else {})
    found = readable(returned, known)
    return None if found is None else str(found)


def _of_a_secret(member: Attribute) -> bool:
    return member.write_only or member.name.endswith("_wo_version")
