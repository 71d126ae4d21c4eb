"""How much of an article a reply or a page shows, measured from outside: what of its words can be read there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import html

from cluster.event import Event
from cluster.lending import headline
from ingest.article import Article

RUN = 20  # characters; fewer may stand in any two texts
NAME = 40  # and fewer than these are a name where no article is cited: "also on California Breakthrough Project"


@dataclass(frozen=True, slots=True)
class Field:
    """A text of a reply, with the articles that it quotes: none of this event, or None where it does not say."""

    text: str
    of: tuple[str, ...] | None

    def may_be_of(self, article: Article) -> bool:
        """Whether it may quote an article."""
        return self.of is None or article.id in self.of


def fields_of(reply: Any, event: Event | None = None) -> list[Field]:
    """Every text of a reply about an event; names of assets and themes and other events' titles quote none of it."""
    found = list(_fields(reply, None))
    if event is None or event.description is None:
        return found
    title = headline(event.description.title)
    by = tuple(one.article.id for one in event.members if headline(one.article.title) == title)
    return [Field(one.text, by) if one.of is None and one.text == title else one for one in found]


def fields_on(page: str, said: Sequence[Field]) -> list[Field]:
    """Every text of a page; `said` is what the reply behind it says, and of which articles."""
    by: dict[str, set[str] | None] = {}
    for field in said:
        known = by.setdefault(field.text, set())
        by[field.text] = None if field.of is None or known is None else known | set(field.of)
    texts = (one_line(str(node)) for node in html.fromstring(page).xpath("//body//text()[not(ancestor::script)]"))
    return [Field(text, None if by.get(text) is None else tuple(by[text] or ())) for text in texts if text]


def characters_shown(article: Article, fields: Sequence[Field]) -> int:
    """How many characters of its title and text can be read: the runs that stand in some field, each counted once."""
    whole = f"{one_line(article.title)}\n{one_line(article.text)}"
    starts = {whole[at : at + RUN] for at in range(len(whole) - RUN + 1)}
    runs = {
        run
        for field in set(fields)
        if field.may_be_of(article)
        for run in _runs(field.text, starts)
        if field.of is not None or len(run) >= NAME
    }
    return sum(len(run) for run in runs if not any(run != other and run in other for other in runs))


def one_line(text: str) -> str:
    """A text as it reads, whatever space stands between its words."""
    return " ".join(text.split())


def _runs(text: str, starts: set[str]) -> Iterator[str]:
    """The longest stretches of a text whose every RUN characters stand in the article."""
    begins: int | None = None
    for at in range(len(text) - RUN + 2):
        if text[at : at + RUN] in starts:
            begins = at if begins is None else begins
        elif begins is not None:
            yield text[begins : at + RUN - 1]
            begins = None


def _fields(part: Any, of: tuple[str, ...] | None) -> Iterator[Field]:
    if isinstance(part, str):
        yield Field(one_line(part), of)
    elif isinstance(part, list):
        for one in part:
            yield from _fields(one, of)
    elif isinstance(part, dict):
        for name, one in part.items():
            yield from _fields(one, () if _quotes_nothing(part, name) else _cited(part) or of)


def _quotes_nothing(part: dict[str, Any], name: str) -> bool:
    if "symbol" in part or "theme" in part:
        return name != "evidence"
    is_of_another = "event_id" in part and "publisher" not in part
    return name == "url" or (is_of_another and name == "title")


def _cited(part: dict[str, Any]) -> tuple[str, ...] | None:
    if "article_id" in part:
        return (part["article_id"],)
    if "publisher" in part:  # an article's own part
        return (part["id"],)
    return tuple(part["article_ids"]) if "qualifier" in part else None
