"""User-written Markdown becomes harmless HTML: rendered without raw HTML, then cut down to an allow-list."""

from functools import cache
from itertools import pairwise

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

_BLOCKS = {"p", "br", "hr", "pre", "blockquote", "ul", "ol", "li"}
_TAGS = _BLOCKS | {"strong", "em", "s", "del", "code", "a", "table", "thead", "tbody", "tr", "th", "td"}
_ATTRIBUTES = {"a": {"href", "title"}}
_SCHEMES = frozenset({"http", "https", "mailto"})


def render(text: str) -> str:
    r"""Turn Markdown into HTML that a page may show.

    Raw HTML stands there as text; images, styles, classes and identifiers are gone; links open only web and mail
    addresses and never pass on where the reader came from. Headings become bold lines, because the outline of the
    page around them is not the writer's.

    Args:
        text: untrusted Markdown.

    >>> render("**yes** <script>alert(1)</script>")
    '<p><strong>yes</strong> &lt;script&gt;alert(1)&lt;/script&gt;</p>\n'
    """
    tokens = _parser().parse(text)
    for token, following in pairwise(tokens):
        if token.type == "heading_open":
            _embolden(following)
    for token in tokens:
        token.tag = "p" if token.type in {"heading_open", "heading_close"} else token.tag
    return nh3.clean(
        _parser().renderer.render(tokens, _parser().options, {}),
        tags=set(_TAGS),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        url_schemes=set(_SCHEMES),
        url_relative="deny",
        link_rel="noopener noreferrer nofollow",
    )


def plain(text: str) -> str:
    r"""Read Markdown as plain text: no marks, one blank between lines, paragraphs apart by an empty line.

    >>> plain("**Labels** are *old*.\n\n- one\n- two")
    'Labels are old.\n\none\n\ntwo'
    """
    blocks = [token for token in _parser().parse(text) if token.type in {"inline", "fence", "code_block"}]
    return "\n\n".join(" ".join(_inner(block).split()) for block in blocks)


def _inner(block: Token) -> str:
    if not block.children:
        return block.content
    breaks = {"softbreak", "hardbreak"}
    return "".join(" " if child.type in breaks else child.content for child in block.children)


def _embolden(heading: Token) -> None:
    inner = heading.children or []
    heading.children = [Token("strong_open", "strong", 1), *inner, Token("strong_close", "strong", -1)]


@cache
def _parser() -> MarkdownIt:
    # html=False shows markup as text; images are dropped, because a viewer's browser would fetch them.
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    parser.disable(["image", "html_block", "html_inline"])
    parser.options["maxNesting"] = 20
    return parser
