"""The texts that people wrote for the report, and its sign-offs."""

import re
from collections.abc import Iterator

from audit.report.contents import Contents
from audit.report.paragraphs import THEME
from audit.report.publishable import Publishable, texts
from audit.report.sign_off_status import VersionStanding
from views.documents import Heading, Paragraph, Part, Table, inline
from views.report.numbers import in_a_sentence
from views.words import on

STAGES = {"draft": "Draft", "approved": "Approved", "issued": "Issued"}
SIGNED = (
    "A version is approved once the statutory partners and the independent scrutineer have signed it, each for"
    " themselves; any change makes a new version, which has to be signed again."
)


def written(contents: Contents, place: str, public: Publishable | None) -> Iterator[Part]:
    """The text of a place (audit.report.paragraphs); empty if it may not be in this edition."""
    text = texts(contents, public).get(place, "").strip()
    yield from (Paragraph((each.strip(),)) for each in re.split(r"\n\s*\n", text) if each)


def of_theme(contents: Contents, label: str, public: Publishable | None) -> Iterator[Part]:
    """The text about a learning theme."""
    return written(contents, f"{THEME}:{label}", public)


def sign_off(standing: VersionStanding, public: Publishable | None) -> Iterator[Part]:
    """The sign-offs of the version, with dates; in the full edition also who gave them."""
    yield Heading("Sign-off")
    yield Paragraph((f"{STAGES[standing.stage]}. {SIGNED}",))
    if standing.signed:
        by = ["Signed by"] if public is None else []
        rows = tuple(
            (inline(each.of), *([inline(each.by)] if by else []), inline(on(each.on))) for each in standing.signed
        )
        yield Table("Signatures", ("For", *by, "On"), rows, (5, *([6] if by else []), 3), share=1.0 if by else 0.6)
    if standing.awaited:
        yield Paragraph((f"Not signed yet: {in_a_sentence(standing.awaited)}.",))
