"""Loads an export with datasets and asks TRL's own helpers; runs in .venv-exports, answers in JSON.

.venv-exports/bin/python tests/trl/loading.py FOLDER
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from datasets import Dataset, load_dataset
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast
from trl.data_utils import (
    apply_chat_template,
    is_conversational,
    maybe_extract_prompt,
    maybe_unpair_preference_dataset,
)

TEMPLATE = (
    "{% for m in messages %}<{{ m.role }}>{{ m.content }}</{{ m.role }}>{% endfor %}"
    "{% if add_generation_prompt %}<assistant>{% endif %}"
)


def main() -> None:
    folder = Path(sys.argv[1])
    files = sorted(each.relative_to(folder).as_posix() for each in folder.rglob("*.jsonl"))
    print(json.dumps({name: answers(folder / name) for name in files}))


def answers(path: Path) -> dict[str, Any]:
    """What the libraries say of one file."""
    data = load_dataset("json", data_files={"train": str(path)}, split="train")
    told: dict[str, Any] = {"rows": len(data), "columns": sorted(data.column_names)}
    if path.name.endswith(".sidecar.jsonl"):
        return told
    rows = list(data)
    told["conversational"] = all(is_conversational(row) for row in rows)
    told["prompt_kept"] = all(maybe_extract_prompt(row)["prompt"] == row["prompt"] for row in rows)
    told["templated"] = [apply_chat_template(dict(row), tokenizer()) for row in rows[:1]]
    if "chosen" in data.column_names:
        told["unpaired"] = unpaired(data)
        bare = [
            {name: row["prompt"] + row[name] for name in ("chosen", "rejected")} for row in rows
        ]
        told["prompt_found"] = all(
            maybe_extract_prompt(long)["prompt"] == row["prompt"]
            for long, row in zip(bare, rows, strict=True)
        )
    return told


def unpaired(data: Dataset) -> dict[str, Any]:
    """What TRL makes of pairs when it wants labels."""
    parted = maybe_unpair_preference_dataset(data)
    return {"columns": sorted(parted.column_names), "labels": sorted(parted["label"])}


def tokenizer() -> PreTrainedTokenizerFast:
    """A tokenizer of one word, which is enough to fill a template."""
    words = Tokenizer(models.WordLevel({"?": 0}, unk_token="?"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    return PreTrainedTokenizerFast(tokenizer_object=words, chat_template=TEMPLATE, eos_token="?")


if __name__ == "__main__":
    main()
