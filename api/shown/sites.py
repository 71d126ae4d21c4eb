"""Which site an event was shown on, as far as the request for it says."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import httpx2

from api.shown.tally import OTHER
from ingest.urls import site_of

_NAME = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)+")
MAX_NAME = 253  # characters of a host's name


@dataclass(frozen=True, slots=True)
class Showing:
    """What is counted whenever a reply is sent: its event, and the site that was asked about.

    `site` is None where an event was asked for by its id: then only the browser says where.
    """

    event_id: str
    site: str | None


def site_named(address: str) -> str:
    """The registrable host of an address, in ASCII; OTHER for whatever has none."""
    try:
        name = httpx2.URL(address).raw_host.decode("ascii")
    except (httpx2.InvalidURL, UnicodeError):
        return OTHER
    site = site_of(f"https://{name}/") if _NAME.fullmatch(name) and len(name) <= MAX_NAME else None
    return site if site and _NAME.fullmatch(site) else OTHER


def site_of_showing(showing: Showing, headers: Iterable[tuple[bytes, bytes]]) -> str:
    """Where it was shown: the site asked about, else the one that the browser names as the origin."""
    if showing.site is not None:
        return showing.site
    for name, value in headers:
        if name == b"origin":
            return _site_of_origin(value)
    return OTHER


@lru_cache(1024)  # the same few sites ask again and again, and hot reads have no time to take an address apart
def _site_of_origin(origin: bytes) -> str:
    return site_named(origin.decode("latin-1"))
