"""What is wrong with a value that somebody gave, in our words: pydantic speaks of inputs and of its own types."""

from pydantic_core import ErrorDetails

OURS = "value_error"  # what our own checks raise; their words stand as they are
BROKEN_JSON = "json_invalid"  # placed at the character where it breaks, not at a field
_WHOLE, _NUMBER, _TEXT = "it has to be a whole number", "it has to be a number", "it has to be text"
_INSTANT = "it has to be an instant such as 2026-11-24T12:00:00Z"
_WORDS = {
    "missing": "it is missing",
    "extra_forbidden": "there is no such field here",
    BROKEN_JSON: "it is no JSON from character {at} on",
    "literal_error": "it has to be {expected}",
    "enum": "it has to be {expected}",
    "bool_parsing": "it has to be true or false",
    "bool_type": "it has to be true or false",
    "int_parsing": _WHOLE,
    "int_type": _WHOLE,
    "int_from_float": _WHOLE,
    "float_parsing": _NUMBER,
    "float_type": _NUMBER,
    "greater_than": "it has to be more than {gt:g}",
    "greater_than_equal": "it has to be at least {ge}",
    "less_than_equal": "it has to be at most {le}",
    "string_type": _TEXT,
    "string_too_short": "it is too short: at least {min_length}, in characters",
    "string_too_long": "it is too long: at most {max_length}, in characters",
    "string_pattern_mismatch": "it has to match {pattern}",
    "datetime_type": _INSTANT,
    "datetime_parsing": _INSTANT,
    "datetime_from_date_parsing": _INSTANT,
    "list_type": "it has to be a list",
    "too_short": "it has too few entries: at least {min_length}",
    "too_long": "it has too many entries: at most {max_length}",
    "model_attributes_type": "it has to be an object",
    "dict_type": "it has to be an object",
}


def complaint(error: ErrorDetails) -> str:
    """A sentence about one error, without its field and without the value given; a rare one is in pydantic's words."""
    words = _WORDS.get(error["type"])
    if words is None:
        return error["msg"].removeprefix("Value error, ")
    return words.format(at=error["loc"][-1], **error.get("ctx", {}))
