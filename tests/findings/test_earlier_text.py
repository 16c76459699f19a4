"""What findings and recommendations said before: kept sealed, with who wrote it, and shown where they are changed."""

from audit.actions import edit_recommendation
from audit.findings import edit
from audit.findings.edit import FindingWording
from storage.rewordings import EarlierWording
from tests.kit import following_up
from tests.kit.finding import add, findings, released, theme_id
from tests.kit.following_up import MEMBER, RECOMMENDED
from tests.kit.looking import rows
from tests.kit.managing import COORDINATOR, press
from tests.kit.play import Play
from tests.kit.pressing import acting, asked

FIRST = "CANARY-3c55 It was late."


def test_every_earlier_text_of_a_finding_is_kept(play: Play) -> None:
    released(play, "T2-EAST-01")
    assert add(play, "T2-EAST-01", text=FIRST).ok
    [row] = findings(play)
    assert "What it said before" not in press(play, "finding.edit")
    who, theme = acting(play, COORDINATOR), theme_id(play, "Housing")
    texts = [FIRST, *(f"CANARY-3c55 Wording {number}." for number in range(2, 8))]
    with play.sessions.begin() as session:
        for version, text in enumerate([FIRST, *texts[1:]], 1):
            given = FindingWording("concern", "several", theme, text)
            assert edit.save(session, who, row.id, version, given).done
            session.flush()
    kept = rows(play.sessions)[EarlierWording.__tablename__]
    assert len(kept) == 6, "another theme makes no other wording"
    assert "CANARY" not in str(rows(play.sessions, but=frozenset()))
    play.close_modal(COORDINATOR)
    shown = press(play, "finding.edit")
    assert "and 1 earlier one is kept" in shown
    assert FIRST not in shown
    said = [shown.index(text) for text in texts[:0:-1]]
    assert said == sorted(said), "the newest first, below what stands"


def test_a_recommendation_says_who_wrote_what_before(play: Play) -> None:
    following_up.met(play)
    assert following_up.recommend(play, MEMBER).ok
    (made,) = play.board().recommendations
    with play.sessions.begin() as session:
        who = acting(play, COORDINATOR)
        for text in ("Every agency has two.", "Every agency has three."):
            form = edit_recommendation.edit(session, who, made.id)
            assert edit_recommendation.save(
                session, who, made.id, form.mark, edit_recommendation.RecommendationWording(text)
            ).done
            assert edit_recommendation.save(
                session, who, made.id, form.mark, edit_recommendation.RecommendationWording(text)
            ).done
    assert asked(play, MEMBER, "recommendations.show", following_up.cycle_id(play)).ok
    shown = following_up.press(play, MEMBER, "recommendation.edit")
    with play.reading() as session:
        found = edit_recommendation.edit(session, who, made.id).before
    assert found
    assert [(each.text, each.by) for each in found.earlier] == [
        ("Every agency has two.", who.label), (RECOMMENDED, acting(play, MEMBER).label),
    ]  # fmt: skip
    assert shown.index("Every agency has two.") < shown.index(RECOMMENDED)
    assert "CANARY" not in str(rows(play.sessions, but=frozenset()))
