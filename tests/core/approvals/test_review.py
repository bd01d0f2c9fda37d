"""A decision says enough to be read later."""

import pytest

from core.approvals.review import Opinion, ReviewDecision, Validity, check, statement
from core.digest import of_bytes
from core.errors import InputError

APPROVE, CHANGES, REJECT, COMMENT = ReviewDecision


@pytest.mark.parametrize(
    ("decision", "comment", "opinion", "validator"),
    [
        pytest.param(CHANGES, " ", None, False, id="changes without a word"),
        pytest.param(REJECT, "", None, False, id="a rejection without a reason"),
        pytest.param(COMMENT, "", None, False, id="an empty comment"),
        pytest.param(APPROVE, "", None, True, id="a validator without an opinion"),
        pytest.param(APPROVE, "", Opinion.FIT, False, id="an opinion from somebody else"),
        pytest.param(APPROVE, "but", Opinion.NOT_FIT, True, id="approving what is not fit"),
        pytest.param(APPROVE, "", Opinion.FIT_WITH_CONDITIONS, True, id="conditions nobody wrote down"),
    ],
)
def test_a_decision_that_says_too_little_is_refused(decision, comment, opinion, validator):
    with pytest.raises(InputError):
        check(decision, comment, opinion, validator=validator)


@pytest.mark.parametrize(
    ("decision", "comment", "opinion", "validator"),
    [
        pytest.param(APPROVE, "", None, False, id="a plain approval"),
        pytest.param(APPROVE, "", Opinion.FIT, True, id="a validator's approval"),
        pytest.param(APPROVE, "monthly check", Opinion.FIT_WITH_CONDITIONS, True, id="with conditions"),
        pytest.param(REJECT, "unfair", Opinion.NOT_FIT, True, id="a validator's rejection"),
        pytest.param(COMMENT, "why 0.8?", None, True, id="a validator only asks"),
    ],
)
def test_a_decision_that_says_enough_is_taken(decision, comment, opinion, validator):
    check(decision, comment, opinion, validator=validator)


def test_the_statement_names_what_was_looked_at():
    seen = of_bytes(b"everything")
    said = statement(APPROVE, "mortgage-approval v4 to production", seen)
    short = seen.removeprefix("sha256:")[:8]
    assert said.startswith("mortgage-approval v4 to production, with everything listed under “What you sign”, ")
    assert f"fingerprint {short}" in said


def test_a_comment_is_not_signed():
    with pytest.raises(ValueError, match="not signed"):
        statement(COMMENT, "anything", of_bytes(b""))


@pytest.mark.parametrize("member", [*ReviewDecision, *Opinion, *Validity])
def test_every_word_of_a_review_can_be_read(member):
    assert member.words
