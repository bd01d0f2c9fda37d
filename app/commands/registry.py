"""`signoff register`, `signoff models` and `signoff versions`: what is governed, from a pipeline."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.completing import ModelName
from app.commands.door import door
from app.commands.listing import Limit, Page, go_on, part
from app.commands.telling import Json, examples, say, tabulate
from core import digest
from core.errors import ConflictError, InputError, NotFoundError
from core.registry.materiality import Exposure, Purpose, RiskTier
from core.registry.stage import Stage
from core.registry.version import Task

if TYPE_CHECKING:
    from app.client import Signoff
    from app.shapes.models import Model

_STATED = "Stated with `signoff register`; derive it from exposure and purpose on the model's page."


def register_command(
    model: ModelName,
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
    exposure: Annotated[
        Exposure | None, typer.Option(help="How much it touches, when the model is new; moderate unless said.")
    ] = None,
    purpose: Annotated[
        Purpose | None, typer.Option(help="What its answer is used for, when the model is new; support unless said.")
    ] = None,
    risk_tier: Annotated[
        RiskTier | None, typer.Option(help="Materiality stated outright, when the model is new.")
    ] = None,
    owner: Annotated[str | None, typer.Option(help="User name of who answers for it, when the model is new.")] = None,
    as_json: Json = False,
) -> None:
    """Register the next version of a model, and the model when it is new; prints MODEL@VERSION.

    What is said about a model that is there must be what stands: it is changed on its page, never by the way.
    """
    if artifact is not None and digest_of_artifact is not None:
        raise InputError("Both a file and a fingerprint were given.", "Give --artifact or --digest, not both.")
    for option, given in [("--digest", digest_of_artifact), *(("--data-digest", one) for one in data_digest or ())]:
        _is_fingerprint(option, given)
    with door() as signoff:
        if (found := _known(signoff, model)) is not None:
            said = {
                "--name": (name, found.name),
                "--use-case": (use_case, found.use_case),
                "--exposure": (exposure, found.exposure),
                "--purpose": (purpose, found.purpose),
                "--risk-tier": (risk_tier, found.materiality),
                "--owner": (owner, found.owner_username),
            }
            _agrees(model, said)
        else:
            if use_case is None:
                raise InputError(f"There is no model {model} yet.", "Name its use case with --use-case to register it.")
            _make_use_case(signoff, use_case, f"Context of {model}.")
            signoff.register_model(
                model,
                name=name or _title(model),
                use_case=use_case,
                exposure=exposure or Exposure.MODERATE,
                purpose=purpose or Purpose.SUPPORT,
                owner=owner,
                tier=risk_tier,
                tier_reason=_STATED if risk_tier else None,
            )
        version = signoff.register(
            model,
            artifact,
            task=task,
            artifact_sha256=digest_of_artifact,
            artifact_uri=uri,
            code_ref=code_ref,
            data_digests=data_digest,
            environment_ref=environment,
            seed=seed,
            change_note=note or None,
        )
    say(version.address, {"version": version.address, "artifact": version.artifact_sha256}, as_json=as_json)


def models_command(
    search: Annotated[str, typer.Option(help="Part of the name.")] = "",
    stage: Annotated[Stage | None, typer.Option(help="Only with a version in this stage.")] = None,
    use_case: Annotated[str | None, typer.Option(help="Only of this use case.")] = None,
    tag: Annotated[str | None, typer.Option(help="Only with this tag.")] = None,
    page: Page = 1,
    limit: Limit = 25,
    as_json: Json = False,
) -> None:
    """List the models by name, with the version in charge and the newest."""
    with door() as signoff:
        found = part(signoff.models(search, limit=limit, stage=stage, use_case=use_case, tag=tag), page, limit)
    go_on(found, as_json=as_json)
    if as_json:
        tabulate([model.model_dump(mode="json") for model in found.items], as_json=True)
        return
    tabulate(
        [
            {
                "model": model.slug,
                "name": model.name,
                "materiality": model.materiality.value,
                "in_charge": model.champion,
                "newest": model.newest,
                "owner": model.owner,
            }
            for model in found.items
        ],
        nothing=found.nothing("No model like that; see `signoff register --help`."),
    )


def versions_command(model: ModelName, page: Page = 1, limit: Limit = 25, as_json: Json = False) -> None:
    """List the versions of a model, newest first."""
    with door() as signoff:
        found = part(signoff.versions(model, limit=limit), page, limit)
    go_on(found, as_json=as_json)
    if as_json:
        tabulate([version.model_dump(mode="json") for version in found.items], as_json=True)
        return
    tabulate(
        [
            {
                "version": version.address,
                "stage": version.stage.value + (", in charge" if version.is_champion else ""),
                "artifact": digest.short(version.artifact_sha256) if version.artifact_sha256 else None,
                "registered": f"{version.registered_at:%Y-%m-%d}",
                "by": version.registered_by,
                "note": version.change_note,
            }
            for version in found.items
        ],
        nothing=found.nothing(f"{model} has no version yet."),
    )


def register(cli: typer.Typer) -> None:
    """Add these commands."""
    cli.command(
        "register",
        epilog=examples(
            "signoff register mortgage-approval --artifact model.json --code-ref 4f1c9aa --seed 7",
            "signoff register churn --use-case care --digest \"$(sha256sum model.onnx | cut -d ' ' -f 1)\"",
        ),
    )(register_command)
    cli.command("models", epilog=examples("signoff models --stage production", "signoff models --json"))(models_command)
    cli.command("versions", epilog=examples("signoff versions mortgage-approval"))(versions_command)


def _is_fingerprint(option: str, given: str | None) -> None:
    """Refuse what is no SHA-256 by the name of its option; None was not given."""
    try:
        digest.parse(given if given is not None else "0" * 64)
    except InputError as odd:
        raise InputError(f"{option} does not fit: {odd.problem}", odd.fix) from None


def _known(signoff: "Signoff", model: str) -> "Model | None":
    try:
        return signoff.model(model)
    except NotFoundError:
        return None


def _agrees(model: str, said: Mapping[str, tuple[str | None, str]]) -> None:
    """Refuse what is said of a model when something else stands; a pipeline repeats what it said the first time.

    Raises:
        ConflictError: names the option, and what stands.
    """
    for option, (given, stands) in said.items():
        if given is not None and given != stands:
            raise ConflictError(
                f"{option} says {given}, and {model} is registered with {stands}. No version was registered.",
                f"Leave the option out; what a model is changes on its page, or by PATCH /api/v1/models/{model}.",
            )


def _make_use_case(signoff: "Signoff", slug: str, purpose: str) -> None:
    try:
        signoff.use_case(slug)
    except NotFoundError:
        signoff.register_use_case(slug, name=_title(slug), purpose=purpose)


def _title(slug: str) -> str:
    return slug.replace("-", " ").replace("_", " ").capitalize()
