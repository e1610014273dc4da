"""Secrets that the API takes and never returns: each is `x`, kept in the state, or `x_wo`, kept nowhere.

What is write-only cannot be compared, so `x_wo_version` is: another number means that the secret is sent again. Immuta
shows secrets as a marker; one that was copied from there is refused, and nothing that is read replaces a secret.

```python
class Login(Model, validators=[secrets.given("password")]):
    password: str | None = secrets.kept("The password.")
    password_wo: str | None = secrets.write_only("password")
    password_wo_version: int = secrets.version("password")
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from terraform_plugin import DiagnosticError, Model, attribute
from terraform_plugin.model import to_values
from terraform_plugin.validators import exactly_one_of
from terraform_plugin.values import is_unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from immuta_provider.session import Session
    from terraform_plugin.schema import Block, BlockValidator

MARKERS: Final = frozenset({"[REDACTED]", "<REDACTED>", "REDACTED"})
SHORTEST: Final = 4  # masking shorter ones would garble every text that happens to contain them
NOT_RETURNED: Final = "Immuta never returns it"
FIRST_VERSION: Final = 1


def is_marker(value: object) -> bool:
    """Whether a value is what Immuta shows in place of a secret."""
    return isinstance(value, str) and value.strip().upper() in MARKERS


def not_redacted(value: str) -> str | None:
    """A validator: a text that says something and is no marker."""
    if is_marker(value):
        return "it is what Immuta shows in place of a secret, and not the secret itself"
    return None if value else "it is empty"


def kept(description: str) -> Any:
    """The attribute `x`: a secret that stands in the state."""
    return attribute(
        sensitive=True,
        validators=[not_redacted],
        unseen=NOT_RETURNED,
        description=f"{description} It is kept in the state: protect that, or use the write-only form.",
    )


def write_only(name: str) -> Any:
    """The attribute `x_wo` for the secret `name`."""
    return attribute(
        write_only=True,
        validators=[not_redacted],
        unseen=NOT_RETURNED,
        description=f"The same as `{name}`, write-only: it stands in neither plan nor state. Terraform 1.11 or later.",
    )


def version(name: str) -> Any:
    """The attribute `x_wo_version` for the secret `name`."""
    return attribute(
        default=FIRST_VERSION,
        unseen="it lives in the configuration and the state only",
        description=f"Another number sends `{name}_wo` again, of which Terraform cannot see that it has changed.",
    )


def given(name: str) -> BlockValidator:
    """A rule: exactly one of the two forms of the secret `name` is set."""
    return exactly_one_of(name, f"{name}_wo")


def value(config: Any, name: str) -> str:
    """The secret `name` of a configured object, in whichever form. Raises DiagnosticError where it is a marker."""
    found = getattr(config, f"{name}_wo", None)
    found = getattr(config, name) if found is None else found
    wrong = not_redacted(found or "")
    if wrong:
        raise DiagnosticError(
            f"The secret `{name}` cannot be sent", f"{wrong}. Give the secret from a variable or a vault."
        )
    return str(found)


def known(state: Any, name: str) -> dict[str, Any]:
    """What the state knows of the secret `name`, as attributes; without a state, what an import begins with."""
    wo_version = getattr(state, f"{name}_wo_version", None)
    return {
        name: getattr(state, name, None),
        f"{name}_wo_version": FIRST_VERSION if wo_version is None else wo_version,
    }


def without_markers(returned: Any) -> Any:
    """A copy of decoded JSON without the members that are markers."""
    if isinstance(returned, dict):
        return {name: without_markers(each) for name, each in returned.items() if not is_marker(each)}
    return [without_markers(each) for each in returned] if isinstance(returned, list) else returned


def protect(session: Session, *models: Model) -> None:
    """Mask the secrets of these models in everything that is logged or said from now on."""
    found = (each for model in models for each in _secrets(model.block, to_values(model)))
    session.client.protect(*{each for each in found if len(each) >= SHORTEST})


def _secrets(block: Block, values: dict[str, Any]) -> Iterator[str]:
    for member in block:
        found = values.get(member.name)
        if found is None or is_unknown(found):
            continue
        if isinstance(found, str) and (member.sensitive or member.write_only):
            yield found
        elif member.nested and member.nested.mode == "single":
            yield from _secrets(member.nested.block, found)
