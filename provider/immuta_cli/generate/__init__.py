"""Writes what is derived from the provider's schema: the L1 constructs.

Run by `make generate` as `python -m immuta_cli.generate`; the results are checked in, and `--check` (part of
`make test`) fails when they are stale.
"""
