"""What a page says of itself to browsers, crawlers and whoever is sent its address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from api import article_replies, event_cards, event_replies, linked_data, words
from ingest.article import Flag, Publisher

SITE_SAYS = (
    "One happening, once: crypto news by event, with the number of sources that report each independently, "
    "how strong the signal is and why."
)


@dataclass(frozen=True, slots=True)
class Head:
    """The title, without the site's name, and what stands beside it in a page's head.

    `address` is the page's one absolute address. `data` is JSON-LD that no title can break out of. A page that
    `is_passing` is one view of many, will be gone in a moment or was hidden: it may be read, and is not to be indexed.
    """

    title: str
    address: str
    description: str = ""
    data: str = ""
    is_passing: bool = False
    json_at: str | None = None  # the same for programs
    published_at: datetime | None = None  # only of what has a date, and then it is an article to OpenGraph
    changed_at: datetime | None = None


def of_front(origin: str, path: str, narrowed_to: str, cards: Sequence[event_cards.Card], *, is_passing: bool) -> Head:
    """The front page at its address without noise; `narrowed_to` is empty where everything is shown."""
    listed = [(f"{origin}{words.event_path(one.event.id, one.event.title)}", one.event.title) for one in cards]
    address = f"{origin}{path}"
    return Head(
        title=narrowed_to or "Crypto news by independent sources",
        address=address,
        description=f"Events: {narrowed_to}." if narrowed_to else SITE_SAYS,
        data=linked_data.front(origin, address, SITE_SAYS, listed),
        is_passing=is_passing,
    )


def of_event(
    origin: str, path: str, event: event_replies.EventReply, rows: Sequence[event_cards.Row], homes: Mapping[str, str]
) -> Head:
    """An event's page. What it quotes of the lead is its excerpt, which the page shows anyway."""
    address = f"{origin}{path}"
    said = f"{event.source_label}, {words.level_words(event.signal).lower()}."
    return Head(
        title=event.title,
        address=address,
        description=f"{said} {event.lead_article.excerpt}".strip(),
        data=linked_data.event(origin, address, event, [row.report for row in rows], homes),
        json_at=f"/v1/events/{event.id}",
        published_at=event.first_published_at,
        changed_at=event.updated_at,
        is_passing=event.editor.hidden,
    )


def of_article(origin: str, article: article_replies.ArticleAloneReply, home: str) -> Head:
    """An article's page; one whose publisher reserves its use is not to be indexed here."""
    address = f"{origin}/articles/{article.id}"
    return Head(
        title=f"{article.title} · {article.publisher.name}",
        address=address,
        description=article.excerpt,
        data=linked_data.article(address, article, home),
        is_passing=Flag.RESERVED in article.flags,
        json_at=f"/v1/articles/{article.id}",
        published_at=article.published_at,
    )


def of_publisher(origin: str, publisher: Publisher) -> Head:
    """A publisher's page."""
    address = f"{origin}/publishers/{publisher.id}"
    return Head(
        title=publisher.name,
        address=address,
        description=f"What {publisher.name} reported last, in which events, and who else has it.",
        data=linked_data.publisher(address, publisher),
    )
