"""How much of one article a page or reply may show: 400 characters, all fields together, its headline always."""

from cluster.sentences import shorten
from ingest.article import Article, Flag

MAX_CHARACTERS = 400
TITLE_CHARACTERS = 160  # a longer headline would leave no room for an excerpt
EXCERPT_AT_LEAST = 100  # below that an excerpt says nothing; quotes give way first
EXCERPT_AT_MOST = 220


def on_one_line(text: str, limit: int) -> str:
    """The text on one line, cut behind a word and ended with an ellipsis when longer than `limit` characters."""
    return shorten(" ".join(text.split()), limit) if limit > 0 else ""


def headline(title: str) -> str:
    """A title as it is shown everywhere, so that showing it twice shows nothing more."""
    return on_one_line(title, TITLE_CHARACTERS)


def first_headline(article: Article) -> str | None:
    """What an article's headline said at first, as it is shown; None while it says the same."""
    first = headline(article.first_title or "")
    return first if first not in ("", headline(article.title)) else None


def beside_headlines(article: Article) -> int:
    """The characters that all else shown of an article may have; none of one that reserves its use."""
    if Flag.RESERVED in article.flags:
        return 0
    return MAX_CHARACTERS - len(headline(article.title)) - len(first_headline(article) or "")
