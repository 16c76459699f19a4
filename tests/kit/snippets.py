"""Labelled snippets of text such as people write into a return, with and without an identifier."""

import json
from pathlib import Path

CORPUS = Path(__file__).parents[1] / "screening" / "corpus"
REFUSED = (
    "an NHS number", "a unique pupil number", "a National Insurance number", "a phone number", "an e-mail address",
    "a postcode",
)  # fmt: skip
ASKED = ("a full date of birth", "a street address", "a person's name")


def labelled(name: str) -> tuple[dict[str, list[str]], list[str]]:
    """The snippets of a file (tuned, held_out): kind of identifier -> snippets with one; and those without any."""
    read: dict[str, list[str]] = json.loads((CORPUS / f"{name}.json").read_text())
    return {kind: read[kind] for kind in (*REFUSED, *ASKED)}, read["clean"]
