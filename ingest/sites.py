"""Whose a feed is: the publisher's site, told from an address alone."""

import re
from urllib.parse import urlsplit

from ingest.urls import site_of

# On these each path belongs to someone else: `medium.com/feed/@ann` is Ann's, `feeds.feedburner.com/ann` too.
AUTHOR_IN_PATH = frozenset(
    {"medium.com", "mirror.xyz", "paragraph.xyz", "paragraph.com", "substack.com", "github.com",
     "feeds.feedburner.com", "feeds2.feedburner.com", "feedproxy.google.com", "feedpress.me", "sites.google.com"}
)  # fmt: skip
# And these make feeds of other sites, or of accounts named in the query: each address stands for itself.
MAKE_FEEDS = frozenset({"youtube.com", "reddit.com", "news.google.com", "rss.app", "rsshub.app", "fetchrss.com"})
NO_AUTHOR = frozenset({"feed", "feeds", "rss", "~r"})  # what stands before the author's segment
MAX_ID = 70  # characters; the column has room for a number behind it


def publisher_site(url: str) -> str | None:
    """What two addresses of one publisher have in common; None when it is no http(s) URL.

    The registrable domain (`ledgerpost.example`), the host where every name is someone's (`ann.substack.com`), host
    and author where every path is (`medium.com/@ann`), or the whole address where nothing less tells.
    """
    site = site_of(url)
    if site is None:
        return None
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    if host in MAKE_FEEDS:
        return f"{host}{parts.path}{'?' if parts.query else ''}{parts.query}"
    if host in AUTHOR_IN_PATH:
        segments = (segment for segment in parts.path.lower().split("/") if segment not in NO_AUTHOR | {""})
        return f"{host}/{next(segments, '')}".rstrip("/")
    return site


def home_of(url: str) -> str:
    """The front page of the site that an http(s) address is on."""
    parts, site = urlsplit(url), publisher_site(url) or ""
    return f"{parts.scheme}://{site}" if "/" in site else f"{parts.scheme}://{parts.netloc}"


def publisher_id(site: str) -> str:
    """The id of a publisher known only by its site: `news.example.com` is `news-example-com`."""
    return re.sub(r"[^a-z0-9]+", "-", site.lower().removeprefix("www.")).strip("-")[:MAX_ID].strip("-") or "unnamed"
