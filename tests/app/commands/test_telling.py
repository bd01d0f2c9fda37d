"""How a list is drawn on a terminal."""

import io

from rich.console import Console

from app.commands.telling import complain, drawn, say
from core.errors import InputError

ROWS = [
    {
        "version": "mortgage-approval@4",
        "artifact": "bf561739…f727",
        "note": "Adds whether statements could be verified",
    },
    {"version": "mortgage-approval@3", "artifact": None, "note": "Adds cosigner, dependants and self-employment"},
]


def lines(width):
    console = Console(file=io.StringIO(), width=width, markup=False)
    console.print(drawn(ROWS, width))
    return console.file.getvalue()


def test_names_stay_whole_beside_sentences_that_wrap():
    said = lines(60)

    assert "mortgage-approval@4" in said
    assert "bf561739…f727" in said
    assert "verified" in said
    assert max(map(len, said.splitlines())) <= 60


def test_where_names_would_leave_no_room_nothing_is_cut():
    assert "".join(line[:8] for line in lines(30).splitlines()).replace(" ", "").count("mortgage") == 2


def test_nothing_that_is_printed_steers_the_terminal(capsys):
    say("\x1b[2K\rgood\n  \u202ereversed")
    complain(InputError("A \x1b]0;title\x07name.", "Choose \x9banother."))

    said = capsys.readouterr()
    assert said.out == "[2Kgood\n  reversed\n"
    assert said.err == "A ]0;titlename.\nChoose another.\n"
    assert drawn([{"name": "a\x1b[31mb"}], 80).columns[0]._cells == ["a[31mb"]
