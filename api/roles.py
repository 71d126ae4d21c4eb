"""What somebody at the desk may do."""

from enum import StrEnum


class Role(StrEnum):
    EDITOR = "editor"  # acts on events
    ADMIN = "admin"  # and on people and keys
