"""The cookie that holds a session: out of reach of scripts, of other sites and, behind TLS, of other hosts."""

from starlette.requests import HTTPConnection
from starlette.responses import Response

from api.session_store import SESSION_LASTS

NAME = "secondsource_session"


def name_for(scheme: str) -> str:
    """What the cookie is called. Browsers take one with the prefix over TLS alone, and from nobody but this host."""
    return f"__Host-{NAME}" if scheme == "https" else NAME


def held(connection: HTTPConnection) -> str:
    """The token that the browser holds; empty when it holds none."""
    return connection.cookies.get(name_for(connection.url.scheme), "")


def give(answer: Response, token: str, scheme: str) -> None:
    """Lets the browser hold a token for as long as a session lasts that is not used."""
    answer.set_cookie(
        name_for(scheme),
        token,
        max_age=int(SESSION_LASTS.total_seconds()),
        httponly=True,
        secure=scheme == "https",
        samesite="strict",
    )


def take(answer: Response, scheme: str) -> None:
    """Lets the browser forget it."""
    answer.delete_cookie(name_for(scheme), httponly=True, secure=scheme == "https", samesite="strict")
