"""What people of the demo do, again and again: register, measure, describe, ask, sign."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from core.approvals import findings
from core.approvals import queries as requests
from core.approvals.actions import open_request
from core.approvals.dossier import gather
from core.approvals.review import Opinion, ReviewDecision
from core.approvals.signing import submit_review
from core.approvals.standing import stand
from core.cards import actions as cards
from core.cards import queries as card_queries
from core.evaluation import actions as evaluation
from core.evaluation import queries as evaluations
from core.evaluation.upload import Spec
from core.lineage import actions as lineage
from core.lineage.node import EdgeKind, Node, NodeKind
from core.registry import queries as registry
from core.registry.stage import Stage
from seed_data import portfolio
from seed_data.cast import Cast
from seed_data.laboratory import Bench, write

_CARDS = Path(__file__).with_name("cards")


def register(cast: Cast, days_ago: int, slug: str, bench: Bench, number: int) -> None:
    """Register a trained version, with the run that made it and the data it was trained on."""
    name, version, fingerprint = bench.data
    with cast.on(days_ago, "scientist", hour=9) as tx:
        made = portfolio.register_fitted(tx, slug, bench.fitted[number], [fingerprint])
        here = Node(NodeKind.MODEL_VERSION, f"{slug}@{made.version}")
        run = lineage.record_run(
            tx,
            f"{slug}-{made.version}",
            lineage.Work(
                title=f"Training of {slug} version {made.version}",
                code_ref=made.code_ref or "",
                environment_ref=made.environment_ref or "",
                parameters={"C": str(bench.fitted[number].recipe.strength), "penalty": "l2"},
                started_at=tx.now - timedelta(minutes=2),
                ended_at=tx.now - timedelta(minutes=1),
            ),
        )
        trained = Node(NodeKind.RUN, run.name)
        lineage.link(tx, trained, Node(NodeKind.DATASET_VERSION, f"{name}@{version}"), EdgeKind.TRAINED_ON)
        lineage.link(tx, here, trained, EdgeKind.DERIVED_FROM)


def measure(
    cast: Cast, days_ago: int, slug: str, bench: Bench, number: int, *, by: str = "scientist", spec: Spec | None = None
) -> None:
    """Upload the held-out predictions of a version, as its developer does unless somebody else is named."""
    cast.calendar.turn_to(days_ago, 11)
    with TemporaryDirectory() as folder:
        path = write(bench.predictions[number], Path(folder) / f"{slug}-{number}-predictions.csv")
        evaluation.upload(cast.store, cast.actor(by), (slug, number), path, path.name, spec=spec or bench.spec)


def describe(
    cast: Cast,
    days_ago: int,
    slug: str,
    number: int,
    *,
    without: Sequence[str] = (),
    more: Mapping[str, Mapping[str, Any]] | None = None,
) -> None:
    """Save the card of a version: the words of its file, the newest evaluations, and what is new in it."""
    content: dict[str, Any] = yaml.safe_load((_CARDS / f"{slug}.yaml").read_text("utf-8"))
    for section, answers in (more or {}).items():
        content.setdefault(section, {}).update(answers)
    for path in without:
        section, _, field = path.partition(".")
        content.get(section, {}).pop(field, None)
    business = content.get("intended_use", {}).pop("business", None)
    with cast.on(days_ago, "scientist", hour=14) as tx:
        version = registry.version(tx.session, slug, number)
        content["model_details"]["predecessor"] = "first" if number == 1 else str(number - 1)
        content["model_details"]["what_changed"] = version.change_note
        analyses = content.setdefault("quantitative_analyses", {})
        analyses["evaluations"] = [one.key for one in evaluations.current(tx.session, version.key)]
        saved = card_queries.latest(tx.session, version.key)
        cards.save(tx, version, content, saved.number if saved else None, "The developer's part")
    if business and "intended_use.business" not in without:
        with cast.on(days_ago, "business", hour=16) as tx:
            version = registry.version(tx.session, slug, number)
            saved = card_queries.latest(tx.session, version.key)
            if saved is None:
                raise ValueError("The developer's part was saved just before.")
            whole = {**saved.content, "intended_use": {**saved.content.get("intended_use", {}), "business": business}}
            cards.save(tx, version, whole, saved.number, "The business owner's part")


def ask(cast: Cast, days_ago: int, slug: str, number: int, target: Stage, *, comment: str) -> int:
    """Open a request as the developer; returns its number."""
    with cast.on(days_ago, "scientist", hour=15 if target is Stage.STAGING else 17) as tx:
        return open_request(tx, registry.version(tx.session, slug, number), target, comment).key


def sign(
    cast: Cast,
    days_ago: int,
    username: str,
    request: int,
    *,
    decision: ReviewDecision = ReviewDecision.APPROVE,
    comment: str = "",
    opinion: Opinion | None = None,
    hour: int = 18,
) -> None:
    """Decide as a reviewer about exactly what stands there on that day."""
    with cast.on(days_ago, username, hour=hour) as tx:
        standing = stand(tx.session, requests.request(tx.session, request), tx.now)
        submit_review(
            tx,
            request,
            decision,
            standing.digest,
            cast.proof(tx, username),
            comment=comment,
            opinion=opinion,
            statement=standing.statement(decision),
        )


def accept(cast: Cast, days_ago: int, request: int, rule: str, *, reason: str, days: int, hour: int = 17) -> None:
    """Let the validator accept a check that is not met, for some days."""
    with cast.on(days_ago, "validator", hour=hour) as tx:
        dossier = gather(tx.session, tx.blobs, requests.request(tx.session, request), tx.now)
        looked_at = dossier.gate.result(rule) if dossier.gate else None
        if looked_at is None:
            raise ValueError(f"The policy asks for no check {rule}.")
        until, proof = tx.now + timedelta(days=days), cast.proof(tx, "validator")
        findings.accept_rule(tx, request, rule, looked_at.basis, reason=reason, until=until, proof=proof)
