"""Terraform's plugin protocol 6 in Python: write a provider as typed models and plain methods.

Knows nothing of any particular API. A provider is a `Provider` with `Resource` and `DataSource` classes over `Model`s;
`serve` hands it to the Terraform that started the process.
"""

from terraform_plugin.context import Context, Stop
from terraform_plugin.diagnostics import Diagnostic, DiagnosticError, Stopped
from terraform_plugin.model import Model, attribute
from terraform_plugin.paths import Key, Path
from terraform_plugin.resource import DataSource, Provider, Resource
from terraform_plugin.values import UNKNOWN, is_unknown

__all__ = [
    "UNKNOWN",
    "Context",
    "DataSource",
    "Diagnostic",
    "DiagnosticError",
    "Key",
    "Model",
    "Path",
    "Provider",
    "Resource",
    "Stop",
    "Stopped",
    "attribute",
    "is_unknown",
]
