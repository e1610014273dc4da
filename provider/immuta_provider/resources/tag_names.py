"""Tags are named in configurations, and the API of data objects wants their numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from terraform_plugin import DiagnosticError, Path

if TYPE_CHECKING:
    from immuta_provider.session import Session


def identifier(session: Session, name: str) -> int:
    """The number of the tag with exactly this name. Raises DiagnosticError unless there is one such tag."""
    found = session.tags.find(name)
    if len(found) == 1:
        return found[0].id
    if found:
        catalogs = ", ".join(sorted(f'"{each.source}"' for each in found))
        raise DiagnosticError(
            f'There is more than one tag "{name}"',
            f"The catalogs {catalogs} have a tag of that name each, and nothing says which one is meant.",
            Path("tags"),
        )
    raise DiagnosticError(
        f'There is no tag "{name}"',
        "Give the whole name with all parents, such as `Discovered.PII`. The tag must exist first.",
        Path("tags"),
    )
