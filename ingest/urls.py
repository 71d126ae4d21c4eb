"""One address for one article, however it was linked."""

import ipaddress
import re
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

import httpx2
from courlan.clean import clean_query
from tld import get_fld

from ingest.invisible import visible

MAX_BYTES = 2000  # PostgreSQL indexes no more than 2,700
MAX_HOST = 300  # a name has up to 253
DEFAULT_PORTS = {"http": 80, "https": 443}
# Each name below one of these is someone else's site.
HOSTS_OF_MANY = ("substack.com", "medium.com", "blogspot.com", "wordpress.com", "mirror.xyz", "beehiiv.com", "ghost.io",
                 "github.io", "tumblr.com", "paragraph.xyz", "uol.com.br")  # fmt: skip
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
NO_HOST = re.compile(r"""[\s"#%/<>?@\\^`{|}]""")  # in none of any kind
AMP_PATH = re.compile(r"(?:(?<=/)amp/?|\.amp)$")
AMP_QUERY = re.compile(r"(?:^|&)(?:amp(?:=[^&]*)?|outputType=amp(?:-type)?)(?=&|$)", re.IGNORECASE)


def canonical_url(url: str, declared: str | None = None) -> str | None:
    """The address without tracking, fragment, AMP suffix or default port; None when it is no http(s) URL.

    `declared` is what the page itself calls canonical. It counts on the same site only, and not when it is the
    site's front page: some publishers declare that on every article.
    """
    own = _cleaned(url)
    if own is None or not declared:
        return own
    named = _cleaned(http_url(declared, own) or "")
    if named is None or not same_site(own, named):
        return own
    return own if urlsplit(named).path in ("", "/") and not urlsplit(named).query else named


def same_site(a: str, b: str) -> bool:
    """Whether two URLs belong to one site."""
    site = site_of(a)
    return site is not None and site == site_of(b)


def site_of(url: str) -> str | None:
    """The registrable domain of a URL, or the host where many publish on one domain; None when it is no http(s) URL.

    For a bare address and a name of one word it is host and port.
    """
    try:
        parts = urlsplit(url)
        if not _is_http(parts):
            return None
        host = _host(parts).removeprefix("www.")
    except ValueError:
        return None
    if _is_address(parts.hostname or ""):
        return host
    if host.endswith(tuple("." + shared for shared in HOSTS_OF_MANY)):
        return host
    # Where the suffix is not a public one, the last two labels: so the Public Suffix List has it.
    return get_fld(url, fail_silently=True, search_private=True) or ".".join(host.split(".")[-2:])


def spellings(url: str) -> tuple[str, ...]:
    """The addresses that lead to the page of a canonical one: another scheme, `www.` or a slash at the end."""
    parts = urlsplit(url)
    name, path = parts.netloc.removeprefix("www."), parts.path.rstrip("/")
    spelt = [
        urlunsplit((scheme, host, path + end, parts.query, ""))
        for scheme in DEFAULT_PORTS
        for host in (name, f"www.{name}")
        for end in ("", "/")
    ]
    return tuple(dict.fromkeys((url, *spelt)))


def host_of(url: str) -> str:
    """Scheme, name and port, `https://ledgerpost.example:443`: what takes one request at a time.

    A URL that makes no request is a host by itself.
    """
    try:
        parsed = httpx2.URL(url)
    except httpx2.InvalidURL:
        return url[:MAX_HOST]
    if parsed.scheme not in DEFAULT_PORTS:
        return url[:MAX_HOST]
    name = _bracketed(parsed.raw_host.decode("ascii").rstrip("."))  # one spelling of names outside ASCII
    return f"{parsed.scheme}://{name}:{parsed.port or DEFAULT_PORTS[parsed.scheme]}"[:MAX_HOST]


def http_url(link: str, base: str) -> str | None:
    """A link as an absolute http(s) URL; None for any other scheme, or a link that cannot be read or stored."""
    try:
        absolute = urljoin(base, link.strip())
        is_storable = not CONTROL.search(absolute) and len(absolute.encode()) <= MAX_BYTES
        seen = visible(absolute).replace(" ", "%20")
        return seen if is_storable and _is_http(urlsplit(seen)) else None
    except ValueError:  # half a surrogate pair among them
        return None


def _cleaned(url: str) -> str | None:
    absolute = http_url(url, "")
    if absolute is None:
        return None
    try:
        parts = urlsplit(absolute)
        path = AMP_PATH.sub("", _without_dots(parts.path)) or "/"
        query = clean_query(AMP_QUERY.sub("", parts.query).strip("&"))
        return urlunsplit((parts.scheme.lower(), _host(parts), path, query, ""))
    except ValueError:
        return None


def _without_dots(path: str) -> str:
    """A path with its `.` and `..` resolved. Joined to a base instead, `//news/a` would name the host `news`."""
    *folders, name = path.split("/")[1:] or [""]
    kept: list[str] = []
    for folder in [*folders, *([name] if name in (".", "..") else [])]:
        if folder == "..":
            kept = kept[:-1]
        elif folder != ".":
            kept.append(folder)
    return "/".join(["", *kept, "" if name in (".", "..") else name])


def _is_http(parts: SplitResult) -> bool:
    name = (parts.hostname or "").rstrip(".")
    return parts.scheme.lower() in DEFAULT_PORTS and bool(name) and not NO_HOST.search(name)


def _host(parts: SplitResult) -> str:
    """Host and, unless it is the scheme's own, port; credentials are dropped."""
    name = _bracketed((parts.hostname or "").rstrip("."))
    return name if parts.port in (None, DEFAULT_PORTS[parts.scheme.lower()]) else f"{name}:{parts.port}"


def _bracketed(name: str) -> str:
    """A name as it stands in a URL."""
    return f"[{name}]" if ":" in name else name


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
