"""Passwords: what one may be, and Argon2id at the parameters of RFC 9106 for machines with little memory."""

import unicodedata
from base64 import b64encode

from anyio import CapacityLimiter, to_thread
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# NIST SP 800-63B-4 asks for 15 where nothing else is asked for, and for no mixture of kinds of characters.
LEAST_CHARACTERS = 15
MOST_CHARACTERS = 200
LEAST_DIFFERENT = 6
# Each takes 64 MiB and up to four cores: what strangers try at once must not take the service's memory.
AT_ONCE = 2


class Passwords:
    """Makes and checks hashes, AT_ONCE at a time, in threads of their own. `hasher` has the parameters."""

    def __init__(self, hasher: PasswordHasher) -> None:
        self._hasher = hasher
        self._places = CapacityLimiter(AT_ONCE)
        salt, hashed = (_base64(bytes(length)) for length in (self._hasher.salt_len, self._hasher.hash_len))
        costs = f"m={self._hasher.memory_cost},t={self._hasher.time_cost},p={self._hasher.parallelism}"
        self._of_nobody = f"$argon2id$v=19${costs}${salt}${hashed}"

    async def made(self, password: str) -> str:
        """The hash to keep of a password."""
        return await to_thread.run_sync(self._hasher.hash, _bytes(password), limiter=self._places)

    async def is_right(self, kept: str | None, password: str) -> bool:
        """Whether a password is the one whose hash is kept. It takes as long where none is kept."""
        return await to_thread.run_sync(self._verified, kept, _bytes(password), limiter=self._places)

    def is_outdated(self, kept: str) -> bool:
        """Whether a hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(kept)

    def _verified(self, kept: str | None, password: bytes) -> bool:
        try:
            return self._hasher.verify(kept or self._of_nobody, password) and kept is not None
        except (VerificationError, InvalidHashError):
            return False


def why_not(password: str) -> str | None:
    """What is wrong with a password that somebody chose, in a sentence; None when nothing is."""
    if not LEAST_CHARACTERS <= len(password) <= MOST_CHARACTERS:
        return f"A password has {LEAST_CHARACTERS} to {MOST_CHARACTERS} characters: a few words that nobody guesses do."
    if len(set(password)) < LEAST_DIFFERENT:
        return f"A password has at least {LEAST_DIFFERENT} different characters."
    return None


def _bytes(password: str) -> bytes:
    """One form for what keyboards write in several; half a surrogate has no UTF-8, and is no reason to fail."""
    return unicodedata.normalize("NFKC", password[: MOST_CHARACTERS + 1]).encode(errors="surrogatepass")


def _base64(value: bytes) -> str:
    return b64encode(value).decode().rstrip("=")
