"""Whether everyone can read a page, folded parts too."""

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Locator, Page


def unfold(part: Page | Locator) -> None:
    """Opens whatever is folded in a page or a part of it."""
    for folded in part.locator("details").all():
        folded.evaluate("element => { element.open = true }")


def is_readable(page: Page) -> None:
    """Holds the page to axe, and to what the window is wide enough for."""
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
