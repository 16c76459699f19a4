"""Findings and learning themes at their limits: a hundred themes, the longest labels, sixty of the longest findings."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial

import pytest

from audit.findings.earlier_text import Earlier, Rewordings
from audit.findings.edit import FindingWording, OpenFinding
from audit.findings.findings import FindingView, ThemeCount
from audit.findings.themes import ThemeLine, ThemeStanding
from audit.themes.evidence import Evidence, Tagged, ThemePage, ThemeShare
from audit.themes.merge import Effect, Merger
from audit.themes.split import ThemeSplit
from sandbox.slack.checks import problems
from tests.kit import models, reading
from tests.kit.models import NOW, label
from views.cycle.tally import tally
from views.findings import findings
from views.forms import Form
from views.parts import View
from views.themes import evidence, merge, split, themes


def _id(letter: str, number: int) -> str:
    return f"{letter}{number:031}"


def _finding(number: int, kind: str = "escaped") -> FindingView:
    return FindingView(
        _id("f", number), _id("c", number // 4), label(f"R{number // 4}", 40), label("A", 75), "concern", "a" * 32,
        label("G", 75), ThemeStanding("t" * 32, label("T", 75)), models.worst(kind, 3000), 3, label("P", 80), NOW,
    )  # fmt: skip


REFERENCES = tuple(label(f"R{n}", 40) for n in range(200))
THEMES = tuple(ThemeStanding(_id("t", n), label(f"{n}", 75)) for n in range(100))
AGENCIES = tuple((_id("a", n), label(f"{n}", 75)) for n in range(100))
COUNTS = tuple(ThemeCount(each.id, each.label, REFERENCES, 200, bool(n % 2)) for n, each in enumerate(THEMES))
FOUND = tuple(_finding(n) for n in range(60))
EVIDENCE = Evidence(
    "c" * 32, 9999, label("T", 100), 200, COUNTS,
    tuple(Tagged(label(f"{n}", 75), REFERENCES) for n in range(100)), FOUND,
)  # fmt: skip
EMPTY = Evidence("c" * 32, 2, "Audit 2", 15, (), (), ())
PAGE = ThemePage(
    _id("t", 0), label("T", 75), retired=True, parts=THEMES[1:100], coordinates=True,
    shares=tuple(ThemeShare(n, label("T", 100), COUNTS[0], FOUND[:20]) for n in (3, 2, 1)),
)  # fmt: skip
EFFECTS = tuple(Effect(n, 200, ((label("T", 75), 0, 200), (label("U", 75), 3, 3))) for n in range(40))
OPENED = OpenFinding(
    _id("f", 1), _id("c", 1), label("R", 40), label("A", 75), AGENCIES, tuple((each.id, each.label) for each in THEMES),
    past=((_id("t", 100), label("Old", 75)),),
    wording=FindingWording("concern", AGENCIES[99][0], _id("t", 100), models.worst("escaped", 3000)), version=3,
)  # fmt: skip
MERGER = Merger(THEMES[0], THEMES[1:], THEMES[5].id, EFFECTS, mark="0" * 12, again=True)
SPLIT = ThemeSplit(
    THEMES[0], THEMES[1:], FOUND, left_out=1200, chosen=frozenset(each.id for each in FOUND), into_id=THEMES[5].id,
    label=label("N", 75), effects=EFFECTS, mark="0" * 12, again=True,
)  # fmt: skip
LINE = ThemeLine(_id("t", 1), label("T", 75), strength=True, retired=False, counts_as=label("U", 75))


def _views() -> Iterable[tuple[str, Callable[[], View]]]:
    for page in range(8):
        yield f"evidence {page}", partial(evidence.view, EVIDENCE, page)
        yield f"theme {page}", partial(merge.theme_view, PAGE, page, notice=label("N", 200))
    yield "no evidence", partial(evidence.view, EMPTY)
    yield "no finding", partial(merge.theme_view, replace(PAGE, parts=(), shares=(), coordinates=False))
    yield "new", partial(findings.form, replace(OPENED, version=0, wording=FindingWording(), past=()))
    yield (
        "new without themes",
        partial(findings.form, replace(OPENED, version=0, wording=FindingWording(), past=(), themes=())),
    )
    yield "changing", partial(findings.form, OPENED)
    yield "overtaken", partial(findings.form, replace(OPENED, stands=FOUND[0]))
    for kind in models.WORST:
        earlier = (Earlier(models.worst(kind, 3000), label("P", 80), NOW),) * 5
        yield (
            f"reworded {kind}",
            partial(findings.form, replace(OPENED, stands=FOUND[0], before=Rewordings(earlier, 9, NOW))),
        )
    yield "saved", partial(findings.saved, OPENED)
    yield "withdrawn", partial(findings.withdrawn, OPENED)
    yield "merging", partial(merge.merging, replace(MERGER, into_id="", effects=None, mark="", again=False))
    yield "merged", partial(merge.merging, MERGER)
    yield "nothing to merge into", partial(merge.merging, Merger(THEMES[0], ()))
    yield "renaming", partial(merge.renaming, LINE)
    yield "splitting", partial(split.splitting, replace(SPLIT, findings=FOUND[:50]))
    yield "splitting many", partial(split.splitting, SPLIT)
    yield (
        "splitting very many",
        partial(split.splitting, replace(SPLIT, findings=tuple(_finding(n) for n in range(500)))),
    )
    yield "nothing to split", partial(split.splitting, ThemeSplit(THEMES[0], (), ()))
    yield "no effect", partial(merge.merging, replace(MERGER, effects=()))
    yield "listed", partial(themes.view, [LINE])
    yield "a merged theme", partial(themes.changing, LINE)


VIEWS = dict(_views())


@pytest.mark.parametrize("drawn", VIEWS.values(), ids=VIEWS)
def test_it_fits_slack_and_nothing_in_it_is_markup(drawn: Callable[[], View]) -> None:
    view = drawn()
    assert problems(view, "modal") == []
    assert [text for text in reading.marked_up(view) if "<!" in text or "<@" in text] == []


def test_everything_is_on_some_page() -> None:
    said = "".join(reading.everything(evidence.view(EVIDENCE, page)) for page in range(7))
    assert said.count("200 of 200 cases") == 100
    assert said.count("No recommendation yet") == 50
    assert said.count("tagged by agencies in 200 cases, no finding") == 100
    assert said.count("*Concern*") == 60
    assert said.count(models.CANARY) == 60


def test_a_finding_comes_back_as_it_was_shown() -> None:
    form = Form.read(reading.sent(VIEWS["changing"]()))
    given = OPENED.wording
    assert (form.record_id, form.seen) == (OPENED.finding_id, "3")
    assert (form.text("kind"), form.text("agency"), form.text("theme")) == (given.kind, given.agency, given.theme)
    fresh = Form.read(reading.sent(VIEWS["new"]()))
    assert (fresh.record_id, fresh.seen, fresh.text("theme")) == (OPENED.case_id, OPENED.finding_id, "none")


def test_what_was_chosen_comes_back() -> None:
    for name, findings_ in (("splitting", FOUND[:50]), ("splitting many", FOUND)):
        form = Form.read(reading.sent(VIEWS[name]()))
        assert sorted(split.chosen(form.ticked)) == [each.id for each in findings_]
        assert form.ticked["into"] == (SPLIT.into_id,)


@pytest.mark.parametrize("areas", [3, 40])
def test_the_tally_names_as_many_themes_as_fit_and_says_how_many_more(areas: int) -> None:
    cycle = models.cycle(areas=areas)
    content = tally(cycle, models.tallied(cycle, 200, models.judgement()), NOW, COUNTS)
    assert content.plain
    assert "more: see Findings, on Home." in reading.everything(content.blocks)
    for blocks in (content.blocks, content.plain):
        assert problems(blocks, "message") == []
        assert not [text for text in reading.marked_up(blocks) if "<!" in text]
