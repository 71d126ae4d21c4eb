"""By what bytes and words are known again."""

import xxhash


def fingerprint(content: bytes | str) -> str:
    """32 hexadecimal digits that no other content has."""
    return xxhash.xxh3_128_hexdigest(content.encode() if isinstance(content, str) else content)
