"""The published audit's cycle file as the sandbox reads it: people, returns, judgements, and what follows from them."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from sandbox.slack.shapes import Obj, obj, objs, strings, text

SIGNING: Final = ("for_local_authority", "for_care_board", "for_police", "scrutineer")
"""The roles of the people who sign off a report."""


@dataclass(frozen=True)
class Part:
    """A return or a judgement. `answers`: form field -> value. A judgement's `agency` and `user` are ""."""

    case: str
    agency: str
    user: str
    answers: Obj


@dataclass(frozen=True)
class Finding:
    """A finding of the meeting about a case; `agency` and `theme` are labels, "" if the finding names none."""

    case: str
    kind: str
    agency: str
    theme: str
    text: str


@dataclass(frozen=True)
class Action:
    """An action of an agency. `due`: the file's own object, {"in_working_days": n}."""

    what: str
    agency: str
    owner: str
    due: Obj


@dataclass(frozen=True)
class Recommendation:
    """A recommendation of the sub-group; themes and agencies are labels."""

    text: str
    themes: tuple[str, ...]
    agencies: tuple[str, ...]
    actions: tuple[Action, ...]


@dataclass(frozen=True)
class CycleFile:
    """The content of a cycle file, as needed to play the cycle."""

    path: Path
    note: str
    number: int
    title: str
    coordinator: str
    agencies: tuple[str, ...]
    leads: tuple[str, ...]
    returns: tuple[Part, ...]
    judgements: tuple[Part, ...]
    member: str
    """User id of the sub-group member who makes the recommendations."""
    signatories: tuple[str, ...]
    """User ids of the people who sign off the report."""
    themes: tuple[str, ...]
    findings: tuple[Finding, ...]
    recommendations: tuple[Recommendation, ...]
    pastes: tuple[tuple[str, str], ...]
    """Lists to paste when the cycle is set up by hand: pairs of the list's name and its lines."""

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read the file at `path`."""
        whole = obj(json.loads(path.read_text(encoding="utf-8")))
        setup = obj(whole["setup"])
        cycle, people = obj(setup["cycle"]), objs(setup["people"])
        areas = {text(case["reference"]): text(case["area"]) for case in objs(setup["cases"])}
        returns = [_return(one, areas, people) for one in objs(whole["returns"])]
        number = cycle["number"]
        assert isinstance(number, int)  # noqa: S101  # the file is ours
        return cls(
            path,
            text(whole["note"]),
            number,
            text(cycle["title"]),
            next(text(one["user_id"]) for one in people if _has(one, "coordinator")),
            tuple(text(one["label"]) for one in objs(setup["agencies"])),
            tuple(text(one["user_id"]) for one in people if _has(one, "agency_lead")),
            tuple(returns),
            tuple(Part(text(one["case"]), "", "", _answers(one)) for one in objs(whole["judgements"])),
            next(text(one["user_id"]) for one in people if _has(one, "sub_group_member")),
            tuple(text(one["user_id"]) for one in people if any(_has(one, kind) for kind in SIGNING)),
            tuple(strings(whole["learning_themes"])),
            tuple(_finding(one) for one in objs(whole["findings"])),
            tuple(_recommendation(one) for one in objs(whole["recommendations"])),
            _pastes(setup),
        )


def of_agencies(whole: Obj, labels: Collection[str]) -> Obj:
    """The cycle file reduced to these agencies. A finding about another agency becomes one about no single agency."""
    setup = obj(whole["setup"])
    cases = [
        {**each, "agencies": [one for one in strings(each["agencies"]) if one in labels]}
        for each in objs(setup["cases"])
    ]
    people = [
        each
        for each in objs(setup["people"])
        if all(role.get("agency") in {None, *labels} for role in objs(each["roles"]))
    ]
    returns = [each for each in objs(whole["returns"]) if each["agency"] in labels]
    findings = [each if each.get("agency") in labels else {**each, "agency": None} for each in objs(whole["findings"])]
    return {**whole, "setup": {**setup, "cases": cases, "people": people}, "returns": returns, "findings": findings}


def _pastes(setup: Obj) -> tuple[tuple[str, str], ...]:
    short = {text(one["label"]): text(one["short_label"]) for one in objs(setup["agencies"])}
    agencies = [f"{label}, {brief}" for label, brief in short.items()]
    areas = [text(one["label"]) for one in objs(setup["areas"])]
    cases = [
        "\t".join(
            [text(one["reference"]), text(one["area"]), " / ".join(short[name] for name in strings(one["agencies"]))]
        )
        for one in objs(setup["cases"])
    ]
    people = [
        "\t".join([text(person["label"]), *(text(role.get(name, "")) for name in ("agency", "area")), _called(role)])
        for person in objs(setup["people"])
        for role in objs(person["roles"])
    ]
    lists = {"Agencies": agencies, "Areas": areas, "People": people}
    return tuple((name, "\n".join(lines)) for name, lines in [*lists.items(), ("Cases", cases)])


def _called(role: Obj) -> str:
    """The name of a role in the product's form for a list of people."""
    kind = text(role["kind"])
    return _CALLED.get(kind, kind)


_CALLED = {
    "agency_lead": "lead",
    "sub_group_member": "sub-group",
    "for_local_authority": "signs for the local authority",
    "for_care_board": "signs for the integrated care board",
    "for_police": "signs for the police",
}


def _has(person: Obj, kind: str) -> bool:
    return any(role.get("kind") == kind for role in objs(person["roles"]))


def _return(one: Obj, areas: dict[str, str], people: list[Obj]) -> Part:
    case, agency = text(one["case"]), text(one["agency"])
    return Part(case, agency, _lead(people, agency, areas[case]), _answers(one))


def _lead(people: list[Obj], agency: str, area: str) -> str:
    """The user id of the lead who answers for an agency in an area. Raises ValueError if there is none."""
    for person in people:
        for role in objs(person["roles"]):
            own = role.get("kind") == "agency_lead" and role.get("agency") == agency
            if own and role.get("area") in {None, area}:
                return text(person["user_id"])
    raise ValueError(f"nobody answers for {agency} in {area}")


def _finding(one: Obj) -> Finding:
    return Finding(*(text(one.get(name)) for name in ("case", "kind", "agency", "theme", "text")))


def _recommendation(one: Obj) -> Recommendation:
    actions = tuple(_action(each) for each in objs(one["actions"]))
    return Recommendation(text(one["text"]), tuple(strings(one["themes"])), tuple(strings(one["agencies"])), actions)


def _action(one: Obj) -> Action:
    return Action(text(one["what"]), text(one["agency"]), text(one["owner"]), obj(one["due"]))


def _answers(one: Obj) -> Obj:
    """Form field -> value; empty fields are left out."""
    own = {name: one[name] for name in ("grade", "not_graded_reason", "why") if one.get(name)}
    return {**obj(one.get("sections")), **obj(one.get("assurances")), **own}
