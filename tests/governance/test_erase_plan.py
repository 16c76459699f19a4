"""What `roundtable erase` says before it does anything: which texts go, of whom, and what stays."""

from pathlib import Path

from tests.kit.erasing import CASE, SHORT, TEXT, listed, reference_of, said
from tests.kit.play import Play
from tests.kit.pressing import DEPUTY, LEAD, line

QUOTING = f"As Education says: {' '.join(TEXT.split())} We agree."


def block(plan: str, begins: str) -> list[list[str]]:
    """What is listed under a line: of each text its kind, agency and version."""
    lines = plan.splitlines()
    found = []
    for each in lines[next(number for number, each in enumerate(lines) if each.startswith(begins)) + 1 :]:
        if not each.startswith("  "):
            break
        found.append(each.strip().split(" · ")[1:4])
    return found


def test_copies_and_quotations_are_listed_with_whose_they_are(play: Play, tmp_path: Path) -> None:
    play.load()
    assert play.send_return(LEAD, CASE, went_well=TEXT, voice=SHORT).ok
    assert play.send_return(LEAD, CASE, voice="They were heard.").ok
    assert play.open_return(DEPUTY, CASE).ok
    assert play.press_in_modal(DEPUTY, "draft.save").ok
    assert play.send_return("U0POLICE", CASE, went_well=QUOTING, could_be_better=TEXT).ok
    rows = [row for row in listed(play, tmp_path / "before.xlsx", of=CASE) if row[5] == 1 and row[3] == "Education"]
    plan = said(play, tmp_path, "--text", reference_of(rows, TEXT), of=CASE)
    assert block(plan, f"Case {CASE} of Audit 2, Transitions: 1 text to be erased.") == [
        ["Return version: What went well", "Education", "version 1"]
    ]
    assert block(plan, "Copies of these. They go too:") == [
        ["Return version: What went well", "Education", "version 2"],
        ["Draft: What went well", "Education", "Education deputy, East"],
    ]
    assert block(plan, "Texts that quote these. The quotations go, the rest stays:") == [
        ["Return version: What went well", "Police", "version 1"]
    ]
    assert block(plan, "Other texts in the same words, which aren't copies.") == [
        ["Return version: What could have been better", "Police", "version 1"]
    ]
    assert "Their words are in 4 rows of the database: 1 in drafts, 3 in return_versions." in plan
    done = said(play, tmp_path, "--text", reference_of(rows, TEXT), "--for-good", of=CASE)
    assert "1 text was erased, from 4 rows." in done
    theirs = line(play, CASE, "Police").answers
    assert theirs
    assert theirs.sections["went_well"] == "As Education says: (erased) We agree."
    assert "Copies" not in said(play, tmp_path, "--all-texts", of=CASE), "all of them are to be erased themselves"
