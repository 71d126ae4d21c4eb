"""Turns an event into what the widget and the frame show of it on one article's page."""

from collections.abc import Mapping, Sequence

from api import event_cards, event_replies, event_views, words
from api.widget_replies import (
    DisputedReply,
    FirstReply,
    SaidReply,
    WidgetReasonReply,
    WidgetReply,
    WidgetReportReply,
    WidgetRowReply,
    WidgetSignalReply,
)
from cluster.event import Event, Role
from cluster.roles import REPORTING


def same_story(event: Event, host_id: str | None) -> WidgetReply | None:
    """What a described event says on the page of one of its articles, or, without `host_id`, on any page.

    None when no other origin is left, and when the article joined so lately that it has no origin yet.
    """
    full = event_views.full_event(event)
    lead, others = event_cards.rows(full)
    rows = [row for row in (lead, *others) if host_id not in row.origin.article_ids]
    is_host_counted = len(rows) <= len(others)
    if not rows or (host_id and not is_host_counted):
        return None
    return WidgetReply(
        event_id=full.id,
        source_label=words.source_label(len(rows) + is_host_counted),
        rows=[_row(row) for row in rows],
        first=_first(full.articles, host_id),
        disputed=_disputed(full),
        signal=WidgetSignalReply(
            level=full.signal.shown,
            label=words.level_words(full.signal),
            reasons=_reasons(full.signal),
        ),
    )


def folded_label(folded: Sequence[event_replies.MemberReply]) -> str:
    """What a fold holds: `2 copies`, or `2 more with the same origin` when not all are; empty for none."""
    if not folded:
        return ""
    if any(Role(one.role) is not Role.COPY for one in folded):
        return f"{len(folded)} more with the same origin"
    return "1 copy" if len(folded) == 1 else f"{len(folded)} copies"


def _reasons(signal: event_replies.SignalReply) -> list[WidgetReasonReply]:
    """An editor's first, which is what the level rests on where there is one."""
    editors = [f"An editor set this: {signal.override.reason}"] if signal.override else []
    told = [WidgetReasonReply(text=text, passed=True) for text in editors]
    return told + [WidgetReasonReply(text=one.text, passed=one.passed) for one in signal.reasons]


def _row(row: event_cards.Row) -> WidgetRowReply:
    return WidgetRowReply(
        **_report(row.report).model_dump(),
        note=words.origin_words(row.origin),
        folded_label=folded_label(row.folded),
        folded=[_report(one) for one in row.folded],
    )


def _report(member: event_replies.MemberReply) -> WidgetReportReply:
    return WidgetReportReply(
        id=member.id,
        publisher=member.publisher.name,
        title=member.title,
        url=member.url,
        published_at=member.published_at,
    )


def _first(articles: Sequence[event_replies.MemberReply], host_id: str | None) -> FirstReply:
    first = next((one for one in articles if Role(one.role) in REPORTING), articles[0])
    return FirstReply(publisher=first.publisher.name, published_at=first.published_at, is_this_page=first.id == host_id)


def _disputed(event: event_replies.EventReply) -> list[DisputedReply]:
    names = {one.id: one.publisher.name for one in event.articles}
    return [
        DisputedReply(what=figure.what, values=[_said(value, names) for value in figure.values])
        for figure in event_cards.disputed_figures(event)
    ]


def _said(value: event_replies.FigureValueReply, names: Mapping[str, str]) -> SaidReply:
    return SaidReply(text=value.text, publishers=list(dict.fromkeys(names[one] for one in value.article_ids)))
