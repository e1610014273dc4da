"""The Terraform provider for Immuta: resources and data sources over the Immuta APIs."""

from typing import Final

__version__: Final = "0.1.0"
