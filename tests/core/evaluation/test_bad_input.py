"""Files that cannot carry a claim: a clear sentence, and nothing is stored."""

import io
import pickle
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import func, select

from core.errors import EvidenceError, InputError
from core.evaluation import actions
from core.evaluation.evaluation import Evaluation
from core.tabular.limits import DEFAULT, Limits

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
    size, files = store.size(), set(store.blobs)
    with pytest.raises((EvidenceError, InputError), match=said) as refusal:
        upload(kind, rows)
    assert refusal.value.fix
    assert (counted(store), store.size(), set(store.blobs)) == (0, size, files)


class Mark:
    """A pickle with a side effect: loading it would create a file."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


def bomb():
    """A small Parquet file of sixty million cells."""
    nothing = pa.DictionaryArray.from_arrays(np.zeros(600_000, "i4"), [0.0])
    target = io.BytesIO()
    pq.write_table(pa.table({f"c{place}": nothing for place in range(100)}), target, compression="zstd")
    return target.getvalue()


HOSTILE = {
    "nothing": (lambda mark: b"", DEFAULT, "empty"),
    "a million columns": (
        lambda mark: ",".join(f"c{n}" for n in range(1_000_000)).encode() + b"\n",
        DEFAULT,
        "columns",
    ),
    "a Parquet bomb": (lambda mark: bomb(), DEFAULT, "cells"),
    "a broken Parquet file": (lambda mark: bomb()[:-9], DEFAULT, "Parquet"),
    "a pickle": (lambda mark: pickle.dumps(Mark(mark)), DEFAULT, "."),
    "a zip archive": (lambda mark: b"PK\x03\x04" + bytes(200), DEFAULT, "."),
    "no text at all": (lambda mark: bytes(range(256)) * 20, DEFAULT, "."),
    "a file over the limit": (
        lambda mark: b"application,decision,p\n" + b"A,1,0.5\n" * 200,
        Limits(size=1_000),
        "at most",
    ),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_file_gets_a_clear_sentence_and_nothing_is_stored(
    store, scientist, version, holdout, spec, tmp_path, case
):
    make, limits, said = HOSTILE[case]
    ran, target = tmp_path / "it-ran", tmp_path / "predictions.csv"
    target.write_bytes(make(ran))
    size, files = store.size(), set(store.blobs)
    with pytest.raises((EvidenceError, InputError), match=said) as refusal:
        actions.upload(
            store, scientist, ("mortgage-approval", 1), target, target.name, spec=spec("blind"), limits=limits
        )
    assert refusal.value.fix
    assert not ran.exists()
    assert (counted(store), store.size(), set(store.blobs)) == (0, size, files)
