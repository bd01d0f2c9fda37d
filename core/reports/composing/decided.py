"""What was decided: requests with every review and the checks of then, the checks as they stand, and the findings."""

from collections.abc import Iterator, Sequence

from core.approvals import decided as kept_checks
from core.approvals import queries as approvals
from core.approvals import release
from core.approvals.decided import Decided
from core.approvals.pin_set import recall
from core.approvals.queries import Said
from core.approvals.request import TransitionRequest
from core.approvals.review import ReviewDecision, Validity
from core.approvals.standing import stand, state_at
from core.approvals.states import RequestState
from core.evidence import queries as problems
from core.evidence.finding import FindingState, Severity
from core.evidence.queries import FindingFilter, FindingLine
from core.policy import gate as gates
from core.policy import queries as policies
from core.policy.result import RuleResult
from core.policy.rule import MaximumAge, SetUses
from core.policy.verdict import Verdict
from core.registry.stage import Stage
from core.reports.composing.asking import Asked
from core.reports.composing.card import next_stage
from core.reports.content import Check, Fact, Finding, Gate, Mark, Pin, Request, Review, Tone
from core.reports.writing import moment

_COUNTED = (MaximumAge, SetUses)  # a bare number of days or uses says too little
_STATES = {
    RequestState.APPLIED: Tone.GOOD,
    RequestState.APPROVED: Tone.GOOD,
    RequestState.REJECTED: Tone.BAD,
    RequestState.REVOKED: Tone.BAD,
    RequestState.FAILED: Tone.BAD,
    RequestState.CHANGES_REQUESTED: Tone.CAUTION,
}
_ENDS = {RequestState.WITHDRAWN: "Withdrawn", RequestState.EXPIRED: "Expired"}
_DECISIONS = {
    ReviewDecision.APPROVE: Tone.GOOD,
    ReviewDecision.REJECT: Tone.BAD,
    ReviewDecision.REQUEST_CHANGES: Tone.CAUTION,
}
_WORTH = {Validity.CURRENT: Tone.GOOD, Validity.STALE: Tone.CAUTION, Validity.EXPIRED: Tone.CAUTION}
_VERDICTS = {
    Verdict.SATISFIED: Tone.GOOD,
    Verdict.UNSATISFIED: Tone.BAD,
    Verdict.ERROR: Tone.BAD,
    Verdict.NOT_MEASURED: Tone.CAUTION,
    Verdict.OVERRIDDEN: Tone.CAUTION,
}


def requests(asked: Asked) -> tuple[Request, ...]:
    """Gather every request about the version, newest first."""
    return tuple(_request(asked, row) for row in approvals.of_version(asked.session, asked.version.key))


def _request(asked: Asked, row: TransitionRequest) -> Request:
    state = state_at(row, asked.at)
    pinned = recall(asked.session, [row.evidence_digest]).get(row.evidence_digest, ())
    pins = tuple(Pin(pin.component.words, " ".join(filter(None, (pin.name, pin.label))), pin.digest) for pin in pinned)
    facts = [
        Fact("Asked", f"from {row.origin.value} to {row.target.value}"),
        Fact("Opened", f"{moment(row.opened_at)} by {asked.name(row.opened_by)}"),
        Fact("Submissions", str(row.round)),
        Fact("Policy", row.policy or "none"),
        Fact("Fingerprint of everything signed", row.evidence_digest),
    ]
    if row.decided_at is not None:
        facts.append(Fact(_ENDS.get(state, "Decided"), moment(row.decided_at)))
    kept = kept_checks.recall(asked.session, row)
    if row.gate_digest:
        what = "stood then" if state in _ENDS else "it was decided on"
        facts.append(Fact(f"Fingerprint of what {what}", row.gate_digest))
    if kept is not None:
        held = f"version {kept.champion.version}" if kept.champion else "no other version was in charge"
        facts.append(Fact("Held against", held))
    if row.reason:
        facts.append(Fact("Reason", row.reason))
    if row.revoked_by:
        facts.append(Fact("Revoked by", row.revoked_by))
    return Request(
        address=row.address,
        title=f"{row.kind.words.capitalize()} to {row.target.value}",
        state=Mark(state.words, _STATES.get(state, Tone.PLAIN)),
        facts=tuple(facts),
        comment=approvals.comment(asked.session, row),
        pins=pins,
        reviews=tuple(_reviews(asked, row, state)),
        gate=_kept(kept),
    )


def _kept(kept: Decided | None) -> Gate | None:
    """What the checks said when a request was decided."""
    if kept is None or kept.gate is None or kept.policy is None:
        return None
    return _gate(kept.gate, kept.policy.label, kept.policy.digest, kept.request)


def _reviews(asked: Asked, row: TransitionRequest, state: RequestState) -> Iterator[Review]:
    said = approvals.reviews(asked.session, row.key)
    worth = _worth_now(asked, row) if state.undecided else _worth_then(row, said)
    for one in said:
        if one.decision is ReviewDecision.COMMENT:
            validity = Mark("a comment, not signed")
        else:
            value = worth[one.id]
            validity = Mark(value.words, _WORTH.get(value, Tone.PLAIN))
        changed = f" Changed since: {'; '.join(one.staled_by)}." if one.staled_by else ""
        yield Review(
            name=one.person,
            role=", ".join(role.words.lower() for role in one.roles) or "no review role",
            decision=Mark(one.decision.words, _DECISIONS.get(one.decision, Tone.PLAIN)),
            validity=validity,
            opinion=one.opinion.words if one.opinion else "",
            statement=one.statement or "none: a comment is not signed",
            comment=one.comment + changed,
            at=one.at,
            proof=_proof(one),
            seen=one.evidence_digest,
        )


def _proof(one: Said) -> str:
    if one.proof_method is None:
        return "none: a comment needs no proof"
    return one.proof_method.words + (f", {moment(one.proof_at)}" if one.proof_at else "")


def _worth_now(asked: Asked, row: TransitionRequest) -> dict[int, Validity]:
    standing = stand(asked.session, row, asked.at)
    return {one.review.key: one.validity for one in standing.signatures}


def _worth_then(row: TransitionRequest, said: Sequence[Said]) -> dict[int, Validity]:
    """Tell what each review of a decided request was worth when it was decided.

    What changes after a decision does not touch it, so the present state of the evidence plays no part.
    """
    last = {one.person_id: one.id for one in said if one.decision.decides}
    worth = {}
    for one in said:
        if last.get(one.person_id) != one.id:
            worth[one.id] = Validity.DISMISSED
        else:
            same = one.evidence_digest == row.evidence_digest
            worth[one.id] = Validity.CURRENT if same else Validity.STALE
    return worth


def checks(asked: Asked) -> tuple[Gate, ...]:
    """Evaluate the governing policy for every undecided request, or for the next stage when there is none.

    What is in production is held against the policy once more, with the exceptions of the approval it rests on.
    """
    if asked.version.stage is Stage.ARCHIVED:
        return ()
    policy = policies.find_governing(asked.session, asked.model.materiality)
    if policy is None:
        return ()
    open_now: list[tuple[Stage, str | None]] = [
        (row.target, row.address)
        for row in approvals.of_version(asked.session, asked.version.key)
        if state_at(row, asked.at).undecided and policy.document.stage(row.target)
    ]
    found = []
    for target, request in open_now or [(next_stage(asked.version.stage), _resting_on(asked))]:
        gate = policies.evaluated(
            asked.session, asked.blobs, policy, asked.version, target=target, now=asked.at, request=request
        )
        asked_in = (
            request if open_now or request is None else f"{request}, which is decided; evaluated anew for this report"
        )
        found.append(_gate(gate, policy.label, policy.digest, asked_in))
    return tuple(found)


def _resting_on(asked: Asked) -> str | None:
    """Name the promotion that a version in production rests on."""
    if asked.version.stage is not Stage.PRODUCTION:
        return None
    given = release.approvals(asked.session, asked.version, Stage.PRODUCTION)
    return given[-1].address if given else None


def _gate(gate: gates.Gate, policy: str, digest: str, request: str | None) -> Gate:
    if not gate.results:
        verdict = Mark("the policy says nothing about this stage, so it never opens", Tone.BAD)
    elif gate.opens:
        accepted = len(gate.overridden)
        verdict = Mark(f"open, {accepted} accepted as exceptions" if accepted else "open", Tone.GOOD)
    else:
        blocking = len(gate.blocking)
        words = "1 required check is not met" if blocking == 1 else f"{blocking} required checks are not met"
        verdict = Mark(f"closed: {words}", Tone.BAD)
    return Gate(
        title=f"To {gate.target.value}, by the policy {policy}",
        verdict=verdict,
        facts=(
            Fact("Asked in", request or "no request is open; evaluated for this report"),
            Fact("Evaluated as of", moment(gate.at)),
            Fact("Fingerprint of the policy", digest),
            Fact(
                "Who has to agree", "; ".join(f"{rule.minimum} × {rule.role.words.lower()}" for rule in gate.approvals)
            ),
        ),
        checks=tuple(_check(result) for result in gate.results),
    )


def _check(result: RuleResult) -> Check:
    remedy = result.clearing.how if result.clearing and result.blocks else ""
    if result.override is not None:
        given = result.override
        remedy = f"Accepted by {given.by} until {moment(given.until)}: {given.reason}"
    read = ", ".join(dict.fromkeys(one.address for one in result.evidence if one.address))
    return Check(
        rule=result.rule.title,
        strength=result.rule.severity.words,
        verdict=Mark(result.verdict.words, _VERDICTS.get(result.verdict, Tone.PLAIN)),
        measured=result.explanation
        if isinstance(result.rule, _COUNTED)
        else result.measured_words or result.explanation,
        threshold=result.threshold_words,
        evidence=read,
        remedy=remedy,
    )


def findings(asked: Asked) -> tuple[Finding, ...]:
    """Gather every finding about the version, what still wants something done first."""
    wanted = FindingFilter(version_id=asked.version.key)
    found: list[FindingLine] = []
    page = problems.findings(asked.session, wanted, 1, 200)
    found += page.items
    for number in range(2, page.pages + 1):
        found += problems.findings(asked.session, wanted, number, 200).items
    return tuple(_finding(asked, line) for line in found)


def _finding(asked: Asked, line: FindingLine) -> Finding:
    due = moment(line.due_at) if line.due_at else "no date"
    late = line.due_at is not None and line.due_at < asked.at and not line.state.closed
    facts = [
        Fact("Raised", f"{moment(line.raised_at)} by {asked.name(line.raised_by_id)}"),
        Fact("Owner", line.owner),
        Fact("Due", f"{due}, which is over" if late else due),
    ]
    if line.request:
        facts.append(Fact("Raised in", line.request))
    if line.resolution:
        facts.append(Fact("What was done", line.resolution))
    return Finding(
        address=line.address,
        title=line.title,
        severity=Mark(line.severity.words, Tone.BAD if line.severity is Severity.HIGH else Tone.PLAIN),
        state=Mark(line.state.words, _finding_tone(line)),
        facts=tuple(facts),
        text=line.detail,
    )


def _finding_tone(line: FindingLine) -> Tone:
    if line.state is FindingState.RISK_ACCEPTED:
        return Tone.CAUTION
    if line.state.closed:
        return Tone.GOOD
    return Tone.BAD if line.blocks else Tone.CAUTION
