"""The provider as Terraform launches it, which leaves what it used in the folder BENCHMARK_USAGE when it ends.

The provider leaves through `os._exit`, so this is where its CPU time and its peak memory are read. Nothing is imported
before the provider, not even pathlib: its start is what is measured.
"""

from __future__ import annotations

import os

LEAVE = os._exit


def usage() -> str:
    """CPU seconds and peak megabytes of this process."""
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    return f"{used.ru_utime + used.ru_stime} {_peak_kilobytes(used.ru_maxrss) / 1024}"


def _peak_kilobytes(otherwise: int) -> int:
    """What this program itself has had; the resource usage also counts the process that it was forked from."""
    try:
        with open("/proc/self/status", encoding="ascii", errors="replace") as status:  # noqa: PTH123 - see above
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        return otherwise


def leave(status: int) -> None:
    """End the process, and say before what it has used."""
    with open(f"{os.environ['BENCHMARK_USAGE']}/{os.getpid()}", "w", encoding="ascii") as file:  # noqa: PTH123
        file.write(usage())
    LEAVE(status)


if __name__ == "__main__":
    os._exit = leave  # type: ignore[assignment]

    from immuta_provider.__main__ import main

    os._exit(main())
