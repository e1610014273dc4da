"""What users type to import an object: a key or name, `id:31` for an id, `key:...` for a key that looks like an id."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote

from terraform_plugin import DiagnosticError
from terraform_plugin.validators import matches

uuid = matches(
    r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}|0{8}(-0{4}){3}-0{12}",
    "a UUID",
)


@dataclass(frozen=True)
class ImportId:
    """An import id: exactly one of `key` and `id` is set."""

    key: str | None = None
    id: int | None = None


def parse(text: str) -> ImportId:
    """Read an import id. Raises DiagnosticError where it is empty or the id is no number."""
    if text.startswith("id:"):
        digits = text.removeprefix("id:")
        if not digits.isdecimal():
            raise DiagnosticError(f'"{text}" is not an import id', "After `id:` comes a number, such as `id:31`.")
        return ImportId(id=int(digits))
    key = text.removeprefix("key:")
    if not key:
        raise DiagnosticError("The import id is empty", "Give the object's key or name, or `id:` and its number.")
    return ImportId(key=key)


def joined(*segments: str) -> str:
    """Several names as one key: joined by slashes; a slash or percent sign inside a name is percent-encoded."""
    return "/".join(segment.replace("%", "%25").replace("/", "%2F") for segment in segments)


def segments(key: str) -> list[str]:
    """The names in a key that `joined` made."""
    return [unquote(segment) for segment in key.split("/")]


def escape(key: str) -> str:
    """How `key` is typed as an import id."""
    return f"key:{key}" if key.startswith(("id:", "key:")) else key


def typed(key: str) -> str:
    """The same as one word of a shell."""
    return "'" + escape(key).replace("'", "'\"'\"'") + "'"
