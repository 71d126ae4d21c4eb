"""Exports the cross-encoder's fitted layers to one ONNX file, in a process that loads torch for it."""

import sys
import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cluster.exported import written_whole
from cluster.packaged_model import packaged_model

WEIGHTS = Path(__file__).parent / "data" / "cross_encoder.npz"


def export(path: Path, weights: Path = WEIGHTS) -> None:
    """Writes the cross-encoder as one ONNX file, whole or not at all.

    Inputs `input_ids` and `token_type_ids`, int64 [pairs, tokens]; output float32 [pairs] log-odds. `weights` holds
    the fitted layers by name, the large ones as int8 with a scale for each row.
    """
    with written_whole(path) as part:
        _write_onnx(weights, part)


def _write_onnx(weights: Path, path: Path) -> None:
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
            log_odds: torch.Tensor = self.head(torch.cat([tokens[:, 0], tokens.mean(1)], dim=1)).squeeze(1)
            return log_odds

    model = Crossed().eval()
    model.load_state_dict({name: torch.from_numpy(layer) for name, layer in _layers(weights).items()})
    ones = torch.ones(1, 8, dtype=torch.int64)
    axes = {0: "pairs", 1: "tokens"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # as in embedding_export
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


if __name__ == "__main__":
    export(Path(sys.argv[1]))
