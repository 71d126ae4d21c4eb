"""Takes out of a text what nobody but its owner may read: passwords, keys, tokens, cookies."""

import re
from collections.abc import Iterable, Sequence
from urllib.parse import unquote, urlsplit

HIDDEN = "…"
SHORTEST = 4  # characters; a shorter password would be taken out of the middle of words
_PATTERNS = (
    # user:password@ in a URL: all of it up to the last @ before the path
    (re.compile(r"(?<=://)[^\s/?#'\"<>]*@"), f"{HIDDEN}@"),
    (re.compile(r"\b(ssk_|whsec_)[\w+/=-]+"), rf"\1{HIDDEN}"),
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.+/=~-]{8,}"), rf"\1 {HIDDEN}"),
    (re.compile(r"(?i)\b((?:set-)?cookie['\"]?\s*[:=]\s*b?['\"]?)[^\n'\"]+"), rf"\1{HIDDEN}"),
    (re.compile(r"(?i)(\bsecondsource_session=)[^\s;,'\"]+"), rf"\1{HIDDEN}"),
    (
        re.compile(
            r"(?i)([?&;](?:[\w-]*(?:token|secret|password|passwd|signature)|(?:api[_-]?)?key|auth|sig|pass|pw)=)[^\s&#'\"<>]+"
        ),
        rf"\1{HIDDEN}",
    ),
    # what PostgreSQL says of the row that it refused
    (re.compile(r"(?m)^(\s*DETAIL:\s).*$"), rf"\1{HIDDEN}"),
)
# Most texts have nothing that any of the patterns begins with.
_LOOKS = re.compile(r"(?i)://|=|ssk_|whsec_|bearer|basic|cookie|detail:")


class Secrets:
    """Knows the passwords of some URLs, and what secrets look like."""

    def __init__(self, urls: Iterable[str | None] = ()) -> None:
        found = {password for url in urls if url for password in _passwords(url)}
        longest_first: Sequence[str] = sorted(found, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    def hidden(self, text: str) -> str:
        """The text with an ellipsis in the place of each."""
        if self._known is not None:
            text = self._known.sub(HIDDEN, text)
        if _LOOKS.search(text) is None:
            return text
        for pattern, instead in _PATTERNS:
            text = pattern.sub(instead, text)
        return text


def _passwords(url: str) -> set[str]:
    """As it is written, and as it is meant."""
    try:
        written = urlsplit(url).password or ""
    except ValueError:
        return set()
    return {one for one in (written, unquote(written)) if len(one) >= SHORTEST}
