"""Case summaries: nobody reads what isn't theirs, and whatever was written is shown as it stands and does nothing."""

import json
from html import unescape

import pytest

from storage.cases import Case
from storage.clock import now
from tests.kit.looking import rows
from tests.kit.play import Play

CANARY = "canarywordofthepolice"
INERT = "<!channel> <!here> <@U0COORDIN> <https://evil.example|click> *bold* `code` :tada: & {{7*7}} ${HOME} '; --"


def release(play: Play, reference: str) -> str:
    with play.sessions.begin() as session:
        case = session.query(Case).filter_by(reference=reference).one()
        case.released_at = now(session)
        return case.id


def seen_by(play: Play, user_id: str) -> str:
    """Everything that Slack shows this person: Home, modals, every conversation that they are in."""
    who = play.person(user_id)
    assert who.open_home().ok
    views = [who.home(), who.modal()]
    shown = [json.dumps(view.content, ensure_ascii=False) for view in views if view]
    shown += [str(who.messages(seen.channel.id)) for seen in who.channels()]
    return "".join(shown)


def test_one_agency_never_sees_another_s_words(play: Play) -> None:
    """Before release, with everything posted and everything that the lead can press pressed."""
    play.load()
    play.work_while_waiting()
    assert play.send_return("U0POLICE", "T2-EAST-03", went_well=CANARY, why=CANARY).ok
    play.settled()
    for user_id in ("U0EDUEAST", "U0EDUNORTH", "U0OUTSIDER", "U0YOT"):
        assert CANARY not in seen_by(play, user_id)
        if user_id in {"U0EDUEAST", "U0YOT"}:
            assert play.open_return(user_id, "T2-EAST-03").ok
            assert CANARY not in seen_by(play, user_id)
        assert play.person(user_id).command("/audit", "", "C0GENERAL").ok
        assert CANARY not in seen_by(play, user_id)
    sent = [json.dumps(call.args, ensure_ascii=False) for call in play.workspace.calls]
    assert not any(CANARY in each for each in sent), "before the release nobody but the police gets these words"


def test_once_released_the_involved_read_it_and_the_reading_is_recorded(play: Play) -> None:
    play.load()
    assert play.send_return("U0POLICE", "T2-EAST-03", went_well=CANARY).ok
    release(play, "T2-EAST-03")
    assert play.press_on_home("U0EDUEAST", "summary.read", "T2-EAST-03").ok
    assert CANARY in play.modal_text("U0EDUEAST")
    read = [row for row in rows(play.sessions, but=frozenset())["trail"] if "summary.read" in row]
    assert len(read) == 1
    assert "Education lead, East" in read[0]
    assert "T2-EAST-03" not in seen_by(play, "U0EDUNORTH")


@pytest.mark.parametrize(
    "text",
    [
        INERT,
        "\U0001f600\U0001f468\u200d\U0001f469\u200d\U0001f467 caf\u00e9",
        "\u0634\u0643\u0631\u0627 \u202eabc\u202c \u05e9\u05dc\u05d5\u05dd",
        "line one\nline two\ttabbed",
        "=HYPERLINK(1) +1 -1 @x",
        "<script>alert(1)</script> </w:t> <!-- ]]>",
    ],
)
def test_any_writing_is_kept_and_shown_as_it_stands(play: Play, text: str) -> None:
    play.load()
    assert play.send_return("U0POLICE", "T2-EAST-03", went_well=text, why=text).ok
    line = next(line for case in play.board().cases for line in case.lines if line.version)
    assert line.answers
    assert (line.answers.sections["went_well"], line.answers.why) == (text, text)
    release(play, "T2-EAST-03")
    assert play.press_on_home("U0EDUEAST", "summary.read", "T2-EAST-03").ok
    modal = play.modal("U0EDUEAST")
    shown = texts_of(modal.content)
    assert {"type": "plain_text", "text": text, "emoji": False} in shown, "plain text: nothing in it can come alive"
    assert not any(each.get("type") == "mrkdwn" and text in str(each.get("text")) for each in shown)


def texts_of(part: object) -> list[dict[str, object]]:
    """Every text object in a view, as written: Slack keeps & < > escaped."""
    if isinstance(part, list):
        return [found for each in part for found in texts_of(each)]
    if not isinstance(part, dict):
        return []
    own = [part | {"text": unescape(str(part["text"]))}] if part.get("type") in {"plain_text", "mrkdwn"} else []
    return own + [found for each in part.values() for found in texts_of(each)]


@pytest.mark.parametrize("bad", ["a\x00b", "a\ud800b", "a\x07b\x1bc"])
def test_what_cannot_be_kept_is_left_out_alike(play: Play, bad: str) -> None:
    play.load()
    assert play.send_return("U0POLICE", "T2-EAST-03", why=bad).ok
    line = next(line for case in play.board().cases for line in case.lines if line.version)
    assert line.answers
    assert line.answers.why == "".join(each for each in bad if each.isprintable())


def test_the_largest_form_goes_all_the_way(play: Play) -> None:
    """Every box full of four-byte characters: through the door, into the database, and out in pages."""
    play.load()
    whole = "\U0001f600" * 3000
    sections = ("involvement", "went_well", "could_be_better", "working_together", "voice", "learning")
    given = dict.fromkeys(sections, whole) | {"immediate_action": "yes", "immediate_what": "\U0001f600" * 150}
    given |= {"immediate_owner": "Manager", "immediate_by": "2099-01-01", "why": whole}
    for user_id in ("U0POLICE", "U0EDUEAST", "U0CSC"):
        assert play.send_return(user_id, "T2-EAST-03", **given).ok
        assert "ersion 1" in play.modal_text(user_id)
    release(play, "T2-EAST-03")
    assert play.press_on_home("U0EDUEAST", "summary.read", "T2-EAST-03").ok
    read, pages = 0, 0
    while True:
        modal = play.modal("U0EDUEAST")
        read += str(texts_of(modal.content)).count("\U0001f600")
        pages += 1
        following = [block for block in modal.content["blocks"] if block.get("block_id") == "next"]  # type: ignore[attr-defined]
        if not following:
            break
        assert play.person("U0EDUEAST").act(modal.id, "summary.page", block_id="next").ok
    assert read == 3 * (7 * 3000 + 150)
    assert pages > 1
