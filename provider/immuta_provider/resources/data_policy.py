"""Global data policies: what subscribers see of the data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from immuta_provider.resources.equality import same_or_both_empty
from immuta_provider.resources.policies import rules
from immuta_provider.resources.policies.forms import only_given
from immuta_provider.resources.policies.resource import GlobalPolicy, PolicyResource, as_read
from immuta_provider.resources.policies.rules import Action
from terraform_plugin import Context, Model, attribute
from terraform_plugin.validators import length

if TYPE_CHECKING:
    from immuta_provider.api.policies import PoliciesApi, Policy


class Certification(Model):
    """What data owners certify before the policy becomes active on their data sources."""

    label: str = attribute(required=True, validators=[length(1)], description="The label of the certification.")
    text: str = attribute(required=True, validators=[length(1)], description="The statement that owners certify.")
    tags: set[str] | None = attribute(same=same_or_both_empty, description="Tags that it is about, whole names.")


class DataPolicy(GlobalPolicy):
    """A global data policy: masks columns and restricts rows wherever its circumstances hold.

    Immuta documents the form in which it returns a policy in part only. What it does not is compared by a digest,
    `stored_form`, and can be read back from nowhere: after an import it shows as an update.
    """

    actions: list[Action] = attribute(
        required=True, validators=[length(1)], description="What is done; the actions are independent of each other."
    )
    certification: Certification | None = attribute(description="What data owners certify.")
    re_certify: bool = attribute(
        default=False,
        unseen="it is an instruction for the next write, and the API does not keep it",
        description="Ask data owners to certify again where the certification changes. Sent with every write while "
        "true; changing it alone makes no request.",
    )


class DataPolicyResource(PolicyResource[DataPolicy]):
    """The resource `immuta_data_policy`."""

    type_name = "immuta_data_policy"
    model = DataPolicy
    permissions = ("GOVERNANCE",)
    local = PolicyResource.local | {"re_certify"}
    type = "data"

    def actions_body(self, plan: DataPolicy) -> dict[str, Any]:
        """Actions and certification."""
        return {"actions": rules.body(plan.actions), "certification": _certification_body(plan.certification)}

    def documented(self, plan: DataPolicy) -> bool:
        """Whether the documents describe V1's form of all that is planned."""
        every = all(rules.documented(rule) for action in plan.actions or () for rule in action.rules or ())
        return every and super().documented(plan)

    def write(self, ctx: Context[DataPolicy], plan: DataPolicy, present: Policy | None) -> int | None:
        """Post the policy; what V2 has no word for is put afterwards.

        A new policy is posted as staged then, so that it is active nowhere before it is complete.
        """
        policies: PoliciesApi = ctx.provider.policies
        needs_v1 = plan.template or plan.owner_selected or bool(present and present.template)
        body = self.body(plan)
        if needs_v1 and present is None:
            body["staged"] = True
        saved = policies.save(body, re_certify=bool(plan.re_certify))
        if not needs_v1:
            return saved.policy_id
        if present is None:
            ctx.save(plan)  # half written: the next refresh finds it by its key
        written = self._present(ctx, plan, saved.policy_id)
        selected = {"circumstances": None} if plan.owner_selected else {}
        words = {"staged": plan.staged, "template": plan.template} | selected
        policies.update(written.id, as_read(written) | words)
        return written.id

    def read_actions(self, known: DataPolicy, found: Policy) -> tuple[dict[str, Any], list[Any]]:
        """Actions and certification."""
        actions, opaque = rules.read(found.actions, known.actions)
        return {"actions": actions, "certification": _certification(found.certification)}, opaque


def _certification_body(certification: Certification | None) -> dict[str, Any] | None:
    if certification is None:
        return None
    return only_given(
        {"label": certification.label, "text": certification.text, "tags": sorted(certification.tags or ())}
    )


def _certification(found: dict[str, Any] | None) -> Certification | None:
    if found is None:
        return None
    tags = found.get("tags")
    return Certification(
        label=found.get("label"),
        text=found.get("text"),
        tags=frozenset(map(str, tags)) if isinstance(tags, list) else None,
    )
