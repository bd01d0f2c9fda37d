"""Draws the pictures of the README from the running product: `make screenshots`.

The demo is built in a temporary folder and one step further into its story, so that the review page has something to
decide.
"""

import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from seed_data.build import build
from tests.e2e.conftest import DESK, IDLE, PHONE, House, serving, started

PICTURES = Path(__file__).parents[2] / ".github" / "pictures"
MODEL = "mortgage-approval@4"
SHOTS = (
    ("inbox-light", "validator", "/inbox?request=REQ-13", "light", DESK),
    ("inbox-dark", "validator", "/inbox?request=REQ-13", "dark", DESK),
    ("inbox-phone", "business", "/inbox?request=REQ-13", "light", PHONE),
    ("model-light", "scientist", "/model?name=mortgage-approval&version=4&tab=evaluations", "light", DESK),
    ("monitoring-dark", "engineer", "/monitoring", "dark", DESK),
    ("home-light", "business", "/", "light", DESK),
)


def main() -> None:
    """Build, play one step, serve, draw."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        build(home, lambda _share, words: print(words))
        ask_for_the_fourth(home)
        with serving(home) as house, sync_playwright() as playwright:
            browser = started(playwright)
            for name, username, path, theme, size in SHOTS:
                draw(browser, house, PICTURES / f"{name}.png", (username, path, theme, size))
                print(name)
            browser.close()


def ask_for_the_fourth(home: Path) -> None:
    """Upload the ready predictions and open the request, as the guide on Home tells the scientist to."""
    file = home / "files" / "1-mortgage-approval-4-predictions.csv"
    columns = "--id application --prediction approve --score p_approve --positive 1 --threshold 0.8"
    signoff(home, "upload", MODEL, str(file), "--set", "mortgage-holdout", *columns.split())
    signoff(home, "request", MODEL, "--stage", "production", "--comment", "Please look at the ratio between groups.")


def signoff(home: Path, *words: str) -> None:
    """Run a command as the scientist of the demo."""
    environment = {**os.environ, "SIGNOFF_HOME": str(home), "SIGNOFF_USER": "scientist"}
    subprocess.run(
        [sys.executable, "-m", "app.cli", *words, "--json"], env=environment, check=True, capture_output=True
    )


def draw(browser: Browser, house: House, target: Path, what: tuple[str, str, str, tuple[int, int]]) -> None:
    """Sign in, open a page, wait until it rests, and keep it in few colours."""
    username, path, theme, size = what
    context = browser.new_context(color_scheme=theme, viewport={"width": size[0], "height": size[1]})
    page = context.new_page()
    page.goto(f"{house.url}{path}")
    page.get_by_label("User name or e-mail").fill(username)
    page.get_by_label("Password", exact=True).fill(f"demo-{username}-2026")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "/signin" not in url)
    page.locator(IDLE).wait_for(timeout=60_000)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(3_000)
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    picture.quantize(200, dither=Image.Dither.NONE).save(target, optimize=True)
    context.close()


if __name__ == "__main__":
    main()
