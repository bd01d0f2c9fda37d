"""The laws of the house that a reader of the source can check."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

TOP = Path(__file__).parents[1]
PROJECT = tomllib.loads((TOP / "pyproject.toml").read_text("utf-8"))
SOURCES = sorted(path for room in ("app", "core", "pages", "seed_data") for path in (TOP / room).rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def layers() -> list[set[str]]:
    [contract] = PROJECT["tool"]["importlinter"]["contracts"]
    return [{name.strip().removeprefix("core.") for name in layer.split("|")} for layer in contract["layers"]]


def test_the_readme_draws_the_arrows_that_are_checked():
    text = (TOP / "README.md").read_text("utf-8")
    [drawn] = re.findall(r"pages → (.+?)\n\n", text, re.DOTALL)
    assert [{name.strip() for name in layer.split("|")} for layer in drawn.split("→")] == layers()


@pytest.mark.parametrize("page", sorted((TOP / "pages").glob("*.py")), ids=lambda path: path.stem)
def test_a_page_is_a_script_over_app_and_core(page):
    ours = {name.split(".")[0] for name in imports(page)} & {"app", "core", "pages", "seed_data"}
    assert ours <= {"app", "core"}


def test_nothing_imports_a_page():
    assert [path for path in SOURCES if any(name.split(".")[0] == "pages" for name in imports(path))] == []


def test_untrusted_bytes_are_never_executed():
    barred = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "torch", "marshal", "shelve"}
    assert [path for path in SOURCES if barred & {name.split(".")[0] for name in imports(path)}] == []


def test_only_the_clock_reads_the_time():
    read = re.compile(r"\b(?:datetime\.(?:now|utcnow|today)|date\.today|time\.time)\(")
    assert [path.name for path in SOURCES if read.search(path.read_text("utf-8"))] == ["clock.py"]


def test_html_never_carries_data():
    allowed = re.compile(r"unsafe_allow_html|unsafe_allow_javascript")
    assert [path for path in SOURCES if allowed.search(path.read_text("utf-8"))] == []


def test_the_lock_pins_everything_with_hashes_and_names_no_address():
    lock = (TOP / "requirements.lock").read_text("utf-8")
    pins = re.findall(r"^([a-z0-9._-]+(?:\[[^\]]+\])?==\S+)", lock, re.MULTILINE)
    assert len(pins) > 80
    assert len(re.findall(r"--hash=sha256:", lock)) >= len(pins)
    assert not re.search(r"https?://|file:|index-url|find-links", lock)
