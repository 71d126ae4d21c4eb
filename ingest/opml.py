"""Reads the feeds of an OPML subscription list."""

import re
from urllib.parse import urlsplit

import listparser

from ingest.article import Publisher, Standing
from ingest.publishers import Listed

ID_LIMIT = 80  # characters, as many as its column has


class NotOpml(Exception):
    """The document holds no subscription list."""


def read_opml(document: bytes, standing: Standing) -> list[Listed]:
    """A publisher for each host in the list, with its feeds in their order; what is not http(s) is left out.

    Raises:
        NotOpml: when no feed can be found in it.
    """
    found: dict[str, list[tuple[str, str]]] = {}
    for feed in listparser.parse(document).feeds:
        if urlsplit(feed.url).scheme in ("http", "https") and urlsplit(feed.url).hostname:
            found.setdefault(urlsplit(feed.url).netloc, []).append((feed.url, feed.title))
    if not found:
        raise NotOpml('no feed found: an OPML file lists feeds as <outline xmlUrl="…">')
    return [_listed(host, entries, standing) for host, entries in found.items()]


def _listed(host: str, entries: list[tuple[str, str]], standing: Standing) -> Listed:
    url, title = entries[0]
    home = f"{urlsplit(url).scheme}://{host}"
    return Listed(
        Publisher(publisher_id(host), title or host, home, standing=standing),
        tuple(dict.fromkeys(url for url, _ in entries)),
    )


def publisher_id(host: str) -> str:
    """The id of a publisher known only by its host or name: `news.example.com` is `news-example-com`."""
    return re.sub(r"[^a-z0-9]+", "-", host.lower().removeprefix("www.")).strip("-")[:ID_LIMIT]
