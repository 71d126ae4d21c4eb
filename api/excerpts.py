"""What one page or reply shows of each article beside its headline: an excerpt, and quotes as far as there is room."""

from collections.abc import Iterable, Mapping

from cluster.event import Quote
from cluster.lending import EXCERPT_AT_LEAST, EXCERPT_AT_MOST, beside_headlines, on_one_line
from cluster.openings import opening
from ingest.article import Article

WORTH_READING = 40  # a quote cut shorter than this is left out


class Quoting:
    """What one reply still may quote. An article that reserves its use lends its title and nothing else.

    `wanted` are the quotes the reply would like to show: the excerpt makes room for them down to `EXCERPT_AT_LEAST`.
    `openings` are the first own words of articles where they are known, by article id. `whole` stand in a sentence
    that is shown as it is, before any excerpt, or not at all: `shows_whole` says whether there is room for them.
    """

    def __init__(
        self,
        articles: Iterable[Article],
        wanted: Iterable[Quote] = (),
        openings: Mapping[str, str] | None = None,
        whole: Iterable[Quote] = (),
    ) -> None:
        shown = list(articles)
        self._left = {article.id: beside_headlines(article) for article in shown}
        self.shows_whole = all(self.fits(quote.article_id, quote.text) for quote in whole)
        self._spare = dict(self._left)
        for quote in wanted:
            self._spare[quote.article_id] = self._spare.get(quote.article_id, 0) - len(quote.text)
        self._excerpts = {article.id: self._spend_excerpt(article, openings or {}) for article in shown}

    def excerpt(self, article_id: str) -> str:
        """An article's first own words; empty when its use is reserved or none are known."""
        return self._excerpts[article_id]

    def quote(self, article_id: str, text: str) -> str:
        """As many of these words as the article has left; empty when too few to be worth reading."""
        left = self._left.get(article_id, 0)
        if len(text) > left and left < WORTH_READING:
            return ""
        return self._spend(article_id, on_one_line(text, left))

    def fits(self, article_id: str, text: str) -> bool:
        """Whether these words can be shown whole; if so, they count as shown."""
        if len(text) > self._left.get(article_id, 0):
            return False
        self._spend(article_id, text)
        return True

    def _spend_excerpt(self, article: Article, openings: Mapping[str, str]) -> str:
        limit = min(max(self._spare[article.id], EXCERPT_AT_LEAST), EXCERPT_AT_MOST, self._left[article.id])
        text = openings[article.id] if article.id in openings else opening(article)
        return self._spend(article.id, on_one_line(text, limit))

    def _spend(self, article_id: str, text: str) -> str:
        self._left[article_id] -= len(text)
        return text
