"""What users type to import an object: a key or name, `id:31` for an id, `key:...` for a key that looks like an id."""

from __future__ import annotations

from dataclasses import dataclass

from terraform_plugin import DiagnosticError


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


def escape(key: str) -> str:
    """How `key` is typed as an import id."""
    return f"key:{key}" if key.startswith(("id:", "key:")) else key


def typed(key: str) -> str:
    """The same as one word of a shell."""
    return "'" + escape(key).replace("'", "'\"'\"'") + "'"
