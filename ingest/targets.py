"""What of a URL goes into a request: http(s) only, and a name and password nowhere but into their header."""

from base64 import b64encode
from collections.abc import Mapping

import httpcore2
import httpx2


def parted(url: str) -> tuple[str, Mapping[str, str]]:
    """A URL without name and password, and the header that says them.

    Raises:
        httpx2.InvalidURL: when it is no URL.
    """
    parsed = httpx2.URL(url)
    if not parsed.userinfo:
        return url, {}
    said = b64encode(f"{parsed.username}:{parsed.password}".encode()).decode()
    return str(parsed.copy_with(userinfo=b"")), {"authorization": f"Basic {said}"}


def joined(url: str, location: str) -> str:
    """Where a redirect leads from a URL.

    Raises:
        httpx2.InvalidURL: when that is no URL.
    """
    try:
        return str(httpx2.URL(url).join(location))
    except ValueError as error:  # of the standard library, `http:////[x]/a`
        raise httpx2.InvalidURL(str(error)) from error


def target_of(url: str) -> httpcore2.URL:
    """A URL the pool takes; http(s) only, no credentials: who leads us elsewhere does not say who we are.

    Raises:
        httpx2.InvalidURL: when it is anything else.
    """
    parsed = httpx2.URL(url)
    if parsed.scheme not in ("http", "https") or not _has_name(parsed) or parsed.userinfo:
        raise httpx2.InvalidURL("not a plain http(s) URL")
    return httpcore2.URL(scheme=parsed.raw_scheme, host=parsed.raw_host, port=parsed.port, target=parsed.raw_path)


def _has_name(parsed: httpx2.URL) -> bool:
    try:
        return bool(parsed.host)
    except UnicodeError:  # it stands for no name, `%xn--`
        return False
