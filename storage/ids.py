"""Opaque permanent ids: they say what kind of thing they name and nothing else."""

import secrets


def new_id(kind: str) -> str:
    """A fresh id such as `evt_4f0c…`: the kind (`art`, `evt`), an underscore and 16 hexadecimal digits."""
    return f"{kind}_{secrets.token_hex(8)}"
