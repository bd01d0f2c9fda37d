import io
import pickle
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.errors import EvidenceError
from core.tabular.columns import ColumnKind
from core.tabular.content import Format
from core.tabular.limits import Limits
from core.tabular.reading import headline, read

SMALL = Limits(size=4 << 20, seconds=20)


@pytest.fixture
def given(tmp_path):
    def write(content: bytes | str, name: str = "file.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def parquet(table: pa.Table, **options) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table, sink, **options)
    return sink.getvalue()


class Mark:
    """A pickle with a side effect: loading it would create a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


def refused(path: Path, limits: Limits = SMALL) -> str:
    with pytest.raises(EvidenceError) as refusal:
        read(path, path.name, limits)
    assert refusal.value.fix
    return refusal.value.problem


def test_types_are_found_from_the_whole_column(given):
    path = given(
        "id,zip,score,late,at,day,mixed,group\n"
        "1,00123,0.5,true,2013-03-01T05:00:00Z,2013-03-01,1,NA\n"
        "2,10001,,false,2013-03-01T06:00:00+01:00,2013-03-02,x,b\n"
        "3,07030,nan,true,,,2.5,c\n"
    )
    table = read(path, "x.csv")
    assert [str(kind) for kind in table.schema.types] == [
        "int64", "string", "double", "bool", "timestamp[us, tz=UTC]", "date32[day]", "string", "string",
    ]  # fmt: skip
    assert table["zip"].to_pylist() == ["00123", "10001", "07030"]
    assert table["score"].to_pylist() == [0.5, None, None]
    assert table["at"].to_pylist()[1] == datetime(2013, 3, 1, 5, tzinfo=UTC)
    assert table["group"].to_pylist() == ["NA", "b", "c"]


def test_words_for_missing_are_missing_among_numbers_only(given):
    table = read(given("a,b\nNA,NA\n1,Namibia\nnull,x\n2.5,y\n"), "x.csv")
    assert table["a"].to_pylist() == [None, 1.0, None, 2.5]
    assert table["b"].to_pylist() == ["NA", "Namibia", "x", "y"]


def test_long_digits_stay_text(given):
    table = read(given("a\n12345678901234567890123\n5\n"), "x.csv")
    assert table["a"].to_pylist() == ["12345678901234567890123", "5"]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_found(given, separator):
    table = read(given(f"a{separator}b\r\n1{separator}2\r\n"), "x.csv")
    assert table.to_pylist() == [{"a": 1, "b": 2}]


def test_quotes_hold_separators_line_ends_and_names(given):
    table = read(given('\ufeff"a ","b\nc"\n"x,y","one\ntwo"\n"say ""hi""",z\n'), "x.csv")
    assert table.to_pylist() == [{"a": "x,y", "b c": "one\ntwo"}, {"a": 'say "hi"', "b c": "z"}]


def test_csv_parquet_and_json_lines_read_alike(given):
    csv = read(given("id,p,g\n1,0.5,a\n2,,b\n"), "x.csv")
    lines = read(given('{"id":1,"p":0.5,"g":"a"}\n\n{"id":2,"g":"b"}\n'), "x.jsonl")
    frame = pa.table({"id": pa.array([1, 2], pa.int32()), "p": [0.5, float("nan")], "g": ["a", "b"]})
    assert csv.to_pylist() == lines.to_pylist() == read(given(parquet(frame)), "x.parquet").to_pylist()
    assert csv.schema == lines.schema


def test_the_kind_is_told_from_the_content_not_the_name(given):
    top = headline(given(parquet(pa.table({"a": [1, 2]})), "file.csv"), "file.csv")
    assert top.format is Format.PARQUET
    assert top.rows == ((1,), (2,))


def test_a_headline_shows_columns_kinds_and_first_rows(given):
    body = "id,score\n" + "".join(f"{row},0.{row}\n" for row in range(100))
    top = headline(given(body), "x.csv")
    assert [(column.name, column.kind) for column in top.columns] == [
        ("id", ColumnKind.WHOLE),
        ("score", ColumnKind.NUMBER),
    ]
    assert len(top.rows) == 20
    assert top.rows[3] == (3, 0.3)


def test_only_the_columns_asked_for_are_read(given):
    frame = pa.table({"a": [1], "vector": [[1.0, 2.0]], "b": ["x"]})
    path = given(parquet(frame))
    assert read(path, "x", columns=["b"]).to_pylist() == [{"b": "x"}]
    assert read(path, "x").column_names == ["a", "b"]
    with pytest.raises(EvidenceError, match="no single number"):
        read(path, "x", columns=["vector"])
    with pytest.raises(EvidenceError, match="no column 'c'"):
        read(path, "x", columns=["c"])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"", "is empty", id="empty file"),
        pytest.param(b"\n \n", "nothing but blanks", id="blank file"),
        pytest.param(b"a,b\n", "no rows", id="header only"),
        pytest.param(b"just one line without an end", "no rows", id="one line"),
        pytest.param(b"a,a\n1,2\n", "several columns called 'a'", id="a name twice"),
        pytest.param(b"a, a\n1,2\n", "several columns called 'a'", id="a name twice but for blanks"),
        pytest.param("a\u202eb,c\n1,2\n", "cannot be seen", id="a name that turns direction"),
        pytest.param(b"a,b\n1,2\n3\n", "Row 2 of file.csv has 1 cells", id="a short row"),
        pytest.param(b"a,b\n1,2\n3,4,5\n", "Row 2 of file.csv has 3 cells", id="a long row"),
        pytest.param(b"a,b\n1,\xff\xfe\n", "not UTF-8", id="latin text"),
        pytest.param("a,b\n1,2\n".encode("utf-16"), "UTF-16", id="UTF-16"),
        pytest.param(b"a,b\n1,\x002\n" * 5, "binary", id="NUL bytes"),
        pytest.param(b"PK\x03\x04" + bytes(40), "zip archive", id="a workbook"),
        pytest.param(b"\x1f\x8b" + bytes(40), "gzip", id="a gzip file"),
        pytest.param(b"\x93NUMPY" + bytes(40), "NumPy", id="a NumPy file"),
        pytest.param(b"<html></html>", "web page", id="a web page"),
        pytest.param(b'[{"a": 1}]', "one JSON list", id="a JSON list"),
        pytest.param(b'{"a": 1, "a": 2}\n', "names 'a' twice", id="JSON with a name twice"),
        pytest.param(b'{"a": 1}\n{"a": NaN}\n', "Line 2 of file.csv contains NaN", id="JSON with NaN"),
        pytest.param(b'{"a": 1e400}\n', "too large", id="JSON beyond a float"),
        pytest.param(b'{"a": 99999999999999999999}\n', "no single number", id="JSON beyond an integer"),
        pytest.param(b'{"a": ' + b"[" * 100_000 + b"\n", "nested deeper|not valid", id="JSON without a bottom"),
        pytest.param(b'{"a": {"b": 1}}\n', "no single number", id="JSON that is not flat"),
        pytest.param(b'{"a": 1}\n{"a": "x"}\n', "changes its type in line 2", id="JSON that changes its type"),
        pytest.param(b'{"a": 1}\n[1]\n', "Line 2 of file.csv is no JSON object", id="JSON line without object"),
        pytest.param(b'{"a": 1}\n{"a": 1', "Line 2 of file.csv is not valid JSON", id="JSON cut short"),
        pytest.param(b"PAR1 and then nothing", "end is missing", id="Parquet without an end"),
        pytest.param(b"PAR1" + b"\xff" * 300 + b"\x10\x00\x00\x00PAR1", "damaged", id="Parquet of noise"),
        pytest.param(b"PAR1" + b"\x00" * 9 + b"\xff\xff\xff\x7fPAR1", "damaged", id="Parquet with a vast footer"),
        pytest.param(parquet(pa.table({"a": pa.array([], pa.int64())})), "no rows", id="Parquet without rows"),
        pytest.param(parquet(pa.table({"a": [[1]]})), "no flat column", id="Parquet of lists"),
        pytest.param(b"a" * (5 << 20), "at most 4 MB", id="over the size limit"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_a_sentence(given, content, said):
    problem = refused(given(content))
    assert any(words in problem for words in said.split("|")), problem


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize("name", ["model.pkl", "data.csv", "data.parquet", "data.jsonl"])
def test_a_pickle_is_refused_under_any_name_and_never_loaded(given, tmp_path, protocol, name):
    mark = tmp_path / "it-ran"
    path = given(pickle.dumps(Mark(mark), protocol=protocol), name)
    refused(path)
    assert not mark.exists()


def test_a_million_columns_are_refused_before_any_parser(given):
    wide = ",".join(f"c{place}" for place in range(1_000_000)).encode()
    problem = refused(given(wide + b"\n" + wide + b"\n"), Limits())
    assert "columns; at most 2,000" in problem
    assert "2,001 columns" in refused(given(",".join(f"c{place}" for place in range(2_001)) + "\n1"))


def test_a_parquet_bomb_is_refused_from_its_footer(given):
    zeros = pa.table(
        {f"c{place}": pa.DictionaryArray.from_arrays(np.zeros(600_000, "i4"), [0.0]) for place in range(100)}
    )
    bomb = parquet(zeros, compression="zstd")
    assert len(bomb) < 1_000_000
    assert "60,000,000 cells" in refused(given(bomb))


@pytest.mark.parametrize("stored", [True, False])
def test_a_small_file_of_endless_text_is_refused_by_what_it_unfolds_to(given, stored):
    long = pa.DictionaryArray.from_arrays(np.zeros(1_000_000, "i4"), ["x" * 500_000])
    assert "bytes of text" in refused(given(parquet(pa.table({"a": long}), store_schema=stored, compression="zstd")))
    many = pa.DictionaryArray.from_arrays(np.zeros(1_000_000, "i4"), ["x" * 30_000])
    assert "MB of text" in refused(given(parquet(pa.table({"a": many}), store_schema=stored, compression="zstd")))


def test_cells_are_counted_where_no_footer_tells_them(given):
    tight = Limits(cells=1_000)
    assert "cells" in refused(given("a,b\n" + "1,2\n" * 600), tight)
    assert "cells" in refused(given('{"a":1,"b":2}\n' * 600), tight)


def test_a_file_that_needs_more_memory_than_its_reader_has_is_refused(given):
    assert "GB of memory" in refused(given("a,b\n" + "1.25,abcdefgh\n" * 250_000), Limits(memory=400 << 20))


def test_every_byte_of_a_parquet_file_may_be_wrong_without_harm(given):
    good = bytearray(parquet(pa.table({"a": list(range(50)), "b": [str(row) for row in range(50)]})))
    for place in range(4, len(good) - 8, len(good) // 7):
        bad = good.copy()
        bad[place] ^= 0xFF
        with suppress(EvidenceError):
            assert read(given(bytes(bad)), "x").num_columns


def test_secrets_of_the_server_do_not_reach_the_reader(given, monkeypatch):
    from core.tabular import reading

    seen = {}

    def spy(*args, **kwargs):
        seen.update(kwargs["env"])
        return run(*args, **kwargs)

    run = reading.subprocess.run
    monkeypatch.setenv("SIGNOFF_TOKEN", "secret")
    monkeypatch.setattr(reading.subprocess, "run", spy)
    read(given("a,b\n1,2\n"), "x")
    assert "SIGNOFF_TOKEN" not in seen
