"""One article in an event with all that is known of it: what describing works from."""

from dataclasses import dataclass

from cluster.event import Facts, Placement, Quote
from cluster.sentences import shorten
from ingest.article import Article

CITED_CHARACTERS = 70


@dataclass(frozen=True, slots=True)
class Report:
    """An event's article, why it was placed there, and its own facts."""

    article: Article
    placement: Placement
    facts: Facts

    @property
    def id(self) -> str:
        """The article's id."""
        return self.article.id


def quoted_title(report: Report) -> Quote:
    """The beginning of a report's title, cited."""
    return Quote(report.id, shorten(report.article.title, CITED_CHARACTERS))
