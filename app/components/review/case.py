"""Everything the review page shows of one request, read once in one moment."""

from dataclasses import dataclass

from sqlmodel import Session

from app.visit import Visit
from core.access.person import ReviewRole
from core.approvals import queries
from core.approvals.contributions import roles_here
from core.approvals.dossier import Dossier, gather
from core.approvals.queries import Said
from core.approvals.review import ReviewDecision
from core.approvals.separation import Contribution
from core.approvals.stakes import Stakes, stakes, widest_gaps
from core.approvals.standing import Signature, Standing
from core.approvals.states import RequestKind
from core.evaluation import compare
from core.evaluation import queries as evaluation
from core.evidence import queries as findings
from core.evidence.queries import FindingFilter, FindingLine
from core.registry import queries as registry
from core.registry.stage import Stage
from core.registry.use_case import UseCase
from core.registry.version import ModelVersion


@dataclass(frozen=True, slots=True)
class Case:
    """One request as the page shows it.

    Attributes:
        dossier: where it stands and what the checks say.
        said: everything that was said, with names and words.
        opener: name of who opened it.
        comment: the opener's words.
        champion: the version it would replace; None where nothing is in production or it is asked for elsewhere.
        use_case: the business context.
        stakes: what changes for whom, one for each set of rows that both versions predicted.
        gaps: where groups fare differently, when there is nothing to compare with.
        findings: every finding against the version, open ones first.
        roles: in which capacities the visitor may sign here.
        bars: what keeps the visitor from deciding.
    """

    dossier: Dossier
    said: list[Said]
    opener: str
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
    def mine(self) -> list[Signature]:
        """What the visitor decided here before, oldest first."""
        return [s for s in self.standing.signatures if s.review.decision.decides and self._is_mine(s)]

    def _is_mine(self, signature: Signature) -> bool:
        return signature.review.person_id == self._visitor

    _visitor: int = 0


def read(here: Visit, request_id: int) -> Case:
    """Read one request.

    Raises:
        NotFoundError: there is none with this number.
    """
    with here.store.reading() as session:
        request = queries.request(session, request_id)
        dossier = gather(session, here.store.blobs, request, here.now)
        standing = dossier.standing
        told = _stakes(session, here, standing)
        said = queries.reviews(session, request_id)
        return Case(
            dossier=dossier,
            said=said,
            opener=_name(session, request.opened_by),
            comment=queries.comment(session, request),
            champion=_champion(session, standing),
            use_case=registry.use_case_by_id(session, standing.model.use_case_id),
            stakes=told,
            gaps=() if told else _gaps(session, standing.version),
            findings=findings.findings(session, FindingFilter(version_id=standing.version.key), size=100).items,
            roles=roles_here(session, here.person.key, standing.model.scope),
            bars=standing.bars(here.person.key),
            _visitor=here.person.key,
        )
