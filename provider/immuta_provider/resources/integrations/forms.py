"""From attributes to the API's names and back, for all platforms: a model says what there is, this moves it.

What the API redacts or leaves out keeps the value that is known. An object that is off is sent as `{"enabled": false}`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

from immuta_provider.resources import secrets
from terraform_plugin import Model, attribute, is_unknown
from terraform_plugin.validators import at_most_one_of, between, exactly_one_of, length, matches

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from terraform_plugin.schema import Attribute, BlockValidator

M = TypeVar("M", bound=Model)

HOST: Final = r"[A-Za-z0-9][A-Za-z0-9._-]*"
USERNAME: Final = "Immuta redacts it"
FIXED: Final = "Another one is another integration."
some_text: Final = length(1)
port_number: Final = between(0, 65535)
bare_host: Final = matches(HOST, "a bare host name, without scheme, port and path")


def fixed(before: Any, after: Any) -> bool:
    """`requires_replace` of what cannot change in place. What an import could not read is not changed by being set."""
    return before is not None and before != after


def came_or_went(before: Any, after: Any) -> bool:
    """`requires_replace` of a platform: another one is another integration."""
    return (before is None) != (after is None)


def same_host(left: str | None, right: str | None) -> bool:
    """Upper and lower case mean nothing in a host name."""
    return (left or "").lower() == (right or "").lower()


def no_marker_in(texts: Iterable[Any]) -> str | None:
    """A validator of a set of texts: none is empty."""
    return "a text in it is empty" if any(each == "" for each in texts) else None


def text(description: str, **more: Any) -> Any:
    """A text that has to be given."""
    return attribute(required=True, validators=[some_text, secrets.not_redacted], description=description, **more)


def optional_text(description: str, **more: Any) -> Any:
    """A text that may be left out."""
    return attribute(validators=[some_text, secrets.not_redacted], description=description, **more)


def host(description: str) -> Any:
    """The host by which an integration is known; another one is another integration."""
    return attribute(
        required=True,
        requires_replace=fixed,
        validators=[bare_host],
        same=same_host,
        description=f"{description} A bare host name; upper and lower case mean nothing. {FIXED}",
    )


def port(usual: int) -> Any:
    """The port of the platform."""
    return attribute(default=usual, validators=[port_number], description="The port.")


def username(description: str) -> Any:
    """A user name, which the API redacts."""
    return text(description, unseen=USERNAME)


def given_or_not(name: str) -> BlockValidator:
    """A rule: at most one of the two forms of the secret `name` is set."""
    return at_most_one_of(name, f"{name}_wo")


def one_method(*names: str) -> BlockValidator:
    """A rule: exactly one way to sign in is configured."""
    return exactly_one_of(*names)


def camel(name: str) -> str:
    """The API's name of an attribute."""
    first, *others = name.split("_")
    return first + "".join(each.capitalize() for each in others)


def is_secret(member: Attribute) -> bool:
    """Whether an attribute is a secret that has a write-only form beside it."""
    return member.unseen == secrets.NOT_RETURNED and member.sensitive


def secret_of(config: Any, name: str) -> str | None:
    """The secret `name` of a configured object in whichever form, None where it is not given or not known yet."""
    forms = (getattr(config, name), getattr(config, f"{name}_wo", None))
    if forms == (None, None) or any(is_unknown(each) for each in forms):
        return None
    return secrets.value(config, name)


def body(planned: Model, config: Any) -> dict[str, Any]:
    """An object as requests have it; secrets come from the configuration, which has them all."""
    made: dict[str, Any] = {}
    for member in planned.block:
        value = _sent(member, getattr(planned, member.name), config)
        if value is not None and not is_unknown(value):
            made[camel(member.name)] = value
    return {"enabled": False} if made.get("enabled") is False else made


def _sent(member: Attribute, planned: Any, config: Any) -> Any:
    if is_secret(member):
        return secret_of(config, member.name)
    if _beside_a_secret(member):
        return None
    if isinstance(planned, Model):
        return body(planned, getattr(config, member.name, None))
    return sorted(planned) if isinstance(planned, frozenset) else planned


def state(kind: type[M], known: Any, returned: Mapping[str, Any]) -> M:
    """The same read back. `known` is what the state has, None after an import."""
    read: dict[str, Any] = {}
    for member in kind.block:
        before = getattr(known, member.name, None)
        before = None if is_unknown(before) else before
        if is_secret(member):
            read |= secrets.known(known, member.name)
        elif not _beside_a_secret(member):
            read[member.name] = _read(member, before, returned.get(camel(member.name)))
    return kind(**read)


def _read(member: Attribute, known: Any, returned: Any) -> Any:
    if member.nested:
        return state(member.nested.block.model, known, returned) if isinstance(returned, dict) else known
    if isinstance(returned, list):
        return frozenset(map(str, returned))
    if returned is None or is_marker(returned):
        return member.default if member.has_default and isinstance(member.default, bool) else known
    if member.number is int:
        return int(returned)
    return returned if isinstance(returned, bool) else str(returned)


def filled(planned: M, found: M) -> M:
    """What is planned, with the values of `found` where it is not known yet."""
    return planned.replace(
        **{name: _filled(getattr(planned, name), getattr(found, name)) for name in planned.block.attributes}
    )


def _filled(planned: Any, found: Any) -> Any:
    if isinstance(planned, Model) and isinstance(found, Model):
        return filled(planned, found)
    return found if is_unknown(planned) else planned


def is_marker(value: Any) -> bool:
    """Whether a value is what Immuta shows in place of a secret."""
    return secrets.is_marker(value) or (isinstance(value, str) and len(value) > 1 and not value.strip("*"))


def _beside_a_secret(member: Attribute) -> bool:
    return member.write_only or member.name.endswith("_wo_version")
