"""A plan as `terraform show -json` writes it: read, checked, and cut into the changes of Immuta's objects.

Follows Terraform's "JSON Output Format", plan representation, format version 1.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from immuta_cli.errors import CommandError

_HOW: Final = "Make one with `terraform plan -out=plan.tfplan` and `terraform show -json plan.tfplan > plan.json`."
_BINARY: Final = (b"PK\x03\x04", b"tfplan")
Action = Literal["create", "update", "delete", "replace", "import", "move", "forget", "none"]


@dataclass(frozen=True)
class Change:
    """What happens to one object; `before` and `after` are the values as they stand in the plan."""

    address: str
    type: str
    action: Action
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    after_unknown: Any = False
    before_sensitive: Any = False
    after_sensitive: Any = False
    previous_address: str | None = None
    imported: bool = False
    create_first: bool = False
    deposed: str | None = None

    @property
    def identical(self) -> bool:
        """Whether Immuta is not touched."""
        return self.action in ("import", "move", "forget", "none")


@dataclass(frozen=True)
class Plan:
    """The changes of a plan to objects of this provider, and those made outside of Terraform."""

    changes: tuple[Change, ...]
    drift: tuple[Change, ...]
    deferred: tuple[str, ...]
    complete: bool


def read(path: str) -> Plan:
    """Read the plan in the file `path`, `-` for the standard input. Raises CommandError and OSError."""
    what = "the standard input" if path == "-" else path
    raw = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    return parsed(raw, what)


def parsed(raw: bytes, what: str) -> Plan:
    """The plan in `raw`; `what` names it in errors. Raises CommandError."""
    if raw.startswith(_BINARY):
        shown = "plan.tfplan" if what == "the standard input" else what
        raise CommandError(
            f"{what} is a plan as `terraform plan -out` writes it, which only terraform can read. "
            f"Convert it: `terraform show -json {shown} > plan.json`."
        )
    document = _document(raw, what)
    _check(document, what)
    found = (_entry(entry, what) for entry in _entries(document, "resource_changes", what))
    return Plan(
        changes=tuple(_change(entry, what) for entry in found if _is_ours(entry)),
        drift=tuple(_change(entry, what) for entry in _drifted(document, what)),
        deferred=tuple(_deferred(document, what)),
        complete=document.get("complete") is not False,
    )


def _document(raw: bytes, what: str) -> dict[str, Any]:
    try:
        # PowerShell's `>` writes UTF-16; json.loads() tells the encodings of JSON apart.
        document = json.loads(raw.decode("utf-8-sig") if raw.startswith(b"\xef\xbb\xbf") else raw)
    except (ValueError, RecursionError) as error:
        if not raw.strip():
            raise CommandError(f"{what} is empty. {_HOW}") from None
        raise CommandError(f"{what} is not JSON: {error}. {_HOW}") from None
    if not isinstance(document, dict):
        raise CommandError(f"{what} is JSON, but not a plan. {_HOW}")
    return document


def _check(document: dict[str, Any], what: str) -> None:
    if "@level" in document or document.get("type") == "version":
        raise CommandError(f"{what} is the log of `terraform plan -json`, not a plan. {_HOW}")
    if "values" in document and "planned_values" not in document and "resource_changes" not in document:
        raise CommandError(f"{what} is a state as `terraform show -json` shows it without a plan. {_HOW}")
    version = document.get("format_version")
    if not isinstance(version, str) or not version:
        raise CommandError(f"{what} is JSON, but not a plan: it has no format_version. {_HOW}")
    if version.partition(".")[0] != "1":
        raise CommandError(
            f"{what} has the plan format {version}; 1.x is understood, which Terraform writes since 1.1. "
            "Use another version of Terraform, or of this command."
        )
    if document.get("errored") is True:
        raise CommandError(
            f"{what} is the plan of a run that ended with an error, so it does not hold all changes. "
            "Mend what `terraform plan` complains about and plan again."
        )
    if "terraform_version" not in document and "resource_changes" not in document:
        raise CommandError(f"{what} is JSON, but not a plan. {_HOW}")


def _entries(document: dict[str, Any], name: str, what: str) -> list[Any]:
    found = document.get(name)
    if found is None:
        return []
    if not isinstance(found, list):
        raise CommandError(f"{what} is no plan that can be read: {name} is not a list.")
    return found


def _entry(entry: Any, what: str) -> dict[str, Any]:
    if not isinstance(entry, dict) or not isinstance(entry.get("change"), dict):
        raise CommandError(f"{what} is no plan that can be read: a member of resource_changes has no change.")
    return entry


def _is_ours(entry: dict[str, Any]) -> bool:
    """Whether it is an object of this provider, wherever it was installed from."""
    provider = str(entry.get("provider_name", "")).rpartition("/")[2]
    return provider == "immuta" and entry.get("mode") == "managed" and str(entry.get("type")).startswith("immuta_")


def _drifted(document: dict[str, Any], what: str) -> Iterator[dict[str, Any]]:
    for entry in _entries(document, "resource_drift", what):
        if _is_ours(_entry(entry, what)) and entry["change"].get("actions") != ["no-op"]:
            yield entry


def _deferred(document: dict[str, Any], what: str) -> Iterator[str]:
    for each in _entries(document, "deferred_changes", what):
        inner = each.get("resource_change") if isinstance(each, dict) else None
        if isinstance(inner, dict) and _is_ours(inner):
            yield str(inner.get("address"))


def _change(entry: dict[str, Any], what: str) -> Change:
    change = entry["change"]
    actions = change.get("actions")
    if not isinstance(actions, list):
        raise CommandError(f"{what} is no plan that can be read: {entry.get('address')} has no actions.")
    imported, previous = change.get("importing") is not None, entry.get("previous_address")
    return Change(
        address=str(entry.get("address")),
        type=str(entry["type"]),
        action=_action(actions, imported=imported, moved=previous is not None),
        before=_object(change.get("before")),
        after=_object(change.get("after")),
        after_unknown=change.get("after_unknown", False),
        before_sensitive=change.get("before_sensitive", False),
        after_sensitive=change.get("after_sensitive", False),
        previous_address=previous,
        imported=imported,
        create_first=actions[:1] == ["create"],
        deposed=entry.get("deposed"),
    )


def _object(value: Any) -> dict[str, Any] | None:
    return value if isinstance(value, dict) else None


def _action(actions: list[Any], *, imported: bool, moved: bool) -> Action:
    if len(actions) == 2:
        return "forget" if "forget" in actions and "create" not in actions else "replace"
    match actions:
        case ["create" | "update" | "delete" | "forget" as one]:
            return one  # type: ignore[no-any-return]
        case ["no-op" | "read"]:
            return "import" if imported else "move" if moved else "none"
    raise CommandError(f"The plan has an action that is not known: {', '.join(map(str, actions))}.")
