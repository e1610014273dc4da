"""The program that Terraform launches."""

from __future__ import annotations

import gc
import sys


def main() -> int:
    """Serve the Immuta provider to the Terraform that started this process; returns the exit code.

    With `--debug` serve it under a debugger until Ctrl-C.
    """
    gc.disable()  # looking for garbage among what is imported takes a tenth of the start; `serve` switches it on again
    from immuta_provider.provider import ImmutaProvider
    from terraform_plugin import server

    return server.debug(ImmutaProvider()) if "--debug" in sys.argv[1:] else server.serve(ImmutaProvider())


if __name__ == "__main__":
    sys.exit(main())
