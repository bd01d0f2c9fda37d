"""Files that cannot carry a claim: a clear sentence, and nothing is stored."""

import pytest
from sqlalchemy import func, select

from core.errors import EvidenceError, InputError
from core.evaluation import actions
from core.evaluation.evaluation import Evaluation
from core.tabular.limits import Limits

pytestmark = pytest.mark.parametrize("database", [None], ids=["sqlite"])  # parsing knows no database


def counted(store):
    with store.reading() as session:
        return session.connection().execute(select(func.count()).select_from(Evaluation)).scalar_one()


BAD = {
    "an empty file": (lambda rows: [], "blind", "empty"),
    "no such column": (lambda rows: [{k: r[k] for k in r if k != "decision"} for r in rows], "own", "decision"),
    "an unknown id": (lambda rows: [rows[0] | {"application": "B-1"}, *rows[1:]], "blind", "not in the evaluation set"),
    "a missing row": (lambda rows: rows[1:], "blind", "have no prediction"),
    "an id twice": (lambda rows: [*rows, rows[0]], "blind", "repeats"),
    "an empty id": (lambda rows: [rows[0] | {"application": None}, *rows[1:]], "blind", "missing"),
    "a percentage": (lambda rows: [r | {"p": 100 * r["p"]} for r in rows], "blind", "outside 0 to 1"),
    "not a number": (lambda rows: [rows[0] | {"p": "NaN"}, *rows[1:]], "blind", "missing"),
    "an infinity": (lambda rows: [rows[0] | {"p": "inf"}, *rows[1:]], "blind", "infinite"),
    "words as scores": (lambda rows: [r | {"p": "high"} for r in rows], "blind", "no numbers"),
    "a third decision": (lambda rows: [rows[0] | {"decision": 2}, *rows[1:]], "blind", "neither"),
    "one class": (lambda rows: [r | {"approve": 1} for r in rows], "own", "one class"),
    "three labels": (lambda rows: [rows[0] | {"approve": 7}, *rows[1:]], "own", "3 values"),
    "a missing label": (lambda rows: [rows[0] | {"approve": None}, *rows[1:]], "own", "missing"),
    "ids as groups": (lambda rows: [r | {"race": r["application"]} for r in rows], "own", "different values"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_gets_a_clear_sentence_and_nothing_is_stored(store, upload, loans, case):
    make, kind, said = BAD[case]
    rows = make(loans())
    size = store.size()
    with pytest.raises((EvidenceError, InputError), match=said) as refusal:
        upload(kind, rows)
    assert refusal.value.fix
    assert counted(store) == 0
    assert store.size() == size


HARMFUL = {
    "a pickle with another name": (b"\x80\x04\x95\x1d\x00\x00\x00\x00\x00\x00\x00\x8c\x02os\x94.", "pickle"),
    "a hundred thousand columns": (b",".join(b"c%d" % n for n in range(100_000)) + b"\n", "columns"),
    "a zip archive": (b"PK\x03\x04" + bytes(200), "."),
    "no text at all": (bytes(range(256)) * 20, "."),
}


@pytest.mark.parametrize("case", HARMFUL)
def test_a_file_made_to_harm_is_refused_and_nothing_is_stored(store, version, scientist, spec, tmp_path, case):
    content, said = HARMFUL[case]
    (tmp_path / "harm.csv").write_bytes(content)
    with pytest.raises(EvidenceError, match=said):
        actions.upload(store, scientist, ("mortgage-approval", 1), tmp_path / "harm.csv", "harm.csv", spec=spec("own"))
    assert counted(store) == 0


def test_a_file_over_the_limit_is_refused_before_it_is_read(store, version, scientist, spec, file, loans):
    with pytest.raises(EvidenceError):
        actions.upload(
            store,
            scientist,
            ("mortgage-approval", 1),
            file(loans()),
            "big.csv",
            spec=spec("own"),
            limits=Limits(size=1000),
        )
    assert counted(store) == 0
