"""The program that Terraform launches."""

from __future__ import annotations

import sys


def main() -> int:
    """Serve the Immuta provider to the Terraform that started this process; returns the exit code."""
    from immuta_provider.provider import ImmutaProvider
    from terraform_plugin.server import serve

    return serve(ImmutaProvider())


if __name__ == "__main__":
    sys.exit(main())
