"""Turns editors' actions, and the events that stood in their way, into JSON."""

from collections.abc import Mapping, Sequence

from api import change_views
from api.action_views import actions_shown
from api.change_replies import FollowedChangeReply
from api.editor.replies import (
    ActionReply,
    ArticleMovedReply,
    DismissedReply,
    DoneReply,
    EventChangedReply,
    EventNowReply,
    LinkReply,
    PlaceReply,
    SettingReply,
)
from api.service import Service
from cluster.action import Action, Draft, Pair
from cluster.change import Change
from cluster.event import Placement

MOST_CHANGES = 20  # of an event that changed while somebody looked at it


def action_replies(service: Service, actions: Sequence[Action]) -> list[ActionReply]:
    """Rows of the editors' record, in words too."""
    shown = actions_shown(service, actions)
    return [_action(action, one.text) for action, one in zip(actions, shown, strict=True)]


def done_reply(service: Service, action: Action) -> DoneReply:
    """An action that was carried out, and the events that it touched."""
    (reply,) = action_replies(service, [action])
    found = service.events.get_many(action.draft.event_ids)
    touched = [found[one] for one in action.draft.event_ids if one in found]
    return DoneReply(
        action=reply,
        events=[
            EventNowReply(id=one.id, version=one.version, status=one.status.value, merged_into=one.merged_into)
            for one in touched
        ],
    )


def changed_replies(service: Service, event_ids: Sequence[str], seen: Mapping[str, int]) -> list[EventChangedReply]:
    """The events that have not the version any more in which they were seen, and what happened since."""
    return [_changed(service, event_id, seen[event_id]) for event_id in event_ids]


def _changed(service: Service, event_id: str, seen: int) -> EventChangedReply:
    event = service.events.get(event_id)
    since = service.events.history(event_id, MOST_CHANGES) if event else []
    return EventChangedReply(
        id=event_id,
        seen=seen,
        version=event.version if event else None,
        status=event.status.value if event else None,
        merged_into=event.merged_into if event else None,
        changes=[_by_name(one) for one in since if one.version > seen],
    )


def _by_name(one: Change) -> FollowedChangeReply:
    # Among editors it is no secret who it was.
    return change_views.followed_change(one).model_copy(update={"by": one.by})


def _action(action: Action, text: str) -> ActionReply:
    draft, dismissed = action.draft, action.draft.dismissed
    return ActionReply(
        seq=action.seq,
        type=draft.type.value,
        by=draft.by,
        at=draft.at,
        reason=draft.reason,
        text=text,
        event_id=draft.led_to,
        event_ids=list(draft.event_ids),
        url=draft.url or None,
        moved=_moved(draft),
        settings=_settings(draft),
        added=_links(draft.added),
        superseded=_links(draft.superseded),
        dismissed=DismissedReply.model_validate(dismissed) if dismissed else None,
        undoes=draft.undoes,
        undone_by=action.undone_by,
    )


def _moved(draft: Draft) -> list[ArticleMovedReply]:
    before, after = ({one.article_id: _place(one) for one in places} for places in (draft.before, draft.after))
    return [
        ArticleMovedReply(article_id=one, before=before.get(one), after=after.get(one)) for one in {**before, **after}
    ]


def _place(one: Placement) -> PlaceReply:
    return PlaceReply(event_id=one.event_id, copy_of=one.copy_of)


def _settings(draft: Draft) -> list[SettingReply]:
    return [
        SettingReply(event_id=after.event_id, field=after.field.value, before=before.value, after=after.value)
        for before, after in zip(draft.settings_before, draft.settings_after, strict=True)
    ]


def _links(pairs: Sequence[Pair]) -> list[LinkReply]:
    return [LinkReply(article_id=one.one, other_id=one.other, link=one.link.value) for one in pairs]
