"""What Slack said of the people in a list: who each of them may be, and who is still to be asked about."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Self

from audit.people.people import Profile
from audit.people.people_list_lines import Sought, Way


@dataclass(frozen=True)
class Matches:
    """By `Sought.key`: `people`, who it may be; `why`, in a sentence, nobody can be looked up that way.

    Names are looked for in the list of all members, which comes page by page: `partly` has those who are looked for
    and were found so far, up to the page that begins at `cursor`.
    """

    people: Mapping[str, tuple[Profile, ...]] = field(default_factory=dict)
    why: Mapping[str, str] = field(default_factory=dict)
    partly: Mapping[str, tuple[Profile, ...]] = field(default_factory=dict)
    cursor: str = ""

    @classmethod
    def from_json(cls, text: str) -> Self:
        """From what `to_json` made; nothing was found if it is empty."""
        if not text:
            return cls()
        kept = json.loads(text)
        people, partly = (
            {key: tuple(Profile(**each) for each in found) for key, found in kept[name].items()}
            for name in ("people", "partly")
        )
        return cls(people, kept["why"], partly, kept["cursor"])

    def to_json(self) -> str:
        """These matches as JSON, which is kept sealed."""
        return json.dumps(asdict(self))

    def missing(self, sought: Iterable[Sought]) -> tuple[Sought, ...]:
        """The people about whom Slack is still to be asked."""
        return tuple(each for each in sought if each.key not in self.people and each.key not in self.why)

    def only(self, sought: Iterable[Sought]) -> Self:
        """The matches of `sought` alone. Who couldn't be looked up is left out, and so asked about again."""
        keys = {each.key for each in sought}
        partly = {key: found for key, found in self.partly.items() if key in keys}
        people = {key: found for key, found in self.people.items() if key in keys}
        return type(self)(people, {}, partly, self.cursor if partly else "")

    def with_person(self, sought: Sought, *people: Profile) -> Self:
        """With who somebody may be."""
        return type(self)({**self.people, sought.key: people}, self.why, self.partly, self.cursor)

    def without(self, sought: Iterable[Sought], why: str) -> Self:
        """With the reason why these can't be looked up."""
        reasons = {**self.why, **{each.key: why for each in sought}}
        return type(self)(self.people, reasons, {}, "")

    def from_the_start(self) -> Self:
        """As if no page of the list of members had been read."""
        return type(self)(self.people, self.why, {}, "")

    def with_page(self, names: Iterable[Sought], members: Mapping[str, tuple[Profile, ...]], cursor: str) -> Self:
        """With one more page of the list of members, in which these names were found; `cursor`: of the next, or "".

        A name that came after the first page was read is looked for once the list is through.
        """
        under_way = bool(self.cursor)
        keys = [each.key for each in names if not under_way or each.key in self.partly]
        partly = {key: (*self.partly.get(key, ()), *members.get(key, ())) for key in keys}
        if cursor:
            return type(self)(self.people, self.why, partly, cursor)
        return type(self)({**self.people, **partly}, self.why, {}, "")


def names(sought: Iterable[Sought]) -> tuple[Sought, ...]:
    """The people who are looked up by their name."""
    return tuple(each for each in sought if each.way is Way.NAME)
