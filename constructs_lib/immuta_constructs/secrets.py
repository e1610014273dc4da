"""How a secret gets to the provider without standing in the synthesised file.

`cdk.tf.json` is written to disk, uploaded by CI systems and printed in pull requests, so a literal string is refused
for a sensitive attribute. Either the value comes from the environment at plan time (`secret_from_env`), or it is a
reference (to a Terraform variable, a vault's data source ...), or the caller says that a literal is meant.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from immuta_constructs.errors import ValueProblem, at_caller

if TYPE_CHECKING:
    from typing import TypeAlias

    from constructs import Construct

    Sensitive: TypeAlias = "str | SecretFromEnv"

__all__ = ["InsecureLiteral", "SecretFromEnv", "given", "insecure_literal", "secret_from_env"]

_VARIABLE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


class InsecureLiteral(str):
    """A string that may stand in clear in the synthesised file."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "insecure_literal(...)"


def insecure_literal(value: str) -> InsecureLiteral:
    """Allow a literal for a sensitive attribute: a test's fixed password, a local tenant's key.

    Args:
        value: the secret; it will be readable in `cdk.tf.json`, in the plan and in the state.
    """
    return InsecureLiteral(value)


class SecretFromEnv:
    """A secret that Terraform reads from the environment variable `TF_VAR_<name>` when it plans and applies."""

    def __init__(self, name: str) -> None:
        if not _VARIABLE_NAME.fullmatch(name):
            raise ValueProblem(
                at_caller(
                    f"secret_from_env({name!r}): a Terraform variable's name has letters, digits, '_' and '-' only."
                )
            )
        self.name = name

    def __repr__(self) -> str:
        return f"secret_from_env({self.name!r})"

    def reference(self, scope: Construct, *, ephemeral: bool = False) -> str:
        """The reference `${var.NAME}`; the variable is declared in the scope's stack where it is not there yet.

        Args:
            scope: any construct of the stack.
            ephemeral: keep the value out of the plan file as well. Terraform allows that only where the value goes
                to a write-only attribute, so one use that is not ephemeral makes the variable an ordinary one.
        """
        from immuta_constructs.stack import place_of

        return place_of(scope)[0].secret(self.name, ephemeral=ephemeral)


def secret_from_env(name: str) -> SecretFromEnv:
    """Take a secret from the environment variable `TF_VAR_<name>` of the process that runs Terraform.

    A sensitive Terraform variable of that name is declared in the stack; for a write-only attribute it is also
    ephemeral. The value is never seen by Python and never written to `cdk.tf.json`.

    Args:
        name: the Terraform variable's name, "SNOWFLAKE_PASSWORD" for `TF_VAR_SNOWFLAKE_PASSWORD`.

    Raises:
        ValueProblem: the name is not a Terraform identifier.
    """
    return SecretFromEnv(name)


def given(name: str, value: Sensitive, *, version: int = 1, in_state: bool = False) -> dict[str, Any]:
    """A secret as attributes of the provider: write-only with its version, or kept in the state.

    Args:
        name: the attribute.
        value: the secret.
        version: another number sends it again.
        in_state: whether it is kept in the state.
    """
    return {name: value} if in_state else {f"{name}_wo": value, f"{name}_wo_version": version}
