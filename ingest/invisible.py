"""The characters that nobody sees: they hide, reorder or break a text, and no publisher means them but joiners."""

import re

# Control and format characters of Unicode 15 (Cc without tab and line ends, Cf), fillers, halves of surrogate pairs and
# what is no character. The variation selectors stay: they make a pictograph of a letter.
INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160"
    "\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb"
    "\ufffe\uffff\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    "]"
)
# Two of them are spelling: from Arabic to Sinhala they say which letters are one, and one makes a picture of several.
LETTERS = "\u0600-\u0dff\u1000-\u109f\u1780-\u18af\ufb50-\ufdff\ufe70-\ufefc"
PICTURES = "\u2190-\u2bff\U0001f000-\U0001faff"
JOINERS = re.compile(
    f"([\u200c\u200d])(?<=[{LETTERS}].)[\u200c\u200d]*(?=[{LETTERS}])"
    f"|(\u200d)(?<=[{PICTURES}\ufe0f].)(?=[{PICTURES}])|[\u200c\u200d]"
)
# What software means that writes C1 controls: nobody writes those, and Windows' charset has other characters there.
WINDOWS = {byte: bytes([byte]).decode("cp1252", "ignore") or None for byte in range(0x80, 0xA0)}


def visible(text: str) -> str:
    """The text without them; lines and tabs stay, and joiners where they join."""
    if text.isascii():
        return INVISIBLE.sub("", text)
    return JOINERS.sub(r"\1\2", INVISIBLE.sub("", text.translate(WINDOWS)))
