"""The verbs that change what is governed. A stage or an alias moves only through `place`, for an applied request."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from core import digest
from core.access import permission
from core.access.permission import Permission
from core.audit.event import Event, Subject
from core.errors import ConflictError, InputError
from core.registry import queries
from core.registry.address import slug as checked_slug
from core.registry.materiality import Exposure, Materiality, Purpose, RegulatoryClass, RiskTier, assess
from core.registry.model import RegisteredModel
from core.registry.stage import Alias, AliasMove, ModelAlias, Stage, StagePlacement
from core.registry.use_case import UseCase
from core.registry.version import ModelVersion, Task
from core.store.transaction import Transaction

TAG_LIMIT = 20


def subject(model: RegisteredModel, version: ModelVersion | None = None) -> Subject:
    """Name a model or one of its versions for the log."""
    if version is None:
        return Subject("model", model.slug)
    return Subject("model_version", f"{model.slug}@{version.version}", version.version)


def register_use_case(tx: Transaction, *, slug: str, name: str, purpose: str, owner_id: int | None = None) -> UseCase:
    """Register a business context.

    Args:
        tx: the transaction.
        slug: name in addresses.
        name: name for people.
        purpose: what the business wants done, in words anyone reads.
        owner_id: who answers for it; by default the actor.

    Raises:
        AccessError: the actor may not.
        InputError: a name cannot be used, or the purpose is empty.
        ConflictError: the name is taken.
    """
    person = permission.require(tx.session, tx.actor, Permission.REGISTER_USE_CASE)
    checked_slug(slug, "use case")
    _require_words(name, "a name")
    _require_words(purpose, "a purpose")
    if queries.find_use_case(tx.session, slug) is not None:
        raise ConflictError(f"There is already a use case {slug}.", "Take another name, or use the one that is there.")
    case = tx.add(
        UseCase(
            slug=slug,
            name=name.strip(),
            purpose=purpose.strip(),
            owner_id=owner_id or person.key,
            created_by=person.key,
            created_at=tx.now,
        )
    )
    tx.record(Event.USE_CASE_REGISTERED, Subject("use_case", slug))
    return case


@dataclass(frozen=True, slots=True)
class ModelDescription:
    """What a person states when registering a model.

    Attributes:
        slug: name in addresses.
        name: name for people.
        use_case: slug of the use case it serves.
        exposure: how much it touches.
        purpose: what its answer is used for.
        regulatory_class: what a regulator calls the use.
        description: a few sentences.
        tags: short words to find it by.
        owner_id: who answers for it; by default the actor.
        next_review_at: when it is looked at again.
        stated_tier: a tier stated outright, with its reason, instead of the derived one.
    """

    slug: str
    name: str
    use_case: str
    exposure: Exposure
    purpose: Purpose
    regulatory_class: RegulatoryClass = RegulatoryClass.UNDECIDED
    description: str = ""
    tags: Sequence[str] = ()
    owner_id: int | None = None
    next_review_at: datetime | None = None
    stated_tier: Materiality | None = None


def register_model(tx: Transaction, said: ModelDescription) -> RegisteredModel:
    """Register a model line; its materiality is derived from exposure and purpose unless stated with a reason.

    Raises:
        AccessError: the actor may not.
        InputError: a name or tag cannot be used.
        NotFoundError: no such use case.
        ConflictError: the name is taken.
    """
    case = queries.use_case(tx.session, said.use_case)
    person = permission.require(tx.session, tx.actor, Permission.REGISTER_MODEL)
    checked_slug(said.slug, "model")
    _require_words(said.name, "a name")
    if queries.find_model(tx.session, said.slug) is not None:
        raise ConflictError(
            f"There is already a model {said.slug}.", "Register a new version of it, or take another name."
        )
    judged = said.stated_tier or assess(said.exposure, said.purpose)
    model = tx.add(
        RegisteredModel(
            slug=said.slug,
            name=said.name.strip(),
            description=said.description.strip(),
            use_case_id=case.key,
            owner_id=said.owner_id or person.key,
            exposure=said.exposure,
            purpose=said.purpose,
            materiality=judged.tier,
            materiality_reason=judged.reason,
            regulatory_class=said.regulatory_class,
            tags=accepted_tags(said.tags),
            next_review_at=said.next_review_at,
            created_by=person.key,
            created_at=tx.now,
        )
    )
    tx.record(
        Event.MODEL_REGISTERED,
        subject(model),
        use_case=case.slug,
        materiality=judged.tier.value,
        reason=tx.text(judged.reason),
    )
    return model


@dataclass(frozen=True, slots=True)
class Build:
    """What was built, and what is needed to build it again.

    Attributes:
        task: what kind of answer it gives.
        artifact_uri: where the bytes lie.
        artifact_sha256: their fingerprint.
        artifact_manifest: fingerprint of the list of their files, where they are a folder.
        artifact_size: how many there are.
        artifact_format: what they are (`skops`, `onnx`).
        code_ref: commit of the code.
        data_digests: fingerprints of the training data.
        environment_ref: digest of an image or a lock file.
        seed: of the random numbers.
        change_note: what is new in it.
    """

    task: Task
    artifact_uri: str | None = None
    artifact_sha256: str | None = None
    artifact_manifest: str | None = None
    artifact_size: int | None = None
    artifact_format: str | None = None
    code_ref: str | None = None
    data_digests: Sequence[str] = field(default_factory=tuple)
    environment_ref: str | None = None
    seed: int | None = None
    change_note: str = ""


def register_version(tx: Transaction, model_slug: str, build: Build) -> ModelVersion:
    """Register the next version of a model; it is immutable from here on and stands in development.

    Raises:
        AccessError: the actor may not.
        InputError: a fingerprint is none, or the same artifact already is a version of this model.
        NotFoundError: no such model.
    """
    model = queries.model(tx.session, model_slug)
    person = permission.require(tx.session, tx.actor, Permission.REGISTER_VERSION, model.scope)
    artifact = digest.parse(build.artifact_sha256) if build.artifact_sha256 else None
    manifest = digest.parse(build.artifact_manifest) if build.artifact_manifest else None
    data = [str(digest.parse(found)) for found in build.data_digests]
    if artifact and (twin := queries.version_with_artifact(tx.session, model.key, artifact)):
        raise ConflictError(
            f"These bytes already are {model.slug}@{twin.version}.", "Register what changed, or use that version."
        )
    version = tx.add(
        ModelVersion(
            model_id=model.key,
            version=queries.last_number(tx.session, model.key) + 1,
            task=build.task,
            artifact_uri=build.artifact_uri,
            artifact_sha256=artifact,
            artifact_manifest=manifest,
            artifact_size=build.artifact_size,
            artifact_format=build.artifact_format,
            code_ref=build.code_ref,
            data_digests=data,
            environment_ref=build.environment_ref,
            seed=build.seed,
            change_note=build.change_note.strip(),
            registered_by=person.key,
            registered_at=tx.now,
        )
    )
    tx.add(StagePlacement(model_id=model.key, version_id=version.key, stage=Stage.DEVELOPMENT, at=tx.now))
    tx.record(
        Event.MODEL_VERSION_REGISTERED,
        subject(model, version),
        artifact=artifact,
        **({"manifest": manifest} if manifest else {}),
        data=data,
        code=build.code_ref,
        environment=build.environment_ref,
        seed=None if build.seed is None else str(build.seed),
    )
    return version


def place(tx: Transaction, version: ModelVersion, stage: Stage, request: str) -> None:
    """Put a version into a stage for an applied request; the request's own event reports it.

    Args:
        tx: the transaction that applies the request.
        version: what moves.
        stage: where to.
        request: address of the request, `REQ-17`.
    """
    version.stage = stage
    tx.add(version)
    tx.add(StagePlacement(model_id=version.model_id, version_id=version.key, stage=stage, at=tx.now, request=request))


def point(tx: Transaction, model_id: int, alias: Alias, version: ModelVersion | None, request: str | None) -> None:
    """Point an alias at a version, or take it away; champion only for an applied request.

    Raises:
        ValueError: champion was to move without a request.
    """
    if alias is Alias.CHAMPION and request is None:
        raise ValueError("The champion moves only with an applied request.")
    found = tx.session.get(ModelAlias, (model_id, alias))
    where = found or ModelAlias(model_id=model_id, alias=alias)
    where.version_id = version.key if version else None
    tx.add(where)
    tx.add(AliasMove(model_id=model_id, alias=alias, version_id=where.version_id, at=tx.now, request=request))


def state_tier(tier: RiskTier, reason: str) -> Materiality:
    """Make a stated materiality; the reason must say something.

    Raises:
        InputError: no reason was given.
    """
    _require_words(reason, "a reason for the materiality")
    return Materiality(tier, reason.strip())


def accepted_tags(tags: Sequence[str]) -> list[str]:
    """Return tags as they are stored, each once; InputError when one cannot be used or there are too many."""
    found = sorted({checked_slug(tag.strip().lower(), "tag") for tag in tags if tag.strip()})
    if len(found) > TAG_LIMIT:
        raise InputError(f"{len(found)} tags are too many.", f"Keep the {TAG_LIMIT} that people search for.")
    return found


def _require_words(text: str, what: str) -> None:
    if not text.strip():
        raise InputError(f"This needs {what}.", "Write it in words that a stranger understands.")
