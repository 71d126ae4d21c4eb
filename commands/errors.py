"""What the commands tell an operator instead of a traceback."""


class CannotStart(Exception):
    """Something the operator has to change first; the message says what."""
