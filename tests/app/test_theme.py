import re
from enum import StrEnum

import plotly.graph_objects as go
import pytest

from app import theme
from app.theme import md
from core.registry.materiality import RiskTier

HOSTILE = [
    ":green-badge[Approved]",
    "**bold** _it_ ~~gone~~ `code`",
    "[click](https://evil.example)",
    "![](http://evil.example/p.png)",
    "<script>alert(1)</script>",
    "<https://evil.example>",
    "https://evil.example/x www.evil.example me@evil.example",
    ":material/verified: :streamlit: :smile:",
    "$x^2$ and $$y$$",
    "# heading\n- item\n1. one\n> quote\n---\n| a | b |",
    "&lt;b&gt; &#x3C;b&#x3E;",
    "    indented code",
    "a -> b >= c -- d <- e",
    "\u202egnp.exe \x1b[31m\x00",
    "footnote[^1] \\*already escaped\\*",
    ":red[text] :blue-background[text] :small[x]",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_sign_of_a_stranger_keeps_its_meaning(text):
    written = md(text)

    assert not re.search(r"(?<!\\)(?:\\\\)*[!-/:-@\[-\[\]-`{-~]", written), written
    assert not re.search(r"\\[:@](?=[\w\\])|www(?=\\?\.)", written), written
    assert not re.search(r"[\x00-\x1f\u202a-\u202e]", written)


@pytest.mark.parametrize("text", ["Überprüfung in Zürich", "模型已批准", "plain words, with a comma (and more)"])
def test_plain_words_read_as_they_were_written(text):
    assert re.sub(r"\\(.)", r"\1", md(text)).replace("\u2060", "") == text


@pytest.mark.parametrize("text", [*HOSTILE, "`a``**x**` **y**", "`` `:red[x]` ``", "\\`**x**\\`", "`a\\` `"])
def test_a_sentence_keeps_code_and_no_other_sign(text):
    outside = re.sub(r"(?<!\\)((?:\\\\)*)`[^`]+`", r"\1", theme.sentence(text))

    assert not re.search(r"(?<!\\)(?:\\\\)*[!-/:-@\[-\[\]-`{-~]", outside), outside


def test_nothing_stays_nothing_and_long_text_is_cut():
    assert md(None) == ""
    assert len(md("x" * 9000, limit=50)) == 50


class Verdict(StrEnum):
    NOT_MEASURED = "not_measured"
    UNHEARD_OF = "unheard_of"


def test_a_badge_takes_colour_and_words_from_its_enumeration():
    assert theme.badge(Verdict.NOT_MEASURED) == ":orange-badge[Not measured]"
    assert theme.badge(Verdict.UNHEARD_OF, words="a[b]") == r":gray-badge[a\[b\]]"


def test_no_two_tiers_of_materiality_look_alike():
    assert len({theme.tone(tier) for tier in RiskTier}) == len(RiskTier)


def test_a_legend_grows_away_from_the_drawing():
    legend = theme.brand(go.Figure()).layout.legend

    assert legend.yanchor == "bottom"
    assert legend.y >= 1


def test_a_branded_figure_follows_the_theme_and_keeps_chosen_colours():
    figure = theme.brand(go.Figure([go.Scatter(x=[1], y=[1]), go.Scatter(x=[1], y=[1], line={"color": "red"})]))

    assert figure.data[0].line.color == "#000001"
    assert figure.data[1].line.color == "red"
