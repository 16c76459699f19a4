"""The report after the recommendations: it is written, made, signed off, issued, sent and published."""

from collections.abc import Mapping
from typing import Final

from sandbox import hands, meeting
from sandbox.slack.person import Person
from sandbox.slack.shapes import obj, objs, text

TEXTS: Final[Mapping[str, str]] = {
    "Executive summary": "(Invented) Plans are made late, and agencies learn of them by letter.\n\n"
    "(Invented) Where somebody leads, plans are made in time.",
    "Next steps": "(Invented) The partnership looks at this again within the year.",
    "SGO payments": "(Invented) Carers learn late what they are owed, and plan without knowing it.",
}
"""Chapter or theme -> the text written there; the first text is also let into the public edition."""
RELEASE: Final = "report.release"


def written(who: Person) -> None:
    """Write the report's texts, and let the first into the public edition."""
    meeting.open_report(who)
    hands.press(who, "paragraphs.show")
    for place, words in TEXTS.items():
        hands.press(who, "paragraph.edit", f"Write: {place}")
        hands.send(who, {"text": words})
        hands.close(who)
        meeting.open_report(who)
        hands.press(who, "paragraphs.show")
    hands.press(who, "paragraph.edit", f"Change: {next(iter(TEXTS))}")
    hands.press(who, "paragraph.public")
    hands.close(who)


def asked(who: Person) -> None:
    """Make a version, and ask for its sign-offs."""
    meeting.open_report(who)
    hands.press(who, "report.make")
    hands.press(who, "signoff.show")
    hands.press(who, "signoff.ask")
    hands.close(who)


def signed(who: Person) -> None:
    """Read the version that awaits the person's sign-off, and sign it."""
    hands.begin(who)
    hands.press(who, "signoff.read")
    hands.press(who, "signoff.decide")
    hands.send(who, {"answer": "signed"})
    hands.close(who)


def issued(who: Person) -> None:
    """Issue the version that everybody has signed, and send it to the sub-group."""
    meeting.open_report(who)
    hands.press(who, "signoff.show")
    hands.press(who, "report.issue")
    hands.close(who)
    meeting.open_report(who)
    hands.press(who, "report.send")
    hands.close(who)


def published(who: Person) -> None:
    """Ask for the report's public edition, which is then checked."""
    meeting.open_report(who)
    hands.press(who, "report.get")
    hands.send(who, {"edition": "public"})
    hands.close(who)


def released(who: Person) -> bool:
    """Release the public edition once it was checked; False if it wasn't yet."""
    for message in who.messages(who.dm):
        for block in objs(message.get("blocks")):
            if any(obj(each).get("action_id") == RELEASE for each in objs(block.get("elements"))):
                hands.check(who, who.click(who.dm, text(message["ts"]), RELEASE, text(block["block_id"])))
                return True
    return False
