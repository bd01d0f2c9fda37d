"""Markdown that people wrote, as the plain text a page of paper shows."""

from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

_LONGEST = 20_000


def as_text(source: str) -> str:
    r"""Read Markdown and keep its words: lists get bullets, links show their address, emphasis is dropped.

    Args:
        source: untrusted Markdown; HTML in it stands there as the text it is.

    >>> as_text("**Yes**, see [it](https://example.org).\n\n- one\n- two")
    'Yes, see it (https://example.org).\n\n• one\n• two'
    """
    if not any(mark in source for mark in "*_`#[>~|"):
        return source
    lines: list[str] = []
    depth = 0
    for token in _parser().parse(source[:_LONGEST]):
        if token.type in {"bullet_list_open", "ordered_list_open"}:
            depth += 1
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            depth -= 1
            lines += [""] if not depth else []
        elif token.type == "list_item_open":
            lines.append("  " * (depth - 1) + ("• " if token.markup in "-+*" else f"{token.info}. "))
        elif token.type == "inline":
            _write(lines, _words(token), in_list=bool(depth))
        elif token.type in {"fence", "code_block"}:
            _write(lines, token.content.rstrip("\n"), in_list=False)
    return "\n".join(lines).strip()


def _write(lines: list[str], words: str, *, in_list: bool) -> None:
    if in_list and lines and lines[-1].endswith(("• ", ". ")):
        lines[-1] += words
    else:
        lines += [words] if in_list else [words, ""]


def _words(token: Token) -> str:
    written: list[str] = []
    links: list[str] = []
    for child in token.children or []:
        if child.type in {"text", "code_inline", "html_inline"}:
            written.append(child.content)
        elif child.type in {"softbreak", "hardbreak"}:
            written.append("\n")
        elif child.type == "link_open":
            links.append(str(child.attrGet("href") or ""))
        elif child.type == "link_close" and links:
            written.append(f" ({links.pop()})")
    return "".join(written)


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False})
    parser.disable(["image", "html_block", "html_inline"])
    parser.options["maxNesting"] = 20
    return parser
