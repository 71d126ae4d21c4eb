"""Keys that were looked up lately, so that a read with a key costs no query."""

from datetime import datetime
from time import monotonic

from api.key_store import PREFIX, Key, KeyStore
from api.tokens import token_hash

KNOWN_FOR_SECONDS = 60.0  # whatever is done to the wall clock; a revoked key may serve for as long


class KnownKeys:
    """The valid keys, each asked of the database once a minute. Unknown tokens are not kept: anyone can send some."""

    def __init__(self, store: KeyStore) -> None:
        self._store = store
        self._known: dict[str, tuple[Key, float]] = {}

    def known(self, token: str) -> Key | None:
        """The key of a token that was looked up within the last minute. No I/O."""
        key, looked_up_at = self._known.get(token_hash(token), (None, 0.0))
        return key if monotonic() - looked_up_at < KNOWN_FOR_SECONDS else None

    def find(self, token: str, now: datetime) -> Key | None:
        """The valid key of a token as the database has it; None when there is none."""
        looked_up_at = monotonic()
        key = self._store.find(token, now) if token.startswith(PREFIX) else None
        if key is None:
            self._known.pop(token_hash(token), None)
        else:
            self._known[token_hash(token)] = (key, looked_up_at)
        return key

    def forget(self) -> None:
        """Asks the database about every key anew, as after one was revoked. Other processes do within a minute."""
        self._known.clear()
