"""One article in an event with all that is known of it: what describing works from."""

from dataclasses import dataclass

from cluster.event import Facts, Placement
from ingest.article import Article


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
