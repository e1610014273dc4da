"""`deletion_protection`: an object that must not be deleted is refused at plan time, replacements included."""

from __future__ import annotations

from typing import Any

from terraform_plugin import DiagnosticError, Path, attribute


def deletion_protection_attribute() -> Any:
    """The attribute `deletion_protection` of a resource."""
    return attribute(
        default=False,
        unseen="it lives in the configuration and the state only",
        description="Refuse every plan that would delete the object, by a destroy or by a replacement. To delete it, "
        "set this to false and apply first. What Terraform plans without asking, the replacement of a tainted object "
        "or `-replace`, is refused when it is applied. Changing it makes no request.",
    )


def refuse(label: str, protected: bool | None) -> None:
    """Raise DiagnosticError where the object is protected."""
    if protected:
        raise DiagnosticError(
            f"{label} is protected against deletion",
            "The plan would delete it. Set `deletion_protection = false` and apply, then delete or replace it. Where "
            "it is tainted, run `terraform untaint <address>` first.",
            Path("deletion_protection"),
        )
