"""Takes an editor's request to add an article; workers do the rest."""

from starlette.exceptions import HTTPException

from api.reads import find_event
from api.service import Service
from cluster.refusing import MAX_REASON, Refused, plain, unlocked
from ingest.addition import Addition
from ingest.addition_store import MOST_OPEN
from ingest.subscriptions import feed_address
from ingest.urls import canonical_url
from storage.ids import new_id

NO_ADDRESS = "This has to be the address of an article's page, such as https://news.example/report."
ENOUGH = f"{MOST_OPEN} articles are being added already. Wait until some of them are done."
UNKNOWN = "No request has this id."


def ask(service: Service, by: str, url: str, event_id: str, reason: str) -> Addition:
    """The request as it was kept; one for the same address and event that is still worked on is that one.

    Raises:
        HTTPException: 404 for an event that nobody has; 409 with a sentence where nothing can be added to it, too many
            requests are open, or the reason is too long; 422 for what is no address.
    """
    address = canonical_url(feed_address(url) or "")
    if address is None:
        raise HTTPException(422, NO_ADDRESS)
    find_event(service, event_id)
    try:
        unlocked(service.events, event_id)
        said = plain(reason, "The reason", MAX_REASON)
    except Refused as refused:
        raise HTTPException(409, str(refused)) from refused
    wanted = Addition(new_id("add"), address, event_id, by, service.clock(), said)
    kept = service.additions.ask(wanted)
    if kept is None:
        raise HTTPException(409, ENOUGH)
    return kept


def find(service: Service, addition_id: str) -> Addition:
    """A request as it stands.

    Raises:
        HTTPException: 404 for an id that no request has.
    """
    found = service.additions.get(addition_id)
    if found is None:
        raise HTTPException(404, UNKNOWN)
    return found
