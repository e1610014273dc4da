"""Integrations: a data platform that Immuta sets up or was given, and governs (Integrations API, /integrations).

What is asked for is accepted at once and carried out afterwards; each is waited for. A PUT replaces the configuration
and is also how one that failed is finished; secrets are never returned, and a deletion may need them again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from immuta_provider.resources import dry_runs, existing, extra_json, protection, secrets
from immuta_provider.resources.base import ImmutaResource
from immuta_provider.resources.integrations import computed, destroying, following, forms, found_by, parts, rules
from immuta_provider.resources.integrations.azure_synapse_analytics import AzureSynapseAnalytics
from immuta_provider.resources.integrations.databricks import Databricks
from immuta_provider.resources.integrations.destroying import DestroyCredentials
from immuta_provider.resources.integrations.following import FOLLOWS, UNFINISHED
from immuta_provider.resources.integrations.google_bigquery import GoogleBigquery
from immuta_provider.resources.integrations.lifecycle import (
    AILING,
    CREATE_ERROR,
    CREATING,
    Lifecycle,
    explained,
    warn_of,
    warn_of_tests,
)
from immuta_provider.resources.integrations.native_s3 import NativeS3
from immuta_provider.resources.integrations.parts import ValidationResults
from immuta_provider.resources.integrations.platforms import BY_TYPE, PLATFORMS, Platform, chosen
from immuta_provider.resources.integrations.redshift import Redshift
from immuta_provider.resources.integrations.snowflake import Snowflake
from immuta_provider.resources.integrations.trino import Trino
from immuta_provider.resources.timeouts import LOCAL, LongTimeouts, limited, timeouts_attribute
from terraform_plugin import UNKNOWN, Context, DiagnosticError, Model, attribute, is_unknown
from terraform_plugin.model import to_values
from terraform_plugin.plan import replacements
from terraform_plugin.validators import exactly_one_of
from terraform_plugin.values import wholly_known

if TYPE_CHECKING:
    from immuta_provider.api import integrations as api

NOT_OURS: Final = object()  # no deletion of this run has left it behind


def _platform(description: str) -> Any:
    return attribute(requires_replace=forms.came_or_went, description=description)


class Integration(Model, validators=[exactly_one_of(*PLATFORMS)]):
    """An integration: one data platform on which Immuta enforces policies. Exactly one of the platforms is set.

    Whatever is changed is waited for. What fails is an error with the validation tests that failed; a creation that
    fails leaves an integration behind, which the next apply finishes in place.
    """

    id: str = attribute(computed=True, keep_state=True, description="The number that Immuta gave the integration.")
    auto_bootstrap: bool | None = attribute(
        requires_replace=True,
        description="Whether Immuta sets the platform up with the credentials given (true), or you have run the "
        "scripts already (false; see the data source `immuta_integration_script`). Needed for all but `trino`; false "
        "for `google_bigquery` and `native_s3`. Another value is another integration.",
    )
    azure_synapse_analytics: AzureSynapseAnalytics | None = _platform("Azure Synapse Analytics.")
    databricks: Databricks | None = _platform("Databricks Unity Catalog.")
    google_bigquery: GoogleBigquery | None = _platform("Google BigQuery.")
    native_s3: NativeS3 | None = _platform("S3 through Access Grants.")
    redshift: Redshift | None = _platform("Redshift.")
    snowflake: Snowflake | None = _platform("Snowflake.")
    trino: Trino | None = _platform("Trino or Starburst; written `{}`.")
    destroy_credentials: DestroyCredentials | None = attribute(
        unseen=LOCAL,
        description="Credentials for the deletion of an integration that Immuta has set up, for Azure Synapse "
        "Analytics, Redshift and Snowflake. A destroy has no configuration, so without them it takes the secrets in "
        "the state, which has none where these are write-only. They stand in the state. Changing them makes no "
        "request.",
    )
    force_disable: bool = attribute(
        default=False,
        unseen=LOCAL,
        description="Delete without credentials and leave everything on the platform as it is, to be removed by hand. "
        "Apply it before you destroy; changing it makes no request.",
    )
    status: str | None = attribute(
        computed=True, keep_state=True, description="`enabled`, one of the errors, or a status in between."
    )
    validation_results: ValidationResults | None = attribute(
        computed=True, keep_state=True, description="What Immuta found when it last looked at the platform."
    )
    deletion_protection: bool = protection.deletion_protection_attribute()
    timeouts: LongTimeouts | None = timeouts_attribute(LongTimeouts)
    extra_json: str | None = extra_json.extra_json_attribute("`POST /integrations` and `PUT /integrations/{id}`")


class IntegrationResource(ImmutaResource[Integration]):
    """The resource `immuta_integration`."""

    type_name = "immuta_integration"
    model = Integration
    permissions = ("APPLICATION_ADMIN",)
    permissions_documented = True
    local = ImmutaResource.local | {"destroy_credentials", "force_disable"}
    identity = ("id",)
    import_help = (
        "`id:` and the number (`id:12`), or the type and what it is known by (`Snowflake/ac1.snowflakecomputing.com`, "
        "`Databricks/ws7.cloud.databricks.com`, `Google BigQuery/project/dataset`, `Native S3/name`); its secrets are "
        "not imported: the first apply sends those that the state keeps; raise `..._wo_version` to send a write-only "
        "one"
    )

    def label(self, values: dict[str, Any] | None) -> str:
        """Type and host, as an import names it."""
        name = found_by.name(values or {})
        return f'{self.type_name} "{name}"' if name else self.type_name

    def validate(self, ctx: Context[Integration], config: Integration) -> None:
        """Refuse what Immuta would refuse, as far as it is known."""
        for path, wrong in rules.breaches(config):
            ctx.error(f"Invalid value in {ctx.label}", f"{path}: {wrong}", path)
        for path, doubt in rules.doubts(config):
            ctx.warning(f"A doubtful value in {ctx.label}", f"{path}: {doubt}", path)

    def plan_object(self, ctx: Context[Integration], prior: Integration | None, planned: Integration) -> Integration:
        """Have an error put right, warn of what cannot be destroyed, and try the write where that is wished."""
        if prior is not None:
            planned = computed.amended(ctx, prior, planned)
        changed = set() if prior is None else planned.changed(prior)
        replaced = prior is not None and replacements(self.model.block, to_values(prior), to_values(planned))
        if prior is None or replaced:
            following.announce(ctx, planned)
        else:
            planned = _with_results(prior, planned, changed, self.local)
        if prior is None or planned != prior:
            _warn_of_destroying(ctx, planned)
        if ctx.provider.validate_at_plan and not replaced and (prior is None or changed - self.local):
            _try(ctx, prior, planned)
        return planned

    def plan_destroy(self, ctx: Context[Integration], prior: Integration) -> None:
        """Refuse where it is protected, or where its credentials are lacking."""
        never_was = prior.status in (CREATING, CREATE_ERROR)
        if int(prior.id) in ctx.provider.taken_over or (never_was and following.is_followed(ctx, prior)):
            return  # the creation finishes it
        super().plan_destroy(ctx, prior)
        follows = following.follower(ctx, prior)
        if follows.get("force_disable") or not destroying.needs_credentials(prior):
            return
        if following.credentials(follows, prior) is None:
            label = self.label(to_values(prior))
            raise destroying.lack(label, prior, "Cannot plan to delete", replaced=FOLLOWS in ctx.private)

    def create_object(self, ctx: Context[Integration], plan: Integration) -> Integration:
        """Create the integration, or finish the one that a failed creation left behind."""
        secrets.protect(ctx.provider, ctx.config)
        following.offer(ctx)
        platform = chosen(plan)
        try:
            with _alone(ctx, platform, plan):
                there = found_by.site(ctx, platform, plan)
                found = self._post(ctx, platform, plan) if there is None else self._adopt(ctx, platform, plan, there)
                return _finished(ctx, plan, found)
        finally:
            ctx.private.pop(FOLLOWS, None)

    def read_object(self, ctx: Context[Integration], state: Integration) -> Integration | None:
        """Get the integration; one that is being deleted is waited for."""
        secrets.protect(ctx.provider, state)
        found = ctx.provider.integrations.get(int(state.id))
        if found is not None and found.status == "deleting":
            found = ctx.provider.integrations.get(int(state.id)) if Lifecycle(ctx, int(state.id)).settled() else None
        if found is not None and (found.status == AILING or _failed(found.status)):
            warn_of(ctx, found)
        if found is None:
            return None
        read = _state(state, found)
        if ctx.private.get(UNFINISHED) and not _failed(found.status):
            read = read.replace(status=CREATING)
        if read.status in (CREATING, CREATE_ERROR):
            following.remember(ctx, read)
        return read

    def update_object(self, ctx: Context[Integration], prior: Integration, plan: Integration) -> Integration:
        """Put the whole configuration. What makes no request is changed even where that fails."""
        secrets.protect(ctx.provider, ctx.config, prior)
        ctx.save(prior.replace(**{name: getattr(plan, name) for name in self.local}))
        with _alone(ctx, chosen(plan), plan):
            return _finished(ctx, plan, _put(ctx, int(prior.id), plan, sent=ctx.private.get(UNFINISHED)))

    def delete(self, ctx: Context[Integration], state: Integration) -> None:
        """Delete the integration, unless the creation that replaces it has it, or can finish it."""
        try:
            if not self._is_handed_over(ctx, state):
                super().delete(ctx, state)
        finally:
            following.forget(ctx, state)

    def delete_object(self, ctx: Context[Integration], state: Integration) -> None:
        """Delete the integration, with what the plan has for that where it is replaced."""
        follows = following.follower(ctx, state)
        following.keep(ctx, follows)
        body = following.credentials(follows, state)
        secrets.protect(ctx.provider, state)
        ctx.provider.client.protect(*destroying.secret_texts(body))
        life, platform = Lifecycle(ctx, int(state.id)), chosen(state)
        force = bool(state.force_disable or follows.get("force_disable"))
        needed = destroying.needs_credentials(state) and not force
        with _alone(ctx, platform, state):
            if life.id in ctx.provider.taken_over:
                return  # by a creation that had the host before
            if needed and body is None and life.settled() is not None:
                raise destroying.lack(ctx.label, state, "Cannot delete", replaced=FOLLOWS in ctx.private)
            life.delete(body if needed else None, force=force)

    def _is_handed_over(self, ctx: Context[Integration], state: Integration) -> bool:
        """Whether it is not deleted because the creation before has it, or the one that follows finishes it."""
        life = Lifecycle(ctx, int(state.id))
        if life.id in ctx.provider.taken_over:
            return True
        if not following.is_followed(ctx, state):
            return False
        with limited(ctx.provider, state.timeouts, "delete"), _alone(ctx, chosen(state), state):
            waits = state.status == CREATING and following.is_unchanged(ctx, state)
            if not waits and life.settled() != CREATE_ERROR:
                return False
        ctx.provider.left_behind[life.id] = ctx.private[FOLLOWS].get("sent")
        ctx.progress("its creation did not end well: left to the creation that follows")
        return True

    def import_state(self, ctx: Context[Integration], import_id: str) -> Integration:
        """Find the integration by its number, or by type and what it is known by."""
        found = found_by.import_id(ctx, import_id)
        platform = BY_TYPE.get(found.type or "")
        if platform is None:
            raise DiagnosticError(
                f'The integration "{import_id}" is one with {found.type}',
                "This version of the provider does not know the platform. Read it with the data source "
                "`immuta_integration`.",
            )
        state = _state(Integration(), found)
        if destroying.needs_credentials(state):
            ctx.warning(
                f'The secrets of the integration "{import_id}" are not imported',
                "Immuta never returns them, and has set this platform up itself: until the first apply has sent and "
                "stored them it cannot be destroyed. With write-only secrets that stays so. " + destroying.cure(state),
            )
        return state

    def import_identity(self, ctx: Context[Integration], identity: dict[str, Any]) -> Integration:
        """Find the integration by its number."""
        return self.import_state(ctx, f"id:{identity['id']}")

    def _post(self, ctx: Context[Integration], platform: Platform, plan: Integration) -> api.Integration:
        from immuta_provider.api import Conflict, InvalidRequest

        body = _body(ctx, plan)
        try:
            made = ctx.provider.integrations.create(body, look=found_by.look(ctx, platform, plan))
        except (Conflict, InvalidRequest) as error:
            told = found_by.in_the_way(ctx, platform, plan, error)
            if told is None and isinstance(error, InvalidRequest):
                told = explained(ctx, error, None, body)
            if told is None:
                raise
            raise told from error
        life = Lifecycle(ctx, int(made.id or 0))
        ctx.private[UNFINISHED] = following.fingerprint(body)
        ctx.save(plan.replace(id=str(life.id), status=CREATING))
        found = life.rested()
        ctx.save(_state(plan, found))
        return life.sound(found, "Immuta accepted it and could not set it up")

    def _adopt(
        self, ctx: Context[Integration], platform: Platform, plan: Integration, present: api.Integration
    ) -> api.Integration:
        """Take over an integration that exists. Its secrets cannot be compared, so all is sent once more."""
        identifier = int(present.id)
        sent = ctx.provider.left_behind.pop(identifier, NOT_OURS)
        found = _state(plan, present)
        if sent is NOT_OURS:
            # Nothing is saved before it has ended well. It may be in the state (`create_before_destroy`), where a
            # second object with its id would be deleted by the next run; where it is not, the next run finds it again.
            plan = plan.replace(
                **{platform.name: forms.filled(getattr(plan, platform.name), getattr(found, platform.name))}
            )
            unseen = self.local | {"status", "validation_results"}
            key = found_by.typed_as(platform, found)
            try:
                # `taken_over` tells a deletion, which waits for the same host
                existing.adopt(ctx, plan, found, key=key, ignore=unseen, update=lambda have, _: have, claims=False)
            except DiagnosticError as error:
                raise _with_ways_out(error, found) from error
            if paths := replacements(self.model.block, to_values(found), to_values(plan)):
                raise DiagnosticError(
                    f"Cannot take over {ctx.label}: what differs cannot be changed",
                    f"It differs in {', '.join(map(str, paths))}. Write what the integration has, or delete it first.",
                )
            put = _put(ctx, identifier, plan, sent=None)
            ctx.provider.taken_over.add(identifier)
            return put
        ctx.provider.taken_over.add(identifier)
        ctx.private[UNFINISHED] = sent or True
        ctx.save(_state(plan, present).replace(status=CREATING))
        return _put(ctx, identifier, plan, sent=sent)


def _with_ways_out(error: DiagnosticError, found: Integration) -> DiagnosticError:
    """What is to be done where the one in the way is the one that is replaced, of which nothing tells."""
    told = error.diagnostic
    own = "If it is the one that this resource has in the state, "
    way = (
        f"{own}run `terraform untaint <address>` and apply, which finishes it in place."
        if found.status == CREATE_ERROR
        else f"{own}leave out `create_before_destroy`: there can be one for each place."
    )
    return DiagnosticError(told.summary, f"{told.detail}\n\n{way}")


def _finished(ctx: Context[Any], plan: Integration, found: api.Integration) -> Integration:
    """The state after a write that was waited for."""
    ctx.private.pop(UNFINISHED, None)
    state = _state(plan, found)
    computed.keep(ctx, state)
    return state


def _with_results(prior: Integration, planned: Integration, changed: set[str], local: frozenset[str]) -> Integration:
    """What is planned, with unknown what Immuta finds out when it carries that out."""
    ailing = (_failed(prior.status) or prior.status == CREATING) and chosen(planned).updatable
    if changed <= local and (changed or not ailing):
        return planned  # makes no request, whatever the status is: `force_disable` is for when requests fail
    ends = ailing or _is_passing(prior.status)
    return planned.replace(validation_results=UNKNOWN, status=UNKNOWN if ends else planned.status)


def _alone(ctx: Context[Any], platform: Platform, model: Integration) -> Any:
    """Nobody else of this run works on the same host."""
    return ctx.provider.exclusive.on(found_by.key(platform, model) or f"integration {model.id}")


def _put(ctx: Context[Any], identifier: int, plan: Integration, *, sent: Any) -> api.Integration:
    """Send all of it, unless a creation that nobody waited for, in which `sent` was sent, has ended well with that."""
    life, body = Lifecycle(ctx, identifier), _body(ctx, plan)
    if sent and following.is_finished(sent, found := life.rested(), body):
        ctx.progress("its creation has ended well meanwhile")
        return found
    if UNFINISHED in ctx.private:
        ctx.private[UNFINISHED] = True  # from now on it may have this configuration or the former
    return life.update(body)


def _body(ctx: Context[Any], plan: Integration) -> dict[str, Any]:
    """The body of a POST or PUT: always all of it, defaults included."""
    platform = chosen(plan)
    body: dict[str, Any] = {"type": platform.api_name}
    if platform.bootstraps:
        planned, given = getattr(plan, platform.name), getattr(ctx.config, platform.name)
        body |= {"autoBootstrap": plan.auto_bootstrap, "config": platform.config(planned, given)}
    return extra_json.merged(body, plan.extra_json)


def _is_passing(status: str | None) -> bool:
    """Whether a status is one that a change ends."""
    from immuta_provider.api.integrations import BUSY

    return status == AILING or status in BUSY


def _failed(status: str | None) -> bool:
    from immuta_provider.api.integrations import FAILED

    return status in FAILED


def _warn_of_destroying(ctx: Context[Any], planned: Integration) -> None:
    if planned.auto_bootstrap is not True or planned.force_disable is not False:
        return
    if any(is_unknown(getattr(planned, name)) for name in (*PLATFORMS, "destroy_credentials")):
        return
    if destroying.needs_credentials(planned) and destroying.credentials(planned) is None:
        ctx.warning(
            f"{ctx.label} cannot be destroyed as it is configured",
            "A destroy needs the credentials with which Immuta sets the platform up, and the state will not have "
            "them: the secrets are write-only. " + destroying.cure(planned),
        )


def _try(ctx: Context[Any], prior: Integration | None, planned: Integration) -> None:
    """Try the write as a dry run."""
    if not wholly_known(to_values(ctx.config)) or not (prior is None or chosen(planned).updatable):
        return
    secrets.protect(ctx.provider, ctx.config)
    platform, integrations = chosen(planned), ctx.provider.integrations
    identifier = None if prior is None else int(prior.id)
    dry_runs.attempt(
        ctx,
        planned,
        lambda: warn_of_tests(ctx, integrations.try_out(identifier, _body(ctx, planned)).validation_results),
        ready=lambda: prior is not None or found_by.site(ctx, platform, planned) is None,
    )


def _state(known: Integration, found: api.Integration) -> Integration:
    """The integration as the API has it; what is redacted or not returned comes from `known`."""
    platform = BY_TYPE.get(found.type or "") or chosen(known)
    automatic = known.auto_bootstrap if found.auto_bootstrap is None else found.auto_bootstrap
    returned = secrets.without_markers(found.model_dump(by_alias=True))
    part = platform.state(getattr(known, platform.name), found.config)
    return known.replace(
        **{**dict.fromkeys(PLATFORMS), platform.name: part},
        id=found.id,
        auto_bootstrap=bool(automatic) if platform.bootstraps else None,
        status=found.status,
        validation_results=parts.results(found.validation_results),
        extra_json=extra_json.read_back(known.extra_json, returned),
    )
