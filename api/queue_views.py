"""The editors' queue as replies: doubts, with the events and articles that they name as these stand now."""

from collections.abc import Sequence

from api.article_replies import PublisherReply
from api.queue_replies import ClueArticleReply, ClueReply, DoubtReply, QueuedEventReply
from api.service import Service
from cluster.doubt_store import Outline
from cluster.doubts import Clue, Doubt
from cluster.lending import headline
from cluster.saying_changes import LEVEL_OF
from ingest.article import Article


def doubt_replies(service: Service, doubts: Sequence[Doubt]) -> list[DoubtReply]:
    """Doubts for an editor, in their order; one about an event that has gone meanwhile is left out."""
    outlines = service.doubts.outlines({one for doubt in doubts for one in doubt.event_ids})
    named = {article_id for doubt in doubts for clue in doubt.evidence for article_id in clue.article_ids}
    articles = service.articles.get_many(sorted(named))
    return [_doubt(one, outlines, articles) for one in doubts if outlines.keys() >= set(one.event_ids)]


def _doubt(doubt: Doubt, outlines: dict[str, Outline], articles: dict[str, Article]) -> DoubtReply:
    return DoubtReply(
        kind=doubt.kind,
        doubt=doubt.doubt,
        text=doubt.text,
        event=_event(outlines[doubt.event_id]),
        other=_event(outlines[doubt.other_id]) if doubt.other_id else None,
        about=doubt.about,
        evidence=[_clue(clue, articles) for clue in doubt.evidence],
    )


def _event(outline: Outline) -> QueuedEventReply:
    shown = {name: getattr(outline, name) for name in QueuedEventReply.model_fields if name not in ("title", "signal")}
    return QueuedEventReply(title=headline(outline.title), signal=LEVEL_OF[outline.signal_rank].value, **shown)


def _clue(clue: Clue, articles: dict[str, Article]) -> ClueReply:
    found = [articles[article_id] for article_id in clue.article_ids if article_id in articles]
    text = headline(clue.text) if clue.what == "report" else clue.text
    return ClueReply(what=clue.what, side=clue.side, text=text, articles=[_article(one) for one in found])


def _article(article: Article) -> ClueArticleReply:
    publisher = PublisherReply.model_validate(article.publisher)
    return ClueArticleReply(id=article.id, publisher=publisher, url=article.url, published_at=article.published_at)
