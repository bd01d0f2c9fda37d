from html.parser import HTMLParser

import pytest

from core.cards.markdown import render

HOSTILE = [
    "<script>alert(1)</script>",
    "<style>*{display:none}</style>",
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    '<img src=x onerror="alert(1)">',
    "![p](http://evil.example/p.png)",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:x)",
    "<a href='javascript:alert(1)'>x</a>",
    "<javascript:alert(1)>",
    "<form action=//evil><input name=password></form>",
    '<svg><script href="data:,alert(1)"/></svg>',
    "[x](<javascript:alert(1)>)",
    '[x](http://a "onmouseover=alert(1)")',
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<!--<img src=x onerror=alert(1)>-->",
    "`<script>`\n\n    <script>alert(1)</script>",
    "[r]\n\n[r]: javascript:alert(1)",
]


class Seen(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.attributes = set(), []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += attrs


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_markdown_leaves_no_element_that_acts(text):
    seen = Seen()
    seen.feed(render(text))
    assert not seen.tags & {
        "script",
        "style",
        "iframe",
        "img",
        "form",
        "input",
        "svg",
        "math",
        "object",
        "link",
        "meta",
    }
    assert {name for name, _ in seen.attributes} <= {"href", "title", "rel"}
    assert all(
        value.startswith(("http://", "https://", "mailto:")) for name, value in seen.attributes if name == "href"
    )


def test_raw_html_stands_there_as_text():
    assert "&lt;b&gt;bold&lt;/b&gt;" in render("<b>bold</b>")


def test_what_writers_need_is_kept():
    html = render("# Limits\n\n- *one*\n- `two`\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n[paper](https://example.org)")
    for tag in (
        "<p><strong>Limits</strong></p>",
        "<li>",
        "<em>",
        "<code>",
        "<table>",
        'href="https://example.org"',
        "nofollow",
    ):
        assert tag in html


def test_deep_nesting_ends():
    assert render(">" * 5_000 + " deep")
