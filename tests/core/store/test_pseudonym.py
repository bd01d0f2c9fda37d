import stat
from datetime import date

import pytest

from core.errors import IntegrityError
from core.store.pseudonym import LENGTH, Pseudonyms


@pytest.fixture
def pseudonyms(tmp_path):
    return Pseudonyms(tmp_path / "keys" / "identifiers.key")


def test_one_identifier_written_in_three_ways_has_one_pseudonym(pseudonyms):
    found = pseudonyms.of("model:a", [7, 7.0, "7", 7.5, "07"])
    assert len(set(found[:3])) == 1
    assert len(set(found)) == 3
    assert {len(one) for one in found} == {LENGTH}


def test_days_and_words_have_pseudonyms_too(pseudonyms):
    assert pseudonyms.of("r", [date(2013, 3, 1)]) == pseudonyms.of("r", ["2013-03-01"])


def test_realms_and_stores_cannot_be_linked(pseudonyms, tmp_path):
    other = Pseudonyms(tmp_path / "other" / "identifiers.key")
    assert len({pseudonyms.of("a", ["x"])[0], pseudonyms.of("b", ["x"])[0], other.of("a", ["x"])[0]}) == 3


def test_the_key_stays_and_only_its_owner_reads_it(pseudonyms):
    assert pseudonyms.of("a", ["x"]) == Pseudonyms(pseudonyms.path).of("a", ["x"])
    assert stat.S_IMODE(pseudonyms.path.stat().st_mode) == 0o600
    assert [path.name for path in pseudonyms.path.parent.iterdir()] == ["identifiers.key"]


def test_a_damaged_key_is_refused_loudly(pseudonyms):
    pseudonyms.of("a", ["x"])
    pseudonyms.path.write_bytes(b"short")
    with pytest.raises(IntegrityError):
        pseudonyms.of("a", ["x"])


def test_a_transaction_brings_the_pseudonyms_of_its_store(store, people):
    with store.reading(), store.transaction(people["scientist"].actor("password")) as tx:
        assert tx.pseudonyms.of("a", ["x"]) == store.pseudonyms.of("a", ["x"])
