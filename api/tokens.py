"""Random tokens: shown once, kept as their SHA-256."""

import hashlib
import secrets

TOKEN_BYTES = 32


def new_token() -> str:
    """A token that nobody guesses, of letters, digits, `-` and `_`."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_hash(token: str) -> str:
    """What is stored of a token. Its 32 random bytes need no salt and no slow hash."""
    # Half a surrogate has no UTF-8. Whatever a stranger sends has a hash, and only our own tokens' are stored.
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()
