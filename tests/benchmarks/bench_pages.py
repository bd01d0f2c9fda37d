"""Lists and pages over 10,000 models with three versions each, beside the demo alone; then clicks in a real browser.

Run it alone: `python tests/benchmarks/bench_pages.py [folder of a built demo]`. It prints figures and judges nothing.
The models are poured in by SQL, past the actions and the log, into a copy of the demo that is thrown away afterwards.
Lists and pages are timed in seconds of the processor, so that a busy machine says much the same as an idle one; clicks
by the clock.
"""

import re
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import streamlit as st
from playwright.sync_api import Page, sync_playwright
from streamlit.logger import set_log_level
from streamlit.testing.v1 import AppTest

from app import house, visit
from core.access import entering
from core.access import queries as people
from core.registry import placement, queries
from core.registry.materiality import RiskTier
from core.registry.searching import ModelFilter
from core.registry.stage import Stage
from core.store.store import Store
from seed_data.build import build
from tests.benchmarks.portfolio import MODELS, VERSIONS, pour
from tests.e2e.conftest import DESK, IDLE, serving, started

ROOT = Path(__file__).parents[2]
PLACES = (("Home", "Home"), ("Models", "Models"), ("Inbox", "Inbox"), ("Monitoring", "Monitoring"))
Figures = dict[str, list[float]]


def main() -> None:
    """Time the demo as it is, pour in the many, and time the same again."""
    set_log_level("error")  # Streamlit misses a browser in AppTest, and says so at every run
    with tempfile.TemporaryDirectory() as folder:
        few, many = Path(folder) / "few" / "home", Path(folder) / "many" / "home"
        if len(sys.argv) > 1:
            shutil.copytree(sys.argv[1], few)
        else:
            build(few, lambda _share, _words: None)
        shutil.copytree(few, many)
        with_few = inside(few)
        store = Store.open(many)
        pour(store)
        store.close()
        with_many = inside(many)
        tell(f"In this process: {MODELS:,} models x {VERSIONS} versions beside the demo alone", with_many, with_few)
        tell("Click to idle in a browser, the same two portfolios", outside(many), outside(few))


def inside(home: Path) -> Figures:
    """Time list queries, then pages in AppTest."""
    store = Store.open(home)
    try:
        return {**lists(store), **pages(store)}
    finally:
        store.close()


def lists(store: Store) -> Figures:
    """Time what the Models page, the pickers and the auditor ask."""
    asked: dict[str, Callable[[], object]] = {}
    with store.reading() as session:
        newest = queries.models(session).items[0].slug
        asked["first page of models"] = lambda: queries.models(session)
        asked["last page"] = lambda: queries.models(session, number=10_000)
        asked["part of a name"] = lambda: queries.models(session, ModelFilter(text="aud 0"))
        asked["one materiality"] = lambda: queries.models(session, ModelFilter(tier=RiskTier.HIGH))
        asked["one tag"] = lambda: queries.models(session, ModelFilter(tag="team-7"))
        asked["tag, tier and name"] = lambda: queries.models(
            session, ModelFilter(text="claims", tag="team-3", tier=RiskTier.CRITICAL)
        )
        asked["in production only"] = lambda: queries.models(session, ModelFilter(in_production=True))
        asked["due for review"] = lambda: queries.due_for_review(session, store.clock())
        asked["in production at a moment"] = lambda: placement.placements(session, store.clock(), Stage.PRODUCTION)
        asked["one model and its version"] = lambda: queries.version(session, newest, 1)
        return {f"query: {name}": timed(ask, 50) for name, ask in asked.items()}


def pages(store: Store) -> Figures:
    """Time whole runs of pages: the frame, the script, and every element handed over."""
    with store.reading() as session:
        person = people.by_username(session, "validator")
    token = entering.begin_session(store, person, "password", "Bench").token
    house.store = lambda: store
    visit.cookie = lambda: token
    st.cache_data.clear()
    st.cache_resource.clear()
    found = {}
    for page, address in (
        ("home", {}),
        ("models", {}),
        ("models", {"find": "claims"}),
        ("inbox", {}),
        ("model", {"name": "mortgage-approval", "version": "3"}),
    ):
        at = AppTest.from_file(str(ROOT / "app" / "main.py"), default_timeout=60).run()
        at.switch_page(f"../pages/{page}.py")
        for name, value in address.items():
            at.query_params[name] = value
        at.run()
        words = " ".join([page, *(f"{name}={value}" for name, value in address.items())])
        found[f"page: {words}"] = timed(at.run, 15)
        if at.exception:
            raise RuntimeError(f"{words}: {at.exception[0].value}")
    return found


def outside(home: Path) -> Figures:
    """Time clicks in the navigation of a real browser, until the new page has its heading and nothing runs."""
    with serving(home) as served, sync_playwright() as playwright:
        browser = started(playwright)
        page = browser.new_page(viewport={"width": DESK[0], "height": DESK[1]})
        page.goto(served.url)
        page.get_by_label("User name or e-mail").fill("validator")
        page.get_by_label("Password", exact=True).fill("demo-validator-2026")
        page.get_by_role("button", name="Sign in", exact=True).click()
        found: Figures = {}
        for words, seconds in clicks(page, rounds=12):
            found.setdefault(words, []).append(seconds)
        browser.close()
    return {words: seconds[1:] for words, seconds in found.items()}


def clicks(page: Page, rounds: int) -> Iterator[tuple[str, float]]:
    """Go round the navigation, and from the list of models into one of them."""
    navigation = page.get_by_test_id("stSidebarNav")
    for _ in range(rounds):
        for link, heading in PLACES:
            target = navigation.get_by_role("link", name=re.compile(rf"^{link}( \(\d+\))?$"))  # Inbox counts
            yield f"click: {link}", arrival(page, target.click, heading)
        page.goto(f"{page.url.split('/monitoring')[0]}/models?find=mortgage")
        page.get_by_role("heading", level=1, name="Models").wait_for()
        page.locator(IDLE).wait_for()
        target = page.get_by_test_id("stMain").get_by_role("link", name="Mortgage approval")
        yield "click: a model", arrival(page, target.first.click, "Mortgage approval")


def arrival(page: Page, click: Callable[[], None], heading: str) -> float:
    """Seconds from a click to the new heading with no script running."""
    begun = time.perf_counter()
    click()
    page.get_by_role("heading", level=1, name=heading, exact=True).wait_for()
    page.locator(IDLE).wait_for()
    return time.perf_counter() - begun


def timed(work: Callable[[], object], rounds: int) -> list[float]:
    """Seconds of the processor that each round takes, after one that does not count."""
    work()
    found = []
    for _ in range(rounds):
        begun = time.process_time()
        work()
        found.append(time.process_time() - begun)
    return found


def tell(title: str, many: Figures, few: Figures) -> None:
    """Print median and 95th percentile of both, in milliseconds, and the ratio of the medians."""
    print(f"\n{title}\n{'':38}{'p50':>8}{'p95':>8}{'alone p50':>12}{'ratio':>8}")
    for name, seconds in many.items():
        alone = statistics.median(few[name])
        print(
            f"{name:38}{statistics.median(seconds) * 1000:8.1f}{high(seconds) * 1000:8.1f}"
            f"{alone * 1000:12.1f}{statistics.median(seconds) / alone:8.1f}"
        )


def high(seconds: Sequence[float]) -> float:
    """The 95th percentile; with few values, the largest but none."""
    return sorted(seconds)[min(len(seconds) - 1, round(0.95 * len(seconds)))]


if __name__ == "__main__":
    main()
