"""What reviewers do beside signing: raise and close findings, and accept a check that is not met."""

from datetime import datetime

from core.access import permission, step_up
from core.access.permission import Permission
from core.access.proof import Proof
from core.approvals import queries
from core.approvals.contributions import asking, contributions
from core.approvals.dossier import gather
from core.approvals.proving import require_proof
from core.approvals.separation import bars
from core.approvals.signing import must_not_contribute
from core.audit.actor import ActorKind
from core.digest import Digest
from core.errors import ConflictError, NotFoundError, TransitionError
from core.evidence import actions
from core.evidence import queries as findings
from core.evidence.actions import Problem
from core.evidence.finding import Finding, FindingState
from core.policy import waiver
from core.policy.waiver import Waiver
from core.registry import queries as registry
from core.store.transaction import Transaction


def raise_finding(tx: Transaction, request_id: int, problem: Problem) -> Finding:
    """Attach a finding to what a request asks for; a high one blocks it until somebody independent closes it.

    Raises:
        AccessError: the actor reviews nothing here.
        InputError: it says too little.
    """
    request = queries.request(tx.session, request_id)
    version = registry.version_by_id(tx.session, request.version_id)
    return actions.raise_finding(
        tx,
        version,
        Problem(problem.title, problem.severity, problem.owner_id, problem.detail, problem.due_at, request.address),
    )


def resolve_finding(tx: Transaction, finding_id: int, resolution: str) -> Finding:
    """Say that a finding is done with.

    Said by a risk reviewer, or by whoever raised it, without a hand in the version, it is closed. Said by anybody
    else who works on the model, or by a token, it is mended and waits for such a person to look.

    Raises:
        AccessError: the actor may not.
        TransitionError: it is closed already.
        InputError: nothing is said about what was done.
    """
    finding = findings.finding(tx.session, finding_id)
    model = registry.model_by_id(tx.session, finding.model_id)
    version = registry.version_by_id(tx.session, finding.version_id)
    person_id = tx.actor.person_id
    verifies = permission.may(tx.session, tx.actor, Permission.VERIFY_FINDING, model.scope)
    raised_it = person_id is not None and finding.raised_by == person_id
    if raised_it:
        permission.require_means(tx.session, tx.actor, Permission.RESOLVE_FINDING, model.scope)
    elif not verifies:
        permission.require(tx.session, tx.actor, Permission.RESOLVE_FINDING, model.scope)
    waiting = queries.waiting(tx.session, version.key)
    asked = [hand for request in waiting for hand in asking(tx.session, request)]
    hands = [*contributions(tx.session, version, None), *asked]
    independent = person_id is not None and not bars(hands, person_id)
    closes = independent and (verifies or raised_it) and tx.actor.kind is not ActorKind.TOKEN
    return actions.move(tx, finding, FindingState.VERIFIED if closes else FindingState.RESOLVED, resolution)


def acceptance_of(request_id: int, rule_id: str, seen: Digest, reason: str, until: datetime) -> Digest:
    """Name one acceptance by everything that is decided and typed: what a provider's proof is asked for."""
    day = until.date().isoformat()
    return step_up.purpose(request=request_id, rule=rule_id, seen=seen, reason=reason.strip(), until=day)


def accept_rule(
    tx: Transaction, request_id: int, rule_id: str, seen: Digest, *, reason: str, until: datetime, proof: Proof
) -> Waiver:
    """Accept, as a risk reviewer without a hand in the version, that a check is not met; shown wherever the check is.

    Args:
        tx: the transaction.
        request_id: number of the request it is accepted for.
        rule_id: the rule.
        seen: basis of the answer that the actor looked at: the rule and the evidence that it had read.
        reason: why the risk is borne.
        until: when the acceptance ends.
        proof: who the actor is, shown for this decision.

    Raises:
        AccessError: the actor is no risk reviewer here, has a hand in the version, or showed no fresh proof.
        TransitionError: the policy lets nobody accept this rule, or there is nothing to accept.
        InputError: no reason, or no end that the policy allows.
        NotFoundError: the policy has no such rule.
        ConflictError: the evidence of the check, or the rule, changed since the actor looked.
    """
    request = queries.request(tx.session, request_id)
    dossier = gather(tx.session, tx.blobs, request, tx.now)
    standing = dossier.standing
    person = permission.require(tx.session, tx.actor, Permission.ACCEPT_RULE, standing.model.scope)
    must_not_contribute(standing, person, "accept what it does not meet")
    require_proof(tx, proof, acceptance_of(request_id, rule_id, seen, reason, until))
    if not standing.state.undecided:
        raise TransitionError(
            f"The request is {standing.state.words}, so nothing can be accepted for it any more.", "Open a new one."
        )
    result = dossier.gate.result(rule_id) if dossier.gate else None
    if result is None:
        raise NotFoundError(f"The policy asks for no check {rule_id}.", "Look at the checks of the request again.")
    if result.basis != seen:
        raise ConflictError(
            f"What “{result.rule.title}” rests on changed since you looked.", "Look at the check again, then accept it."
        )
    return waiver.accept(
        tx,
        result,
        request=request.address,
        version_id=standing.version.key,
        scope=standing.model.scope,
        contributors=standing.contributors,
        reason=reason,
        until=until,
    )
