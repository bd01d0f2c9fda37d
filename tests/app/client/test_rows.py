import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from app.client.rows import opened
from core.errors import InputError

ROWS = {"application": [1, 2], "p_approve": [0.25, 0.75]}


@pytest.mark.parametrize(
    "table",
    [
        pytest.param(pd.DataFrame(ROWS), id="a frame of pandas"),
        pytest.param(pd.DataFrame(ROWS).set_index("application"), id="a frame whose index is the id"),
        pytest.param(pa.table(ROWS), id="a table of Arrow"),
        pytest.param(ROWS, id="columns by name"),
    ],
)
def test_a_table_in_memory_becomes_a_parquet_file(table):
    with opened(table, "predictions") as (file, name):
        read = pq.read_table(file)
    assert name == "predictions.parquet"
    assert {column: read[column].to_pylist() for column in sorted(read.column_names)} == ROWS


def test_a_file_is_sent_as_it_lies_there(tmp_path):
    path = tmp_path / "p.csv"
    path.write_bytes(b"id,score\r\n1,0.5\r\n")
    with opened(path, "predictions") as (file, name):
        assert (file.read(), name) == (b"id,score\r\n1,0.5\r\n", "p.csv")


@pytest.mark.parametrize("rows", ["no/such/file.csv", {"a": [1, "x"]}, {"a": [1], "b": [1, 2]}])
def test_what_cannot_be_sent_is_said(rows):
    with pytest.raises(InputError), opened(rows, "predictions"):
        raise AssertionError("nothing was opened")
