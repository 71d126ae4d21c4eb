"""Says in a sentence why no article comes of an address, and what to do."""

from ingest.fetching import MAX_BYTES, MAX_REDIRECTS
from ingest.outcome import Outcome

FORBIDDEN = "The site's robots.txt forbids programs to fetch this page."
FORBIDDEN_FOR_NOW = "The site's robots.txt, which says what programs may fetch, does not come. Try again later."
FRONT_PAGE = "This is a front page. Give the address of one article."
LED_ELSEWHERE = "The address leads to a front page or to one that asks readers to sign in, not to an article."
NO_PAGE = "There is no web page at this address. Give that of the page with the article."
NO_ARTICLE = "No article was found on this page, or no more than a few lines of it."
BEHIND_A_WALL = "The site shows programs a check for humans or for consent in the article's place."
WALLED = "The article is for subscribers: its page shows too little of it."

_TRY_LATER = "Try again later."
_OF_STATUS = {
    401: "The site asks for a name and a password (401).",
    402: "The article is for subscribers (402).",
    403: "The site refuses programs this page (403).",
    404: "There is no page at this address (404).",
    410: "The site has removed this page (410).",
    429: f"The site asks us to come less often (429). {_TRY_LATER}",
    451: "The site may not show this page for legal reasons (451).",
}
_OF_OUTCOME = {
    Outcome.ROBOTS: FORBIDDEN,
    Outcome.REFUSED_ADDRESS: "This address, or one that it leads to, is not on the public internet, so nothing was "
    "fetched. SECONDSOURCE_ALLOW_ADDRESSES may name it.",
    Outcome.NAME_NOT_FOUND: "No site was found under this name. Look whether the address is right.",
    Outcome.CONNECTION_FAILED: f"The site cannot be reached. {_TRY_LATER}",
    Outcome.TLS_FAILED: "The site has no valid certificate, so what it sends cannot be trusted.",
    Outcome.TIMEOUT: f"The site did not send the page in time. {_TRY_LATER}",
    Outcome.NO_TURN: f"Other requests of ours took all the time that this site has for us. {_TRY_LATER}",
    Outcome.NO_TIME: f"Others' pages took all the time that there was for reading. {_TRY_LATER}",
    Outcome.TOO_LARGE: f"The page is larger than {MAX_BYTES // 1024**2} MiB.",
    Outcome.TOO_MANY_REDIRECTS: f"The address leads on more than {MAX_REDIRECTS} times.",
    Outcome.BAD_URL: "The address leads to something that is no address of a page.",
    Outcome.PARSE_TIMEOUT: "The page takes too long to read.",
}
_OTHERWISE = "The page cannot be read."


def why_not_fetched(outcome: Outcome, status: int | None) -> str:
    """The sentence for a page that did not come, or that broke its reader; `status` is None when no answer came."""
    if outcome is Outcome.HTTP_SERVER_ERROR:
        return f"The site failed ({status}). {_TRY_LATER}"
    if outcome is Outcome.HTTP_CLIENT_ERROR:
        return _OF_STATUS.get(status or 0, f"The site refuses this page ({status}).")
    return _OF_OUTCOME.get(outcome, _OTHERWISE)
