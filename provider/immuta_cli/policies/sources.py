"""The files that a command is given: single ones, whole folders, or standard input."""

from __future__ import annotations

import codecs
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from immuta_cli.policies.documents import Unreadable

STDIN: Final = "-"
ENDINGS: Final = (".yaml", ".yml", ".json")
_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True)
class Source:
    """A file: `label` as the user knows it, its `text`, and whether it was found in a folder and not named."""

    label: str
    text: str
    found: bool = False


@dataclass(frozen=True)
class Missing:
    """What could not be read, and why."""

    label: str
    why: str


def sources(names: Iterable[str]) -> Iterator[Source | Missing]:
    """Each file once, those of a folder by name."""
    seen: set[str] = set()
    for name in names:
        for path, found in _files(name):
            if path is None:
                yield _read(STDIN, sys.stdin.buffer.read(), found)
            elif isinstance(path, Missing):
                yield path
            elif (real := os.path.realpath(path)) not in seen:
                seen.add(real)
                yield _opened(path, found)


def _files(name: str) -> Iterator[tuple[Path | Missing | None, bool]]:
    if name == STDIN:
        yield None, False
    elif not _is_folder(name):
        yield Path(name), False
    else:
        yield from ((each, True) for each in _inside(name))


def _is_folder(name: str) -> bool:
    try:
        return Path(name).is_dir()
    except OSError:
        return False  # reading it as a file tells why


def _inside(folder: str) -> Iterator[Path | Missing]:
    missing: list[Missing] = []
    some = False
    for place, folders, files in os.walk(folder, onerror=lambda error: missing.append(_missing(error))):
        folders[:] = sorted(each for each in folders if not each.startswith("."))
        for each in sorted(files):
            if each.lower().endswith(ENDINGS):
                some = True
                yield Path(place, each)
    yield from missing
    if not some and not missing:
        yield Missing(folder, f"the folder holds no file that ends with {', '.join(ENDINGS)}")


def _missing(error: OSError) -> Missing:
    return Missing(str(error.filename), str(error.strerror))


def _opened(path: Path, found: bool) -> Source | Missing:
    try:
        return _read(str(path), path.read_bytes(), found)
    except OSError as error:
        return Missing(str(path), str(error.strerror))


def _read(label: str, data: bytes, found: bool) -> Source | Missing:
    try:
        return Source(label, _decoded(data), found)
    except Unreadable as error:
        return Missing(label, str(error))


def _decoded(data: bytes) -> str:
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8-sig")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unreadable(
            f"line {line}: the byte #x{data[error.start]:02x} is not {encoding.removesuffix('-sig').upper()}; "
            "save the file as UTF-8"
        ) from None
