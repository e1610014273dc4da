"""Every figure of the project beside its floor or its peer, taken in one run: `make bench`, or `python -m benchmarks`.

`README.md` in this folder says how each figure is taken and how to read the table.
"""
