"""Every public call of the client, once, against a tenant: one module per family of calls, found by itself.

A module has `FAMILY`, the class of calls, and `make(client)`, which makes each of them on objects of its own. From what
the tenant sees of that follows which endpoints the provider uses (`docs/coverage.md`).
"""

from __future__ import annotations

import pkgutil
from importlib import import_module
from types import ModuleType


def modules() -> list[ModuleType]:
    """The modules of this package."""
    return [import_module(f"{__name__}.{each.name}") for each in pkgutil.iter_modules(__path__)]
