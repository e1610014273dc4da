"""The construct `Purpose` as users import it: the generated one, and what comes natural to a tree of purposes."""

# ruff: noqa: A002  (the CDK calls the second argument of a construct `id`)
# ruff: noqa: PYI051  (editors offer the literals; a reference is any string)

from __future__ import annotations

from typing import TYPE_CHECKING

from immuta_constructs import purpose
from immuta_constructs.data_immuta_purpose import DataImmutaPurpose
from immuta_constructs.tokens import is_reference

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Literal, Unpack

    from constructs import Construct

    from immuta_constructs.engine import cdk
    from immuta_constructs.meta import DataSourceMeta, ResourceMeta

__all__ = ["Purpose"]


class Purpose(purpose.Purpose):
    """A purpose: a reason for which people may use data.

    Projects and policies refer to it by name. The arguments are those of `immuta_constructs.purpose.Purpose`.
    """

    def subpurpose(
        self,
        id: str,
        *,
        name: str,
        description: str | None = None,
        acknowledgement: str | None = None,
        k_anon_noise_reduction: Literal["None", "Very Small", "Small", "Medium", "Large"] | str | None = None,
        display_acknowledgement: bool | cdk.IResolvable | None = None,
        policy_metadata: purpose.PurposePolicyMetadata | Mapping[str, object] | cdk.IResolvable | None = None,
        re_acknowledge_required: bool | cdk.IResolvable | None = None,
        deletion_protection: bool | cdk.IResolvable | None = None,
        timeouts: purpose.PurposeTimeouts | Mapping[str, object] | cdk.IResolvable | None = None,
        extra_json: str | None = None,
        **meta: Unpack[ResourceMeta],
    ) -> Purpose:
        """A purpose below this one, in the same scope, which is created after it and deleted before it.

        Args:
            id: the construct id; it stands beside this purpose's own, not below it.
            name: the last step of the name only: "Churn" below "Research" becomes "Research.Churn".
            description: as of `Purpose`, and so are the other arguments.
            acknowledgement: see `Purpose`.
            k_anon_noise_reduction: see `Purpose`.
            display_acknowledgement: see `Purpose`.
            policy_metadata: see `Purpose`.
            re_acknowledge_required: see `Purpose`.
            deletion_protection: see `Purpose`.
            timeouts: see `Purpose`.
            extra_json: see `Purpose`.
            meta: Terraform's meta arguments, see `immuta_constructs.meta.ResourceMeta`.

        Raises:
            ValueProblem: the name has several steps, or this purpose stands for many (`count`, `for_each`).
        """
        if self.is_repeated:
            raise self._problem("name", "count or for_each makes many of this purpose; which one is the parent?")
        if "." in name and not is_reference(name):
            raise self._problem("name", f"{name!r} has several steps. Call subpurpose() once for each of them.")
        return Purpose(
            self._scope,
            id,
            name=f"{self.name}.{name}",
            description=description,
            acknowledgement=acknowledgement,
            k_anon_noise_reduction=k_anon_noise_reduction,
            display_acknowledgement=display_acknowledgement,
            policy_metadata=policy_metadata,
            re_acknowledge_required=re_acknowledge_required,
            deletion_protection=deletion_protection,
            timeouts=timeouts,
            extra_json=extra_json,
            **meta,
        )

    @classmethod
    def from_name(cls, scope: Construct, id: str, name: str, **meta: Unpack[DataSourceMeta]) -> DataImmutaPurpose:
        """A purpose that exists already and is not managed here, read by a data source.

        Args:
            scope: the stack, or a construct inside of one.
            id: the construct id.
            name: the whole name, joined by dots.
            meta: Terraform's meta arguments, see `immuta_constructs.meta.DataSourceMeta`.

        Returns:
            What may stand wherever a purpose is wanted: `Project(..., purposes=[existing])`.
        """
        return DataImmutaPurpose(scope, id, name=name, **meta)
