"""What a user is told: errors and warnings, with the attribute that they are about.

Terraform 1.11 shows only the resource for a path below a top-level attribute, so the path is repeated in the text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from terraform_plugin.messages import tfplugin6
from terraform_plugin.paths import ROOT, Path

ERROR = 1
WARNING = 2


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One message to the user. `severity` is ERROR or WARNING."""

    severity: int
    summary: str
    detail: str = ""
    path: Path = ROOT

    def to_message(self) -> Any:
        """The diagnostic as protocol message, the path also in its text."""
        detail = self.detail
        if self.path.steps and str(self.path) not in self.detail:
            detail = f"Attribute: {self.path}\n\n{self.detail}".rstrip()
        message = tfplugin6["Diagnostic"](severity=self.severity, summary=self.summary, detail=detail)
        if self.path.steps:
            message.attribute.CopyFrom(self.path.to_message())
        return message


class DiagnosticError(Exception):
    """Ends a handler with an error that the user reads.

    Parameters: `summary`, one line that says what was attempted on which object; `detail`, what happened and what to
    do next; `path`, the attribute that it is about, where it is about one.
    """

    def __init__(self, summary: str, detail: str = "", path: Path = ROOT) -> None:
        super().__init__(f"{summary}: {detail}" if detail else summary)
        self.diagnostic = Diagnostic(ERROR, summary, detail, path)


class Stopped(DiagnosticError):
    """Terraform asked the provider to stop (the user pressed Ctrl-C, or another operation failed)."""

    def __init__(self) -> None:
        super().__init__(
            "Interrupted",
            "Terraform asked to stop, so the wait was ended. What was created so far is in the state; "
            "run `terraform apply` again to finish.",
        )
