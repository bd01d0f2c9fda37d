"""The page that draws the API: whole, quiet, and with nothing from elsewhere, wide and narrow."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("size", [(1440, 900), (390, 844)], ids=["wide", "phone"])
def test_the_page_draws_every_address_without_a_complaint(house, browser, size):
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    page = context.new_page()
    said, asked = [], []
    page.on("console", lambda message: said.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))

    page.goto(f"{house.url}/api/docs")
    expect(page.get_by_text("List models", exact=True)).to_be_visible()
    page.get_by_text("Register a model", exact=True).click()
    expect(page.get_by_text("Request body", exact=True).first).to_be_visible()

    assert said == []
    assert not [url for url in asked if not url.startswith((house.url, "data:", "blob:"))]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_follows_the_system_and_shows_addresses_as_people_call_them(house, browser, theme):
    context = browser.new_context(color_scheme=theme)
    page = context.new_page()

    page.goto(f"{house.url}/api/docs")
    expect(page.locator('[data-path="/api/v1/models"]').first).to_be_visible()

    assert page.locator("html").evaluate("node => node.classList.contains('dark-mode')") is (theme == "dark")
    context.close()
