"""Labelled snippets of the kind that people write into a return: with an identifier in them, and without."""

import json
from pathlib import Path

CORPUS = Path(__file__).parents[1] / "screening" / "corpus"
REFUSED = (
    "an NHS number", "a unique pupil number", "a National Insurance number", "a phone number", "an e-mail address",
    "a postcode",
)  # fmt: skip
ASKED = ("a full date of birth", "a street address", "a person's name")


def labelled(name: str) -> tuple[dict[str, list[str]], list[str]]:
    """The snippets of a file (tuned, held_out): kind -> those with one of it; and those that are clean."""
    read: dict[str, list[str]] = json.loads((CORPUS / f"{name}.json").read_text())
    return {kind: read[kind] for kind in (*REFUSED, *ASKED)}, read["clean"]
