"""`/v1/editor/events/{id}/shown`: where an event is shown, before an editor merges it."""

from starlette.responses import Response

from api.editor.router import replied, router_for_editors
from api.parameters import EventId
from api.reads import UNKNOWN, find_event
from api.replies import Envelope
from api.service import Using
from api.shown.replies import AppShownReply, FeedShownReply, HostShownReply, ShownReply
from api.shown.shown import Shown, in_words

router = router_for_editors()


@router.get(
    "/events/{event_id}/shown",
    summary="Where an event is shown",
    response_model=None,
    responses={200: {"model": Envelope[ShownReply]}, 404: UNKNOWN},
)
def shown(event_id: EventId, service: Using) -> Response:
    """The sites, feeds and webhooks of the last 24 hours: who sees another id when this one is merged.

    Counts begin with a full hour, come some seconds late, and are what requests claim: nobody proves which site it is.
    What was merged into the event counts with it.
    """
    event = find_event(service, event_id)
    found = _reply(event.id, service.shown.of(event.id, service.clock()))
    return replied(service, found)


def _reply(event_id: str, found: Shown) -> ShownReply:
    told, wanting = dict(found.webhooks), dict(found.wanted_by)
    return ShownReply(
        event_id=event_id,
        hosts=[HostShownReply(host=host, times=times) for host, times in found.hosts],
        feeds=[FeedShownReply(address=address, times=times) for address, times in found.feeds],
        webhooks=[
            AppShownReply(key=name, told=told.get(name, 0), wanting=wanting.get(name, 0)) for name in told | wanting
        ],
        text=", ".join(in_words(found)) or None,
    )
