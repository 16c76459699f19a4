"""The command that checks everything a deployment needs, and reports what is wrong."""

import argparse
import json
import shutil
import sys
import textwrap
from collections.abc import Sequence
from functools import partial

from bot import logs
from bot.doctor import lent_sheet, means, rounds
from bot.doctor.results import How, LookResult
from bot.doctor.rounds import LookedAt
from views.parts import count_of

_MARGIN = 13
LONGEST = 300.0
"""Seconds for some thirty calls to Google."""


def doctor(given: argparse.Namespace) -> None:
    """Check settings, database, Slack, Google, people and worker; nothing is changed."""
    logs.silence()
    round_ = [*rounds.ROUND]
    if given.sheet:
        trial = partial(lent_sheet.trial, url=given.sheet, tell=partial(_tell, "Lent sheet"))
        round_.append(("Lent sheet", trial, LONGEST))
    if given.blocks:
        from bot.doctor import blocks  # it loads every handler

        shown = partial(blocks.look, a_minute=given.blocks, tell=partial(_tell, "Shown"))
        round_.append(("Shown", shown, blocks.LONGEST))
    looked = rounds.go(means.read(given.patience), round_)
    print(_as_json(looked) if given.json else _in_words(looked))
    if rounds.problems(looked):
        sys.exit(1)


def _tell(subject: str, sentence: str) -> None:
    """Report the progress of a check that takes minutes; on standard error, as it is no result."""
    print(f"{subject}: {sentence}", file=sys.stderr, flush=True)


def _as_json(looked: Sequence[LookedAt]) -> str:
    findings = [
        {"subject": each.subject, "how": str(finding.how), "sentence": _plain(finding.sentence)}
        for each in looked
        for finding in each.findings
    ]
    return json.dumps({"problems": rounds.problems(looked), "findings": findings}, ensure_ascii=False)


def _in_words(looked: Sequence[LookedAt]) -> str:
    width = max(60, min(120, shutil.get_terminal_size((100, 24)).columns))
    subjects_by_findings: dict[tuple[LookResult, ...], list[str]] = {}
    for each in looked:
        subjects_by_findings.setdefault(tuple(each.findings), []).append(each.subject)
    lines = []
    for findings, subjects in subjects_by_findings.items():
        if findings:
            lines += [", ".join(subjects), *(_line(finding, width) for finding in findings), ""]
    return "\n".join([*lines, _summed_up(looked)])


def _line(finding: LookResult, width: int) -> str:
    head = f"  {finding.how:<{_MARGIN - 2}}"
    return textwrap.fill(
        _plain(finding.sentence), width, initial_indent=head, subsequent_indent=" " * _MARGIN, break_on_hyphens=False,
        break_long_words=False,
    )  # fmt: skip


def _plain(sentence: str) -> str:
    """The sentence without control characters that a terminal would obey: names in it come from outside."""
    return "".join(letter if letter.isprintable() else " " for letter in sentence)[:1000]


def _summed_up(looked: Sequence[LookedAt]) -> str:
    hows = [finding.how for each in looked for finding in each.findings]
    wrong, silent = hows.count(How.PROBLEM), hows.count(How.UNASKED)
    sentence = f"{count_of(wrong, 'problem')} found." if wrong else "No problem was found."
    return f"{sentence} {count_of(silent, 'check')} got no answer." if silent else sentence
