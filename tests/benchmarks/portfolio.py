"""A portfolio of many models, poured in by SQL, past the actions and the log, into a store that is thrown away."""

from datetime import timedelta

from sqlalchemy import func, insert, select

from core.registry.materiality import Exposure, Purpose, RegulatoryClass, RiskTier
from core.registry.model import RegisteredModel
from core.registry.stage import Alias, ModelAlias, Stage, StagePlacement
from core.registry.use_case import UseCase
from core.registry.version import ModelVersion, Task
from core.store.store import Store

MODELS, VERSIONS, USE_CASES = 10_000, 3, 100
AREAS = ("credit", "fraud", "churn", "claims", "demand", "triage", "pricing", "routing", "search", "energy")


def pour(store: Store, models: int = MODELS) -> None:
    """Put so many models in, half of them with a champion in production."""
    with store.writing.begin() as connection:
        person = connection.execute(select(func.min(RegisteredModel.owner_id))).scalar_one()
        before = connection.execute(select(func.max(RegisteredModel.id))).scalar_one()
        cases = connection.execute(select(func.max(UseCase.id))).scalar_one()
        versions = connection.execute(select(func.max(ModelVersion.id))).scalar_one()
        now = store.clock()
        connection.execute(
            insert(UseCase),
            [
                {"id": cases + n, "slug": f"case-{n}", "name": f"Case {n}", "purpose": "Load", "owner_id": person,
                 "created_by": person, "created_at": now}
                for n in range(1, USE_CASES + 1)
            ],
        )  # fmt: skip
        tiers = list(RiskTier)
        connection.execute(
            insert(RegisteredModel),
            [
                {
                    "id": before + n, "slug": f"{AREAS[n % 10]}-{n:05}", "name": f"{AREAS[n % 10].title()} {n:05}",
                    "description": "", "use_case_id": cases + 1 + n % USE_CASES, "owner_id": person,
                    "exposure": Exposure.MODERATE, "purpose": Purpose.SUPPORT, "materiality": tiers[n % len(tiers)],
                    "materiality_reason": "Load", "regulatory_class": RegulatoryClass.NONE,
                    "tags": [AREAS[n % 10], f"team-{n % 40}"], "next_review_at": now + timedelta(days=n % 400 - 20),
                    "created_by": person, "created_at": now,
                }
                for n in range(1, models + 1)
            ],
        )  # fmt: skip
        built = [(n, number) for n in range(1, models + 1) for number in range(1, VERSIONS + 1)]
        connection.execute(
            insert(ModelVersion),
            [
                {
                    "id": versions + place, "model_id": before + n, "version": number, "task": Task.BINARY,
                    "stage": stage_of(n, number), "artifact_sha256": f"sha256:{place:064x}", "data_digests": [],
                    "change_note": "", "registered_by": person, "registered_at": now,
                }
                for place, (n, number) in enumerate(built, 1)
            ],
        )  # fmt: skip
        connection.execute(
            insert(StagePlacement),
            [
                {"model_id": before + n, "version_id": versions + place, "stage": stage_of(n, number), "at": now}
                for place, (n, number) in enumerate(built, 1)
            ],
        )
        connection.execute(
            insert(ModelAlias),
            [
                {"model_id": before + n, "alias": Alias.CHAMPION, "version_id": versions + place}
                for place, (n, number) in enumerate(built, 1)
                if stage_of(n, number) is Stage.PRODUCTION
            ],
        )


def stage_of(model: int, number: int) -> Stage:
    """Second versions of every other model are in production, third ones are being built."""
    return Stage.PRODUCTION if number == 2 and model % 2 else Stage.DEVELOPMENT
