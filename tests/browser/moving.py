"""How far anything on a page moved without being asked to."""

from playwright.sync_api import Page

_MOVED = """() => new Promise((resolve) => {
  let moved = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((one) => moved += one.value))
    .observe({ type: "layout-shift", buffered: true });
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => resolve(moved), 50)));
})"""


def moved(page: Page) -> float:
    """The sum of all layout shifts since the page began to load; 0 where nothing moved."""
    found: float = page.evaluate(_MOVED)
    return found
