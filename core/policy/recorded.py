"""Rules about records: the card, where numbers come from, what made the version, how old and how used things are."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from core.policy.evidence import GateEvidence, Measured, Reference, finite
from core.policy.measured import Readings, chosen, each_evaluation
from core.policy.result import Reading
from core.policy.rule import MaximumAge, Provenance, Rule, SetUses
from core.policy.verdict import Severity, Verdict

RECORD = {
    "code_ref": "the code",
    "data_digests": "the data",
    "environment_ref": "the environment",
    "seed": "the seed",
}
"""Fields of the reproducibility record and what each names."""

PROVENANCE_WORDS = {
    "reported": "Somebody typed or uploaded the numbers; nothing was recomputed.",
    "recomputed_own_labels": "Recomputed from a file with labels of its own: the arithmetic is proven, truth is not.",
    "recomputed": "Recomputed against labels that the uploader did not supply.",
}


def card_complete(evidence: GateEvidence) -> Readings:
    """Look at the list of what the card still needs, not at a percentage; a contradiction beats completeness."""
    if evidence.card is None:
        return [Reading("model card", Verdict.NOT_MEASURED, "This version has no model card yet.")]
    read = (evidence.card.reference,)
    found: Readings = []
    if evidence.card.contradicted:
        named = _named(evidence.card.contradicted)
        sentence = f"The card says something else than the records: {named}."
        found.append(Reading("model card", Verdict.UNSATISFIED, sentence, evidence=read))
    if evidence.card.missing:
        count = len(evidence.card.missing)
        sentence = f"{count} {'field is' if count == 1 else 'fields are'} missing: {_named(evidence.card.missing)}."
        found.append(Reading("model card", Verdict.UNSATISFIED, sentence, evidence=read))
    return found or [
        Reading("model card", Verdict.SATISFIED, "Everything the target stage asks for is filled.", evidence=read)
    ]


def provenance(rule: Provenance, evidence: GateEvidence) -> Readings:
    """Look at where the numbers come from: one evaluation of an accepted kind is needed, others do not count."""
    if not any(_counts(one, rule) for one in chosen(evidence, rule.measured_on)):
        return each_evaluation(
            evidence,
            rule.measured_on,
            "where the numbers come from",
            lambda one: [_come_from(one, Verdict.UNSATISFIED, "")],
        )
    return [
        _come_from(one, Verdict.SATISFIED, "")
        if _counts(one, rule)
        else _come_from(one, Verdict.NOT_APPLICABLE, " No rule of this policy counts it.")
        for one in chosen(evidence, rule.measured_on)
    ]


def accepted(rules: Sequence[Rule], evidence: GateEvidence) -> GateEvidence:
    """Leave out what no rule may count: numbers on training rows, and what a required provenance rule refuses."""
    taken = [set(one.accepts) for one in rules if isinstance(one, Provenance) and one.severity is Severity.REQUIRED]
    kept = tuple(
        one
        for one in evidence.evaluations
        if not one.on_training and all(one.provenance in accepts for accepts in taken)
    )
    return replace(evidence, evaluations=kept)


def _counts(one: Measured, rule: Provenance) -> bool:
    return one.provenance in rule.accepts and not one.on_training


def _come_from(one: Measured, verdict: Verdict, addition: str) -> Reading:
    sentence = PROVENANCE_WORDS.get(one.provenance, "Nobody knows where the numbers come from.")
    if one.on_training:
        sentence = "Measured on rows that models were trained on: it shows memory, not skill."
    return Reading(f"on {one.where}", verdict, f"{sentence}{addition}", evidence=(one.reference,))


def reproducible(evidence: GateEvidence) -> Readings:
    """Look at the reproducibility record, field by field. A seed of 0 is a seed."""
    missing = [words for name, words in RECORD.items() if evidence.record.get(name) in (None, "", [], (), {})]
    read = (evidence.artifact,) if evidence.artifact else ()
    if missing:
        return [
            Reading(
                "reproducibility record",
                Verdict.UNSATISFIED,
                f"The version does not name {_listed(missing)}.",
                evidence=read,
            )
        ]
    sentence = "Code, data, environment and seed are named."
    return [Reading("reproducibility record", Verdict.SATISFIED, sentence, evidence=read)]


def artifact_digest(evidence: GateEvidence) -> Readings:
    """Look for the fingerprint of the bytes that are governed."""
    if evidence.artifact is None or not evidence.artifact.digest:
        return [Reading("artifact", Verdict.UNSATISFIED, "The version does not name the fingerprint of its artifact.")]
    return [Reading("artifact", Verdict.SATISFIED, "The artifact has a fingerprint.", evidence=(evidence.artifact,))]


def maximum_age(rule: MaximumAge, evidence: GateEvidence, now: datetime) -> Readings:
    """Look at how old evaluations, or the card, are."""
    if rule.of == "card":
        if evidence.card is None:
            return [Reading("model card", Verdict.NOT_MEASURED, "This version has no model card yet.")]
        return [_aged("model card", evidence.card.saved_at, rule, now, evidence.card.reference)]
    return each_evaluation(
        evidence,
        rule.measured_on,
        "age of the evaluation",
        lambda one: [_aged(f"on {one.where}", one.measured_at, rule, now, one.reference)],
    )


def set_uses(rule: SetUses, evidence: GateEvidence) -> Readings:
    """Look at how often the evaluation set was used."""

    def look(one: Measured) -> Readings:
        read = (one.reference,)
        if one.set_name is None:
            return [
                Reading(f"on {one.where}", Verdict.NOT_APPLICABLE, "The file brought its own labels.", evidence=read)
            ]
        uses = finite(one.uses)
        if uses is None:
            return [Reading(f"on {one.where}", Verdict.NOT_MEASURED, "Nobody counted its uses.", evidence=read)]
        met = uses <= rule.at_most
        sentence = f"It was used {uses:,.0f} {'time' if uses == 1 else 'times'}; {rule.at_most:,} are allowed."
        verdict = Verdict.SATISFIED if met else Verdict.UNSATISFIED
        return [Reading(f"on {one.where}", verdict, sentence, uses, short_by=uses - rule.at_most, evidence=read)]

    return each_evaluation(evidence, rule.measured_on, "uses of the evaluation set", look)


def _aged(subject: str, at: datetime, rule: MaximumAge, now: datetime, reference: Reference) -> Reading:
    read = (reference,)
    age = now - at
    if age < timedelta(0):
        return Reading(subject, Verdict.UNSATISFIED, "It is dated in the future.", evidence=read)
    met = age <= timedelta(days=rule.days)
    days = age / timedelta(days=1)
    sentence = f"It is {days:,.0f} {'day' if round(days) == 1 else 'days'} old; {rule.days:,} are allowed."
    return Reading(
        subject,
        Verdict.SATISFIED if met else Verdict.UNSATISFIED,
        sentence,
        days,
        short_by=days - rule.days,
        evidence=read,
    )


def _named(items: tuple[str, ...], most: int = 6) -> str:
    shown = ", ".join(items[:most])
    return f"{shown} and {len(items) - most} more" if len(items) > most else shown


def _listed(items: list[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
