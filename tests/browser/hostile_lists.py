"""Whether other projects' hostile titles stay text wherever we show titles: `python -m tests.browser.hostile_lists`.

They are read from `hostile/lists.tar.gz` in the folder that SECONDSOURCE_CORPUS names, and go through replies, feeds,
the frame and, in Chromium, pages and the widget. HOSTILE_BATCHES takes only so many batches of a hundred.
"""

import json
import os
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.request import urlopen

from lxml import etree
from playwright.sync_api import ConsoleMessage, Dialog, Page, Request, expect, sync_playwright
from sqlalchemy import Engine

from api.feed_formats import legal
from cluster.event import Member, Role
from cluster.lending import headline
from tests.browser.conftest import CHROMIUM, FLAGS
from tests.browser.serving import HostSite, host_site, serving
from tests.integration.api.seeding import migrated, seed_event, settings_in
from tests.unit.api.builders import make_article, make_event, make_member

A_BATCH = 100  # the most events that a page or a feed shows
# Every element by its name and its attributes' names: what is more than text adds to them.
_KINDS = "root => [...root.querySelectorAll('*')].map(one => [one.localName, ...one.getAttributeNames()].join())"
_ON_PAGES = f"""async (paths) => {{
  const found = new Set();
  for (const path of paths) {{
    const page = new DOMParser().parseFromString(await (await fetch(path)).text(), "text/html");
    for (const kind of ({_KINDS})(page)) found.add(kind);
  }}
  return [...found];
}}"""
_TOLD = "addEventListener('securitypolicyviolation', broken => console.error(`policy: ${broken.blockedURI}`))"


@dataclass(frozen=True, slots=True)
class Batch:
    """A hundred titles: each of an event of its own, and of one more event all of them."""

    name: str
    titles: tuple[str, ...]

    @property
    def narrowed(self) -> str:
        """The parameters that ask for the events of one title each."""
        return f"publisher=batch-{self.name}&limit={A_BATCH}"

    @property
    def crowd(self) -> str:
        """The id of the event of all of them."""
        return f"evt_crowd_{self.name}"

    @property
    def shown(self) -> list[str]:
        """The titles as readers are to see them."""
        return [headline(title) for title in self.titles]


def main() -> int:
    """Seeds and shows batch after batch; prints what came alive or got lost, and how many titles there were."""
    archive = Path(os.environ["SECONDSOURCE_CORPUS"]) / "hostile" / "lists.tar.gz"
    if not archive.exists():
        print(f"no hostile titles: there is no {archive}")
        return 0
    batches = _batches(archive)[: int(os.environ.get("HOSTILE_BATCHES", "1000"))]
    with tempfile.TemporaryDirectory() as folder, host_site() as host, _browser() as page:
        settings = settings_in(Path(folder))
        engine = migrated(settings)
        with serving(settings) as site:
            wrong = _what_goes_wrong(engine, page, site, host, batches)
    print(*wrong[:20], sep="\n")
    print(f"hostile titles: {sum(len(batch.titles) for batch in batches)} shown, {len(wrong)} complaints")
    return 1 if wrong else 0


def _batches(archive: Path) -> list[Batch]:
    with tarfile.open(archive) as packed:
        cases = packed.extractfile("xss/xss_cases.json")
        titles = tuple(case["payload"] for case in json.load(cases)["cases"]) if cases else ()
    return [Batch(str(at), titles[at : at + A_BATCH]) for at in range(0, len(titles), A_BATCH)]


@contextmanager
def _browser() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser.new_page()
        browser.close()


def _what_goes_wrong(engine: Engine, page: Page, site: str, host: HostSite, batches: list[Batch]) -> list[str]:
    wrong = _complaints(page, (site, host.address))
    plain = Batch("plain", tuple(f"Plain title {number}" for number in range(A_BATCH)))
    _seed(engine, plain)
    usual = _kinds(page, site, host, plain)
    for batch in batches:
        _seed(engine, batch)
        wrong += [f"batch {batch.name}: element {kind}" for kind in _kinds(page, site, host, batch) - usual]
        for place, titles in (*_in_replies(site, batch), *_in_feeds(site, batch), ("widget", _in_the_widget(page))):
            if sorted(map(legal, titles)) != sorted(map(legal, batch.shown)):
                wrong.append(f"batch {batch.name}: other titles in {place}")
    return wrong


def _complaints(page: Page, ours: tuple[str, ...]) -> list[str]:
    """What the browser will tell of scripts that ran, or would have but for our policy, and of requests elsewhere."""
    found: list[str] = []

    def dialog(opened: Dialog) -> None:
        found.append(f"dialog: {opened.message}")
        opened.dismiss()

    def console(said: ConsoleMessage) -> None:
        if said.type == "error":
            found.append(f"console: {said.text}")

    def request(sent: Request) -> None:
        if not sent.url.startswith(ours):
            found.append(f"request: {sent.url}")

    page.add_init_script(_TOLD)
    page.on("dialog", dialog)
    page.on("console", console)
    page.on("request", request)
    page.on("pageerror", lambda error: found.append(f"error: {error}"))
    return found


def _seed(engine: Engine, batch: Batch) -> None:
    for number, title in enumerate(batch.titles):
        article = make_article(f"art_{batch.name}_{number}", f"Batch {batch.name}", title, text=title, minutes=-number)
        seed_event(engine, make_event(make_member(article, Role.ORIGINAL), event_id=f"evt_{batch.name}_{number}"))
    lead = make_member(make_article(f"lead_{batch.name}", f"First {batch.name}"), Role.ORIGINAL)
    others = [_member(batch, number, title) for number, title in enumerate(batch.titles)]
    seed_event(engine, make_event(lead, *others, event_id=batch.crowd))


def _member(batch: Batch, number: int, title: str) -> Member:
    article = make_article(f"one_{batch.name}_{number}", f"Outlet {batch.name} {number}", title, text=title, minutes=1)
    named = replace(article, publisher=replace(article.publisher, name=title))
    return make_member(named, origin=f"org_{number + 2}")


def _in_replies(site: str, batch: Batch) -> Iterator[tuple[str, list[str]]]:
    events = json.loads(_read(f"{site}/v1/events?{batch.narrowed}"))["data"]
    yield "events", [event["title"] for event in events]
    crowd = json.loads(_read(f"{site}/v1/events/{batch.crowd}"))["data"]
    yield "an event", [one["title"] for one in crowd["articles"] if one["id"].startswith("one_")]
    rows = json.loads(_read(f"{site}/v1/widget?event={batch.crowd}"))["data"]["rows"]
    yield "what the widget asks", [row["title"] for row in rows if row["id"].startswith("one_")]


def _in_feeds(site: str, batch: Batch) -> Iterator[tuple[str, list[str]]]:
    feed = json.loads(_read(f"{site}/feeds/events.json?{batch.narrowed}"))
    yield "feed", [one["title"] for one in feed["items"]]
    for format in ("rss", "atom"):
        root = etree.fromstring(_read(f"{site}/feeds/events.{format}?{batch.narrowed}"))
        yield format, [one.text or "" for one in root.iter("{*}title")][1:]


def _in_the_widget(page: Page) -> list[str]:
    """The titles of the rows behind the lead's, once the widget is shown."""
    links = page.locator("same-story ol > li > p:last-child > a")
    titles: list[str] = links.evaluate_all("links => links.map(link => link.textContent)")
    return titles[1:]


def _kinds(page: Page, site: str, host: HostSite, batch: Batch) -> set[str]:
    """The kinds of elements in the pages as they stand, in those of the single articles, and in the widget."""
    found: set[str] = set()
    for path in (f"/?{batch.narrowed}", f"/embed?event={batch.crowd}", f"/events/{batch.crowd}"):
        page.goto(f"{site}{path}")
        found.update(page.evaluate(f"() => ({_KINDS})(document)"))
    found.update(page.evaluate(_ON_PAGES, [f"/articles/art_{batch.name}_{at}" for at in range(len(batch.titles))]))
    host.show(site, attributes=f'event="{batch.crowd}"')
    page.goto(host.address)
    expect(page.locator("same-story ol > li")).to_have_count(len(batch.titles) + 1)
    found.update(page.locator("same-story section").evaluate(_KINDS))
    return found


def _read(address: str) -> bytes:
    with urlopen(address) as reply:
        read: bytes = reply.read()
    return read


if __name__ == "__main__":
    sys.exit(main())
