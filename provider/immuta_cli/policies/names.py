"""Names for what is written: construct ids and resource names, functions and files, each used once.

A policy key is free text. Names do not depend on the order of the files, so that the same export gives the same code.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

_FIT: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_LONGEST: Final = 60
_UNNAMED: Final = "policy"


def unique(keys: Iterable[str], reserved: Iterable[str] = ()) -> dict[str, str]:
    """A name for each key, in letters, digits, `_` and `-`; also unique as a file and as a function.

    A key that is such a name already keeps it, unless another key has it in another letter case.
    """
    taken = {_alike(each) for each in reserved}
    found: dict[str, str] = {}
    for key in sorted(keys, key=lambda key: (not _FIT.fullmatch(key), key)):
        wanted = name = _name(key)
        number = 1
        while _alike(name) in taken:
            number += 1
            name = f"{wanted}-{number}"
        taken.add(_alike(name))
        found[key] = name
    return found


def function(name: str) -> str:
    """The name of a Python function for a construct id."""
    return name.replace("-", "_").lower()


_alike = function


def _name(key: str) -> str:
    if _FIT.fullmatch(key) and len(key) <= _LONGEST:
        return key
    plain = unicodedata.normalize("NFKD", key).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9_]+", "-", plain).strip("-_")[:_LONGEST].rstrip("-_")
    if not name:
        return _UNNAMED
    return name if _FIT.fullmatch(name) else f"{_UNNAMED}-{name}"
