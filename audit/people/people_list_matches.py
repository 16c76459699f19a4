"""The matches found in Slack for the people in a list, and who is still to be looked up."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Self

from audit.people.people import Profile
from audit.people.people_list_lines import Sought, Way


@dataclass(frozen=True)
class Matches:
    """Matches by `Sought.key`: `people` who may be meant, or the sentence `why` a lookup isn't possible.

    Names are matched against the list of all members, which comes in pages: `partly` has the matches of the names being
    looked for, from the pages before `cursor`.
    """

    people: Mapping[str, tuple[Profile, ...]] = field(default_factory=dict)
    why: Mapping[str, str] = field(default_factory=dict)
    partly: Mapping[str, tuple[Profile, ...]] = field(default_factory=dict)
    cursor: str = ""

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` returned; "" gives no matches."""
        if not text:
            return cls()
        kept = json.loads(text)
        people, partly = (
            {key: tuple(Profile(**each) for each in found) for key, found in kept[name].items()}
            for name in ("people", "partly")
        )
        return cls(people, kept["why"], partly, kept["cursor"])

    def to_json(self) -> str:
        """The matches as JSON, which is stored sealed."""
        return json.dumps(asdict(self))

    def missing(self, sought: Iterable[Sought]) -> tuple[Sought, ...]:
        """The people who are still to be looked up."""
        return tuple(each for each in sought if each.key not in self.people and each.key not in self.why)

    def only(self, sought: Iterable[Sought]) -> Self:
        """The matches of `sought` alone. Failed lookups are dropped, so that they are tried again."""
        keys = {each.key for each in sought}
        partly = {key: found for key, found in self.partly.items() if key in keys}
        people = {key: found for key, found in self.people.items() if key in keys}
        return type(self)(people, {}, partly, self.cursor if partly else "")

    def with_person(self, sought: Sought, *people: Profile) -> Self:
        """Add the people who may be meant."""
        return type(self)({**self.people, sought.key: people}, self.why, self.partly, self.cursor)

    def without(self, sought: Iterable[Sought], why: str) -> Self:
        """Add the reason why these people can't be looked up."""
        reasons = {**self.why, **{each.key: why for each in sought}}
        return type(self)(self.people, reasons, {}, "")

    def from_the_start(self) -> Self:
        """Forget the pages read so far."""
        return type(self)(self.people, self.why, {}, "")

    def with_page(self, names: Iterable[Sought], members: Mapping[str, tuple[Profile, ...]], cursor: str) -> Self:
        """Add one page of the list of members. `members`: matches in it, by key; `cursor`: the next page's, or "".

        Names that were added to the list after its first page was read are looked for in another round.
        """
        under_way = bool(self.cursor)
        keys = [each.key for each in names if not under_way or each.key in self.partly]
        partly = {key: (*self.partly.get(key, ()), *members.get(key, ())) for key in keys}
        if cursor:
            return type(self)(self.people, self.why, partly, cursor)
        return type(self)({**self.people, **partly}, self.why, {}, "")


def names(sought: Iterable[Sought]) -> tuple[Sought, ...]:
    """The people who are looked up by name."""
    return tuple(each for each in sought if each.way is Way.NAME)
