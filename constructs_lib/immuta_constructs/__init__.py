"""Immuta as CDK constructs, for `cdktf` and its fork `cdktn`.

The public names are loaded when they are first used, so that importing this package costs nothing beside the engine,
and so that the engine is chosen after the application has imported its own. What the names are is in `_l1.py`, which
is generated, and below.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from immuta_constructs._l1 import MODULES

if TYPE_CHECKING:
    from immuta_constructs._l1 import *  # noqa: F403
    from immuta_constructs.errors import ConstructsError as ConstructsError
    from immuta_constructs.errors import EngineError as EngineError
    from immuta_constructs.errors import ScopeError as ScopeError
    from immuta_constructs.errors import ValueProblem as ValueProblem
    from immuta_constructs.meta import Lifecycle as Lifecycle
    from immuta_constructs.secrets import SecretFromEnv as SecretFromEnv
    from immuta_constructs.secrets import insecure_literal as insecure_literal
    from immuta_constructs.secrets import secret_from_env as secret_from_env

_BY_HAND = {
    "ConstructsError": "errors",
    "EngineError": "errors",
    "Lifecycle": "meta",
    "ScopeError": "errors",
    "SecretFromEnv": "secrets",
    "ValueProblem": "errors",
    "insecure_literal": "secrets",
    "secret_from_env": "secrets",
}
_MODULES = MODULES | _BY_HAND

__all__ = sorted(_MODULES)  # noqa: PLE0605


def __getattr__(name: str) -> Any:
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{module}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *_MODULES])
