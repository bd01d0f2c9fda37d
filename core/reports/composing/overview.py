"""The title page and the summary: where the version stands, what deserves attention, what it means in plain words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.cards import plain
from core.cards import queries as cards
from core.registry import queries as registry
from core.registry.stage import Stage
from core.registry.version import missing_to_rebuild
from core.reports.composing.asking import Asked
from core.reports.composing.markdown import as_text
from core.reports.content import Card, Evaluation, Fact, Finding, Gate, Mark, Passage, Request, Summary, Title, Tone
from core.reports.writing import moment

_STAGES = {Stage.PRODUCTION: Tone.GOOD, Stage.ARCHIVED: Tone.PLAIN}


def title(asked: Asked) -> Title:
    """Say what the report is about."""
    model, version = asked.model, asked.version
    case = next((one for one in registry.use_cases(asked.session) if one.key == model.use_case_id), None)
    return Title(
        model=f"{model.name}, version {version.version}",
        address=asked.address,
        use_case=case.name if case else "",
        stage=Mark(version.stage.words, _STAGES.get(version.stage, Tone.PLAIN)),
        facts=(
            Fact("Materiality", f"{model.materiality.words}: {model.materiality_reason}"),
            Fact("Regulatory class", model.regulatory_class.words),
            Fact("Owner", asked.name(model.owner_id)),
            Fact("Registered", f"{moment(version.registered_at)} by {asked.name(version.registered_by)}"),
            Fact("Artifact", version.artifact_sha256 or "no fingerprint was registered"),
        ),
    )


@dataclass(frozen=True, slots=True)
class Gathered:
    """The other parts of the report, which the summary is drawn from."""

    card: Card | None
    evaluations: Sequence[Evaluation]
    gates: Sequence[Gate]
    findings: Sequence[Finding]
    requests: Sequence[Request]


def summary(asked: Asked, parts: Gathered) -> Summary:
    """Say it in plain words, from what the other parts hold."""
    gates, findings = parts.gates, parts.findings
    champion = registry.champion(asked.session, asked.model.key)
    open_findings = [one for one in findings if one.state.tone is not Tone.GOOD]
    facts = (
        Fact("In charge of this model", _charge(champion.version if champion else None, asked.version.version)),
        Fact("In this stage since", _since(asked)),
        Fact("Checks", "; ".join(f"{gate.title}: {gate.verdict.word}" for gate in gates) or "no policy was evaluated"),
        Fact("Findings", f"{len(findings)}, {len(open_findings)} of them not closed" if findings else "none"),
        Fact("Requests", f"{len(parts.requests)}"),
        Fact("Evaluations", f"{len(parts.evaluations)} current"),
        Fact("Next review of the model", moment(when) if (when := asked.model.next_review_at) else ""),
    )
    return Summary(
        headline=_headline(asked, parts.requests),
        concerns=tuple(_concerns(asked, parts)),
        facts=facts,
        passages=tuple(_passages(asked)),
    )


def _charge(champion: int | None, number: int) -> str:
    if champion is None:
        return "no version yet"
    return "this version" if champion == number else f"version {champion}"


def _since(asked: Asked) -> str:
    history = registry.history(asked.session, asked.version.key)
    return moment(history[-1].at) if history else moment(asked.version.registered_at)


def _headline(asked: Asked, requests: Sequence[Request]) -> str:
    """Say where it stands, by whose signatures, and what is waiting."""
    history = registry.history(asked.session, asked.version.key)
    name = f"Version {asked.version.version} of {asked.model.name}"
    match asked.version.stage:
        case Stage.PRODUCTION:
            where = f"{name} is approved for production"
        case Stage.STAGING:
            where = f"{name} is in staging and not approved for production"
        case Stage.DEVELOPMENT:
            where = f"{name} is in development and approved for nothing"
        case Stage.ARCHIVED:
            where = f"{name} is archived"
    by = history[-1].request if history else None
    if by:
        where += f". It was moved there on {moment(history[-1].at)} by {by}"
        signers = [
            f"{review.name} ({review.role})"
            for request in requests
            if request.address == by
            for review in request.reviews
            if review.decision.tone is Tone.GOOD and review.validity.tone is Tone.GOOD
        ]
        where += f", signed by {' and '.join(signers)}" if signers else ""
    waiting = [one.address for one in requests if "waiting" in one.state.word or one.state.tone is Tone.CAUTION]
    return f"{where}." + (f" {' and '.join(waiting)} is not decided yet." if waiting else "")


def _concerns(asked: Asked, parts: Gathered) -> Iterator[str]:
    for finding in parts.findings:
        if finding.state.tone is Tone.BAD:
            yield f"{finding.address} blocks: {finding.title}."
    for gate in parts.gates:
        for check in gate.checks:
            if check.strength == "Required" and check.verdict.tone in {Tone.BAD, Tone.CAUTION}:
                yield f"{gate.title}: “{check.rule}” is {check.verdict.word.lower()}."
        if not gate.checks:
            yield f"{gate.title}: {gate.verdict.word}."
    if not parts.gates and asked.version.stage is not Stage.ARCHIVED:
        yield "No policy governs this materiality, so nothing can be approved."
    for request in parts.requests:
        stale = [one.name for one in request.reviews if one.validity.tone is Tone.CAUTION]
        if stale:
            yield f"{request.address}: something changed since {' and '.join(stale)} signed."
    yield from _gaps(asked, parts.card, parts.evaluations)


def _gaps(asked: Asked, card: Card | None, evaluations: Sequence[Evaluation]) -> Iterator[str]:
    if card is None:
        yield "There is no model card."
    elif card.missing:
        yield "The model card does not answer everything the next stage asks for; its part lists what is lacking."
    if not evaluations:
        yield "Nothing was measured."
    for evaluation in evaluations:
        for note in evaluation.notes:
            if note.startswith("WARNING"):
                yield f"{evaluation.title}: {note}"
    if lacking := missing_to_rebuild(asked.version):
        yield f"A stranger could not build it again; missing: {'; '.join(lacking)}."
    if asked.model.next_review_at is not None and asked.model.next_review_at < asked.at:
        yield f"The review of the model was due on {moment(asked.model.next_review_at)}."


def _passages(asked: Asked) -> Iterator[Passage]:
    """Take the plain reading of the card; what it is silent about is said in the card's own part."""
    newest = cards.latest(asked.session, asked.version.key)
    if newest is None:
        return
    reading = plain.read(newest.content)
    if reading.lead != plain.SILENT:
        yield Passage("What it is", (as_text(reading.lead),))
    for part in reading.parts:
        if part.answered:
            yield Passage(part.heading, tuple(as_text(one).removeprefix("• ") for one in part.sentences))
