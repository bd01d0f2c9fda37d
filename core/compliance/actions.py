"""The verbs of compliance: a named person attests a duty, sets it aside with a reason, or takes either back."""

from core.access import permission
from core.access.permission import Permission
from core.audit.event import Event, Subject
from core.cards.answers import SHORTEST_PROSE, text_lack
from core.cards.asking import Ask
from core.compliance import catalogue as catalogues
from core.compliance.catalogue import ANNEX_IV
from core.compliance.declaration import Declaration, Declared
from core.errors import InputError, NotFoundError
from core.registry import queries as registry
from core.registry.version import ModelVersion
from core.store.transaction import Transaction

LIMIT = 2000
_STATEMENT = Ask("Statement", prose=True)
_EVENTS = {
    Declared.MET: Event.ATTESTATION_GIVEN,
    Declared.NOT_APPLICABLE: Event.CONTROL_SCOPED,
    Declared.WITHDRAWN: Event.ATTESTATION_WITHDRAWN,
}


def declare(
    tx: Transaction,
    version: ModelVersion,
    control: str,
    declared: Declared,
    statement: str,
    *,
    catalogue: str = ANNEX_IV,
) -> Declaration:
    """Declare something about one duty of a version, by name. Commands and tokens cannot.

    Args:
        tx: the transaction.
        version: the version it holds for; another version needs its own.
        control: id of the duty.
        declared: that it is met, that it does not apply, or that what was declared no longer stands.
        statement: what was looked at, or the reason, in a sentence.
        catalogue: where the duty stands.

    Raises:
        AccessError: the actor may not, or is no person in front of a page.
        InputError: the statement says nothing.
        NotFoundError: the catalogue has no such duty.
    """
    model = registry.model_by_id(tx.session, version.model_id)
    person = permission.require(tx.session, tx.actor, Permission.ATTEST_COVERAGE, model.scope)
    duties = catalogues.load(catalogue)
    if duties.control(control) is None:
        raise NotFoundError(f"{duties.title} has no item {control!r}.", "Choose one from the list.")
    said = statement.strip()
    if text_lack(said, _STATEMENT) is not None or len(said) > LIMIT:
        raise InputError(
            "The statement does not say what you looked at or why.",
            f"Write {SHORTEST_PROSE} to {LIMIT} characters that a colleague can check later.",
        )
    quoted = tx.text(said)
    row = tx.add(
        Declaration(
            version_id=version.key,
            catalogue=catalogue,
            control=control,
            declared=declared,
            statement=said,
            statement_sha256=quoted["text_sha256"],
            person_id=person.key,
            at=tx.now,
        )
    )
    tx.record(
        _EVENTS[declared],
        Subject("model_version", f"{model.slug}@{version.version}", version.version),
        catalogue=catalogue,
        control=control,
        statement=quoted,
    )
    return row
