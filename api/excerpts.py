"""How much of an article one page or reply may show: never more than 400 characters, all fields together."""

from collections.abc import Iterable

from cluster.event import Quote
from cluster.sentences import shorten as shorten_line
from ingest.article import Article, Flag

MAX_CHARACTERS = 400
TITLE_CHARACTERS = 160  # a longer headline would leave no room for an excerpt
EXCERPT_AT_LEAST = 140  # below that an excerpt says nothing; quotes give way first
EXCERPT_AT_MOST = 220
WORTH_READING = 40  # a quote cut shorter than this is left out


def shorten(text: str, limit: int) -> str:
    """The text on one line, cut behind a word and ended with an ellipsis when longer than `limit` characters."""
    return shorten_line(" ".join(text.split()), limit) if limit > 0 else ""


def headline(title: str) -> str:
    """A title as it is shown everywhere, so that showing it twice shows nothing more."""
    return shorten(title, TITLE_CHARACTERS)


def first_headline(article: Article) -> str | None:
    """What an article's headline said at first, as it is shown; None while it says the same."""
    first = headline(article.first_title or "")
    return first if first not in ("", headline(article.title)) else None


class Quoting:
    """What one reply still may quote. An article that reserves its use lends its title and nothing else.

    `wanted` are the quotes the reply would like to show: the excerpt makes room for them down to `EXCERPT_AT_LEAST`.
    """

    def __init__(self, articles: Iterable[Article], wanted: Iterable[Quote] = ()) -> None:
        shown = list(articles)
        self._left = {
            article.id: 0 if Flag.RESERVED in article.flags else MAX_CHARACTERS - _in_headlines(article)
            for article in shown
        }
        self._spare = dict(self._left)
        for quote in wanted:
            self._spare[quote.article_id] = self._spare.get(quote.article_id, 0) - len(quote.text)
        self._excerpts = {article.id: self._spend_excerpt(article) for article in shown}

    def excerpt(self, article_id: str) -> str:
        """An article's first words; empty when its use is reserved or its text is gone."""
        return self._excerpts[article_id]

    def quote(self, article_id: str, text: str) -> str:
        """As many of these words as the article has left; empty when too few to be worth reading."""
        left = self._left.get(article_id, 0)
        if len(text) > left and left < WORTH_READING:
            return ""
        return self._spend(article_id, shorten(text, left))

    def fits(self, article_id: str, text: str) -> bool:
        """Whether these words can be shown whole; if so, they count as shown."""
        if len(text) > self._left.get(article_id, 0):
            return False
        self._spend(article_id, text)
        return True

    def _spend_excerpt(self, article: Article) -> str:
        limit = min(max(self._spare[article.id], EXCERPT_AT_LEAST), EXCERPT_AT_MOST, self._left[article.id])
        return self._spend(article.id, shorten(article.text, limit))

    def _spend(self, article_id: str, text: str) -> str:
        self._left[article_id] -= len(text)
        return text


def _in_headlines(article: Article) -> int:
    return len(headline(article.title)) + len(first_headline(article) or "")
