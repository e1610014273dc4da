"""All policies in the files that a command is given, and what could not be read, file by file."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from immuta_cli.policies.documents import Unreadable, documents
from immuta_cli.policies.payload import Policy, other_kind, read
from immuta_cli.policies.sources import Missing, Source, sources

TEMPLATE: Final = re.compile(r"\{\{-?\s*(EnvVar|ReadFile)\b[^}]*\}\}")
UNQUOTED: Final = "; a Go template such as {{EnvVar ...}} must stand in quotes, or be filled in"


@dataclass(frozen=True)
class Exported:
    """A policy and where it stands."""

    label: str
    policy: Policy


@dataclass
class Exports:
    """What was found: policies, `failures` as pairs of place and reason, and `others`, which are no policies."""

    policies: list[Exported] = field(default_factory=list)
    failures: list[tuple[str, str]] = field(default_factory=list)
    others: list[tuple[str, str]] = field(default_factory=list)

    def fail(self, label: str, reasons: Iterable[str]) -> None:
        """Remember why something was left out."""
        self.failures += [(label, reason) for reason in reasons]

    def tell(self) -> None:
        """Print on stderr what was left out, and why."""
        for label, why in (*self.others, *self.failures):
            print(f"immuta-tf: {label}: {why}", file=sys.stderr)


def exports(names: Sequence[str]) -> Exports:
    """Everything in these files and folders; `-` is standard input."""
    found = Exports()
    for source in sources(names):
        if isinstance(source, Missing):
            found.fail(source.label, [source.why])
        else:
            _add(found, source)
    if not (found.policies or found.failures):
        found.fail(", ".join(names), ["there is no policy"])
    return found


def _add(found: Exports, source: Source) -> None:
    try:
        several = documents(source.text)
    except Unreadable as error:
        hint = UNQUOTED if TEMPLATE.search(source.text) else ""
        found.fail(source.label, [f"{error}{hint}"])
        return
    if not several:
        found.fail(source.label, ["it is empty"])
    for number, document in enumerate(several, 1):
        label = source.label if len(several) == 1 else f"{source.label}, document {number}"
        _add_document(found, label, document, in_folder=source.found)


def _add_document(found: Exports, label: str, document: Any, *, in_folder: bool) -> None:
    kind = other_kind(document)
    if kind is not None:
        told = (label, f"not a policy but a {kind}")
        (found.others if in_folder else found.failures).append(told)
        return
    policy = read(document)
    if isinstance(policy, Policy):
        found.policies.append(Exported(label, policy))
    else:
        found.fail(label, policy)
