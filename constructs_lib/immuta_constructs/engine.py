"""Which CDK engine this process uses: `cdktf`, or its live fork `cdktn` (CDK Terrain).

Both have the same interface, but an object of one does not fit into a stack of the other, so this module follows
what the application imported. `IMMUTA_CONSTRUCTS_ENGINE=cdktf|cdktn` overrides that; with neither imported yet, the
installed one is taken (`cdktn` first, because `cdktf` was archived in December 2025).
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import shutil
import sys
from typing import TYPE_CHECKING, Any

from immuta_constructs.errors import EngineError

if TYPE_CHECKING:
    try:
        import cdktf as cdk
    except ImportError:
        import cdktn as cdk  # type: ignore[no-redef]

ENGINES = ("cdktn", "cdktf")
VARIABLE = "IMMUTA_CONSTRUCTS_ENGINE"

__all__ = ["ENGINES", "NAME", "VARIABLE", "cdk", "choose", "engine_of"]


def choose() -> str:
    """The name of the engine's module.

    Raises:
        EngineError: the variable names an unknown engine, or no engine is installed.
    """
    wanted = os.environ.get(VARIABLE)
    if wanted:
        return _checked(wanted)
    for name in ENGINES:
        if name in sys.modules:
            return name
    for name in ENGINES:
        if importlib.util.find_spec(name) is not None:
            return name
    raise EngineError(
        "No CDK engine is installed. Install one of them: pip install 'terraform-provider-immuta[cdktf]' "
        "or pip install 'terraform-provider-immuta[cdktn]'."
    )


def _checked(wanted: str) -> str:
    if wanted not in ENGINES:
        raise EngineError(f"{VARIABLE}={wanted!r} is not an engine; use one of {', '.join(sorted(ENGINES))}.")
    if importlib.util.find_spec(wanted) is None:
        raise EngineError(
            f"{VARIABLE} asks for {wanted}, which is not installed: pip install 'terraform-provider-immuta[{wanted}]'."
        )
    return wanted


def _require_node() -> None:
    """The engines run in node and die with an unreadable AttributeError where there is none."""
    node = os.environ.get("JSII_NODE") or "node"
    if "jsii" not in sys.modules and shutil.which(node) is None:
        raise EngineError(
            f"The CDK needs node (18 or newer), and {node!r} was not found. Install it, or take it from PyPI: "
            "pip install 'terraform-provider-immuta[node]'; JSII_NODE may name the executable."
        )


def _load(name: str) -> Any:
    _require_node()
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise EngineError(f"The engine {name} is installed but cannot be imported: {error}") from error


def engine_of(construct: object) -> str | None:
    """The engine that an object's class belongs to; None for what belongs to neither (a plain `Construct`)."""
    prefix = str(getattr(type(construct), "__jsii_type__", "")).partition(".")[0]
    return prefix if prefix in ENGINES else None


NAME: str = choose()

if not TYPE_CHECKING:
    cdk = _load(NAME)
