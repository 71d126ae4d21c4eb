"""What pages say in schema.org's words (JSON-LD), written so that nothing in it can end the script it stands in."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson

from api import article_replies, event_replies
from cluster.event import Role
from ingest.article import Kind, Publisher

# Inside a script element `<` could begin an end tag or a comment; the line separators end a line for old parsers.
_INERT = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
_SITE = "SecondSource"


def front(origin: str, address: str, says: str, listed: Sequence[tuple[str, str]]) -> str:
    """The site, and the events that are listed, each by address and title."""
    site = {"@type": "WebSite", "@id": f"{origin}/#site", "url": f"{origin}/", "name": _SITE, "description": says}
    steps = [
        {"@type": "ListItem", "position": at, "url": url, "name": title}
        for at, (url, title) in enumerate(listed, start=1)
    ]
    page = {"@type": "CollectionPage", "url": address, "isPartOf": {"@id": site["@id"]}, "mainEntity": _list(steps)}
    return _written({"@graph": [site, page]})


def event(
    origin: str,
    address: str,
    shown: event_replies.EventReply,
    reports: Sequence[event_replies.MemberReply],
    homes: Mapping[str, str],
) -> str:
    """An event: a collection of other people's reports. None of them is said to be ours.

    `reports` are one for each origin, `homes` the addresses of their publishers by id.
    """
    steps = [
        {"@type": "ListItem", "position": at, "item": _report(one, homes[one.publisher.id], Role(one.role))}
        for at, one in enumerate(reports, start=1)
    ]
    page = {
        "@type": "CollectionPage",
        "url": address,
        "name": shown.title,
        "datePublished": _instant(shown.first_published_at),
        "dateModified": _instant(shown.updated_at),
        "inLanguage": "en",
        "isPartOf": {"@type": "WebSite", "url": f"{origin}/", "name": _SITE},
        "about": [{"@type": "Thing", "name": asset.name} for asset in shown.assets],
        "mainEntity": _list(steps),
    }
    return _written(page)


def article(address: str, shown: article_replies.ArticleAloneReply, home: str) -> str:
    """A page about somebody else's article, which is at its own address."""
    return _written({"@type": "WebPage", "url": address, "mainEntity": _report(shown, home)})


def publisher(address: str, shown: Publisher) -> str:
    """A page about a publisher."""
    kind = "NewsMediaOrganization" if shown.kind is Kind.NEWSROOM else "Organization"
    about: dict[str, Any] = {"@type": kind, "name": shown.name, "url": shown.home}
    if shown.owner:
        about["parentOrganization"] = {"@type": "Organization", "name": shown.owner}
    return _written({"@type": "ProfilePage", "url": address, "mainEntity": about})


def _report(shown: article_replies.ArticleReply, home: str, role: Role | None = None) -> dict[str, Any]:
    return {
        "@type": "Article" if role is Role.PRESS_RELEASE else "NewsArticle",
        "headline": shown.title,
        "url": shown.url,
        "datePublished": _instant(shown.published_at),
        "publisher": {"@type": "Organization", "name": shown.publisher.name, "url": home},
    }


def _list(steps: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {"@type": "ItemList", "numberOfItems": len(steps), "itemListElement": steps}


def _instant(instant: datetime) -> str:
    return f"{instant:%Y-%m-%dT%H:%M:%SZ}"


def _written(data: dict[str, Any]) -> str:
    text = orjson.dumps({"@context": "https://schema.org"} | data).decode()
    for one, escaped in _INERT.items():
        text = text.replace(one, escaped)
    return text
