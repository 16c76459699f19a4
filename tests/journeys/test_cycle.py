"""A whole audit cycle through the doors, on both databases."""

import json
from datetime import timedelta
from typing import Any

from audit.schedule import summaries_due
from tests.play import Play

LEADS = {"Education": {"East": "U0EDUEAST", "North": "U0EDUNORTH", "Central": "U0EDUCENTRAL"}}


def lead_of(play: Play, agency: str, area: str) -> str:
    people: list[dict[str, Any]] = play.file["setup"]["people"]
    return next(
        str(person["user_id"])
        for person in people
        for role in person["roles"]
        if role["kind"] == "agency_lead" and role.get("agency") == agency and role.get("area") in (None, area)
    )


def answer(play: Play, part: dict[str, Any]) -> None:
    area = part["case"].split("-")[1].capitalize()
    given = {key: part[key] for key in ("grade", "not_graded_reason", "why") if key in part} | part["sections"]
    sent = play.send_return(lead_of(play, part["agency"], area), part["case"], **given)
    assert sent.ok, sent
    assert "ersion" in play.modal_text(lead_of(play, part["agency"], area))


def channel(play: Play, channel_id: str) -> list[dict[str, Any]]:
    return [dict(message) for message in play.person("U0COORDIN").messages(channel_id)]


def texts(message: dict[str, Any]) -> str:
    return json.dumps(message, ensure_ascii=False)


def test_the_cycle(play: Play) -> None:
    play.load()
    play.worker()
    play.settled()
    requests = play.person("U0EDUEAST").messages(play.person("U0EDUEAST").dm)
    assert len(requests) == 1
    assert "5 of 5 returns" in texts(dict(requests[0]))

    late, *on_time = [part for part in play.file["returns"] if part["case"].startswith("T2-EAST")]
    for part in on_time:
        answer(play, part)
    play.settled()
    case = play.board().cases[0]
    assert [line.agency for line in play.board().cases if line for line in line.awaited][:1] is not None
    status = play.drive.spreadsheet(play.spreadsheet_id)
    rows = {row[0]: row for row in status.grid("Returns")}
    assert sum("submitted" in " ".join(row).lower() or "Sent" in " ".join(row) for row in rows.values()) >= 49

    meeting = min(each.meeting_at for each in play.board().cases)
    play.move_clock(summaries_due(meeting, 3) - timedelta(minutes=1))
    play.settled()
    assert channel(play, "C0AUDITEAST") == []
    play.move_clock(summaries_due(meeting, 3) + timedelta(minutes=1))
    assert play.until(lambda: len(channel(play, "C0AUDITEAST")) == 5 and len(channel(play, "C0SUBGROUP")) == 1)
    play.settled()
    posted = channel(play, "C0AUDITEAST")
    assert "(Invented)" not in json.dumps(posted)
    assert channel(play, "C0AUDITNORTH") == []

    first = next(message for message in posted if late["case"] in texts(message))
    assert "wait" in texts(first).lower()
    answer(play, late)
    play.settled()
    again = next(message for message in channel(play, "C0AUDITEAST") if late["case"] in texts(message))
    assert again["ts"] == first["ts"]
    assert len(channel(play, "C0AUDITEAST")) == 5

    lead = play.person("U0POLICE")
    assert lead.click("C0AUDITEAST", first["ts"], "summary.read").ok
    assert "(Invented)" in play.modal_text("U0POLICE")
    del case

    coordinator = play.person("U0COORDIN")
    for verdict in play.file["judgements"]:
        assert coordinator.open_home().ok
        block = play.home_button("U0COORDIN", "case.judge", verdict["case"])
        home = coordinator.home()
        assert home
        assert coordinator.act(home.id, "case.judge", block_id=block["block_id"]).ok
        modal = coordinator.modal()
        assert modal
        given = {key: verdict[key] for key in ("grade", "not_graded_reason", "why") if key in verdict}
        coordinator.fill(modal.id, given | verdict.get("assurances", {}))
        assert coordinator.submit(modal.id).ok
        shown = coordinator.modal()
        assert shown
        assert shown.field_errors == {}
        coordinator.close(shown.id)
    play.settled()
    tally = play.board().tally.ratified
    assert dict(tally.grades) == {"outstanding": 0, "good": 4, "requires_improvement": 6, "inadequate": 1}
    assert tally.not_graded["insufficient_information"] == 4
    assert len(channel(play, "C0SUBGROUP")) == 1
