"""The one exception of the command: whatever raises it ends as one message on stderr and exit code 1.

It has a module of its own so that every subcommand can raise it without importing another one.
"""

from __future__ import annotations


class CommandError(Exception):
    """A command could not do what it was asked; the text says what, why, and what to do next."""
