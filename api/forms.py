"""Whether a page of ours has sent a form, as far as the browser tells; the form's token is asked for besides."""

from starlette.datastructures import Headers

from storage.settings import DEFAULT_PORTS

OURS = ("same-origin", "none")  # "none": somebody did it by hand, no page had a part in it


def came_from_us(headers: Headers, host: str) -> bool:
    """Whether neither `Sec-Fetch-Site` nor `Origin` names another site; `host` is the request's Host, checked already.

    A program that is no browser sends neither. The scheme is left aside: a proxy may speak another one to us.
    """
    if headers.get("sec-fetch-site", "none") not in OURS:
        return False
    origin = headers.get("origin")
    if origin is None:
        return True
    scheme, found, authority = origin.partition("://")  # `null` names nobody
    return bool(found) and _with_port(authority, scheme) == _with_port(host, scheme)


def _with_port(authority: str, scheme: str) -> str:
    """Host and port as one may compare them: the scheme's own port may be left out."""
    has_port = authority.rpartition(":")[2].isdigit()
    return authority.lower() if has_port else f"{authority.lower()}:{DEFAULT_PORTS.get(scheme)}"
