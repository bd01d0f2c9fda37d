"""`signoff register`: a model if it is new, and its next version, from a pipeline."""

from typing import Annotated

import typer

from app.commands.local import acting, local_store
from app.commands.telling import Json, examples, say
from core.access import queries as people
from core.errors import InputError, NotFoundError
from core.registry import queries
from core.registry.actions import (
    Build,
    ModelDescription,
    register_model,
    register_use_case,
    register_version,
    state_tier,
)
from core.registry.artifact import read
from core.registry.materiality import Exposure, Materiality, Purpose, RiskTier
from core.registry.version import Task
from core.store.transaction import Transaction

_STATED = "Stated with `signoff register`; derive it from exposure and purpose on the model's page."


def register_command(
    model: Annotated[str, typer.Argument(help="Name in addresses, as in mortgage-approval.")],
    task: Annotated[Task, typer.Option(help="What kind of answer it gives.")] = Task.BINARY,
    artifact: Annotated[
        str | None,
        typer.Option(
            help="What is to be released, of which only the fingerprint is kept: a file, a folder with its model.sig, "
            "or oci:NAME@sha256:…."
        ),
    ] = None,
    digest_of_artifact: Annotated[
        str | None, typer.Option("--digest", help="The artifact's SHA-256 instead of a file.")
    ] = None,
    uri: Annotated[str | None, typer.Option(help="Where the artifact lies; the file's name by default.")] = None,
    code_ref: Annotated[str | None, typer.Option(help="Commit of the code.")] = None,
    data_digest: Annotated[list[str] | None, typer.Option(help="SHA-256 of training data; may be repeated.")] = None,
    environment: Annotated[str | None, typer.Option(help="Digest of the image or lock file.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of the random numbers.")] = None,
    note: Annotated[str, typer.Option(help="What is new in it.")] = "",
    name: Annotated[str | None, typer.Option(help="Name for people, when the model is new.")] = None,
    use_case: Annotated[str | None, typer.Option(help="Use case, when the model is new; made when missing.")] = None,
    exposure: Annotated[Exposure, typer.Option(help="How much it touches, when the model is new.")] = Exposure.MODERATE,
    purpose: Annotated[
        Purpose, typer.Option(help="What its answer is used for, when the model is new.")
    ] = Purpose.SUPPORT,
    risk_tier: Annotated[
        RiskTier | None, typer.Option(help="Materiality stated outright, when the model is new.")
    ] = None,
    owner: Annotated[str | None, typer.Option(help="User name of who answers for it, when the model is new.")] = None,
    as_json: Json = False,
) -> None:
    """Register the next version of a model, and the model when it is new; prints MODEL@VERSION."""
    if artifact is not None and digest_of_artifact is not None:
        raise InputError("Both a file and a fingerprint were given.", "Give --artifact or --digest, not both.")
    seen = read(artifact) if artifact else None
    build = Build(
        task=task,
        artifact_uri=uri or (seen.uri if seen else None),
        artifact_sha256=seen.digest if seen else digest_of_artifact,
        artifact_manifest=seen.manifest if seen else None,
        artifact_size=seen.size if seen else None,
        code_ref=code_ref,
        data_digests=data_digest or (),
        environment_ref=environment,
        seed=seed,
        change_note=note,
    )
    with local_store() as store, store.transaction(acting(store)) as tx:
        if queries.find_model(tx.session, model) is None:
            if use_case is None:
                raise InputError(f"There is no model {model} yet.", "Name its use case with --use-case to register it.")
            if queries.find_use_case(tx.session, use_case) is None:
                register_use_case(tx, slug=use_case, name=_title(use_case), purpose=f"Context of {model}.")
            register_model(
                tx,
                ModelDescription(
                    slug=model,
                    name=name or _title(model),
                    use_case=use_case,
                    exposure=exposure,
                    purpose=purpose,
                    owner_id=_owner(tx, owner),
                    stated_tier=_stated(risk_tier),
                ),
            )
        version = register_version(tx, model, build)
    address = f"{model}@{version.version}"
    say(address, {"version": address, "artifact": version.artifact_sha256}, as_json=as_json)


def register(cli: typer.Typer) -> None:
    """Add this command."""
    cli.command(
        "register",
        epilog=examples(
            "signoff register mortgage-approval --artifact model.json --code-ref 4f1c9aa --seed 7",
            "signoff register churn --use-case care --risk-tier low --digest sha256:9f86d0…",
        ),
    )(register_command)


def _owner(tx: Transaction, username: str | None) -> int | None:
    if username is None:
        return None
    if (found := people.by_username(tx.session, username)) is None:
        raise NotFoundError(f"There is no account {username!r}.", "See `signoff people list`.")
    return found.key


def _stated(tier: RiskTier | None) -> Materiality | None:
    return None if tier is None else state_tier(tier, _STATED)


def _title(slug: str) -> str:
    return slug.replace("-", " ").replace("_", " ").capitalize()
