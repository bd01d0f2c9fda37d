"""Everything the review page shows of one request, read in one moment."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from app.components import class_names
from app.visit import Visit
from core.access import queries as people
from core.access.person import ReviewRole
from core.approvals import queries
from core.approvals.contributions import roles_here
from core.approvals.decided import Decided
from core.approvals.dossier import Dossier, gather
from core.approvals.queries import Said
from core.approvals.separation import Contribution
from core.approvals.stakes import Stakes, stakes, widest_gaps
from core.approvals.standing import Signature, Standing
from core.evaluation import compare
from core.evaluation import queries as evaluation
from core.evaluation.evaluation import Evaluation
from core.evidence import queries as findings
from core.evidence.queries import FindingFilter, FindingLine
from core.registry import queries as registry
from core.registry.stage import Stage
from core.registry.use_case import UseCase
from core.registry.version import ModelVersion


@dataclass(frozen=True, slots=True)
class Case:
    """One request as its page shows it to one visitor.

    Attributes:
        visitor: id of who looks.
        dossier: where it stands and what the checks say.
        said: everything that was said, with names and words.
        names: display names of everybody who occurs, by id.
        comment: the opener's words.
        champion: the version it would replace, or that was in charge when it was decided; None where there is none, or
            where it goes elsewhere.
        use_case: the business context.
        stakes: what changes for whom, one for each set of rows that both versions predicted.
        gaps: where groups fare differently, when there is nothing to compare with.
        findings: every finding against the version, open ones first.
        roles: in which capacities the visitor may sign here.
        bars: what keeps the visitor from deciding.
    """

    visitor: int
    dossier: Dossier
    said: list[Said]
    names: dict[int, str]
    comment: str
    champion: ModelVersion | None
    use_case: UseCase | None
    stakes: tuple[Stakes, ...]
    gaps: tuple[str, ...]
    findings: list[FindingLine]
    roles: frozenset[ReviewRole]
    bars: tuple[Contribution, ...]

    @property
    def standing(self) -> Standing:
        """Where the request stands."""
        return self.dossier.standing

    @property
    def mine(self) -> Signature | None:
        """The visitor's newest decision here; None when there is none."""
        decided = [s for s in self.standing.signatures if s.review.decision.decides]
        return next((s for s in reversed(decided) if s.review.person_id == self.visitor), None)

    @property
    def wanted_of_me(self) -> tuple[ReviewRole, ...]:
        """The roles in which the visitor's signature is still wanted."""
        if self.bars:
            return ()
        return tuple(role for role in self.standing.quorum.wanted if role in self.roles)


def read(here: Visit, request_id: int) -> Case:
    """Read one request.

    Raises:
        NotFoundError: there is none with this number.
    """
    with here.store.reading() as session:
        request = queries.request(session, request_id)
        dossier = gather(session, here.store.blobs, request, here.now)
        standing = dossier.standing
        at = dossier.decided.at if dossier.decided else None
        champion = _champion(session, standing, dossier.decided)
        told = _stakes(session, here, standing, champion, at)
        said = queries.reviews(session, request_id)
        seated = [person for seat in standing.quorum.seats for person in seat.people]
        hands = [hand.person_id for hand in standing.hands]
        return Case(
            visitor=here.person.key,
            dossier=dossier,
            said=said,
            names=people.names(session, [request.opened_by, *seated, *hands, *(one.person_id for one in said)]),
            comment=queries.comment(session, request),
            champion=champion,
            use_case=session.get(UseCase, standing.model.use_case_id),
            stakes=told,
            gaps=() if told else _gaps(session, standing.version, at),
            findings=findings.findings(session, FindingFilter(version_id=standing.version.key), size=100).items,
            roles=roles_here(session, here.person.key, standing.model.scope),
            bars=standing.bars(here.person.key),
        )


def _champion(session: Session, standing: Standing, decided: Decided | None) -> ModelVersion | None:
    if standing.request.target is not Stage.PRODUCTION:
        return None
    if decided is not None:
        held = decided.champion
        return registry.version(session, standing.model.slug, held.version) if held else None
    found = registry.champion(session, standing.model.key)
    return found if found is not None and found.id != standing.version.id else None


def _stakes(
    session: Session, here: Visit, standing: Standing, champion: ModelVersion | None, at: datetime | None
) -> tuple[Stakes, ...]:
    if champion is None:
        return ()
    found = compare.with_version(session, here.store.blobs, standing.version, champion, at=at)
    margins = standing.policy.document.margins(Stage.PRODUCTION) if standing.policy else {}
    return tuple(stakes(one, margins, _positive(session, one.candidate)) for one in found if one.differences)


def _gaps(session: Session, version: ModelVersion, at: datetime | None) -> tuple[str, ...]:
    current = evaluation.current(session, version.key, at)
    if not current:
        return ()
    return widest_gaps(evaluation.results(session, current[0].key), _positive(session, current[0]))


def _positive(session: Session, one: Evaluation) -> str:
    """Name the positive class as the pages of an evaluation do; empty where there is none."""
    rows = None if one.set_id is None else evaluation.set_by_id(session, one.set_id)
    names = class_names.of(one, rows)
    return names[-1] if len(names) == 2 else ""
