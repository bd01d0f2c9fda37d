"""User-written Markdown becomes harmless HTML: rendered without raw HTML, then cut down to an allow-list."""

from functools import cache

import nh3
from markdown_it import MarkdownIt

_BLOCKS = {"p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "blockquote", "ul", "ol", "li"}
_TAGS = _BLOCKS | {"strong", "em", "s", "del", "code", "a", "table", "thead", "tbody", "tr", "th", "td"}
_ATTRIBUTES = {"a": {"href", "title"}}
_SCHEMES = frozenset({"http", "https", "mailto"})


def render(text: str) -> str:
    r"""Turn Markdown into HTML that a page may show.

    Raw HTML stands there as text; images, styles, classes and identifiers are gone; links open only web and mail
    addresses and never pass on where the reader came from.

    Args:
        text: untrusted Markdown.

    >>> render("**yes** <script>alert(1)</script>")
    '<p><strong>yes</strong> &lt;script&gt;alert(1)&lt;/script&gt;</p>\n'
    """
    return nh3.clean(
        _parser().render(text),
        tags=set(_TAGS),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        url_schemes=set(_SCHEMES),
        url_relative="deny",
        link_rel="noopener noreferrer nofollow",
    )


@cache
def _parser() -> MarkdownIt:
    # html=False shows markup as text; images are dropped, because a viewer's browser would fetch them.
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    parser.disable(["image", "html_block", "html_inline"])
    parser.options["maxNesting"] = 20
    return parser
