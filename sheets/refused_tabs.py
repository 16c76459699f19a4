"""Tabs that Google refuses to have drawn in a redraw: their appearance, which is then left as it is, or all of them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from sheets import requests
from sheets.batches import encoded
from sheets.drawer import FoundForDrawing
from sheets.errors import SheetsRefused
from sheets.requests import Request
from sheets.tabs import Tab


@dataclass
class RefusedTabs:
    """`plain`: the keys of tabs whose appearance is left as it is. `left_out`: key of a tab that isn't drawn -> why."""

    plain: set[str] = field(default_factory=set)
    left_out: dict[str, str] = field(default_factory=dict)

    def learn(self, refused: SheetsRefused) -> None:
        """Leave out what Google refused so that the rest can be drawn; raises `refused` again if no tab is to blame.

        People's tables, filters and bands may prevent formatting a tab; its cells are drawn all the same.
        """
        if refused.tab is None or refused.tab[0] in self.left_out:
            raise refused
        key, title = refused.tab
        if refused.of_looks and key not in self.plain:
            self.plain.add(key)
        else:
            self.left_out[key] = f"The tab “{title[:60]}” can't be updated: {refused.sentence}"

    def tabs(self, tabs: Sequence[Tab]) -> list[Tab]:
        """The tabs that are still drawn."""
        return [tab for tab in tabs if tab.key not in self.left_out]

    def requests(self, made: Sequence[Request], looked: FoundForDrawing) -> Sequence[Request]:
        """The requests without formatting of tabs on which Google refuses it."""
        return [one for one in made if not (requests.is_of_looks(one) and self._is_plain(one, looked))]

    def _is_plain(self, request: Request, looked: FoundForDrawing) -> bool:
        tab = looked.tab_of(encoded(request)) if self.plain else None
        return tab is not None and tab[0] in self.plain


def place(refused: SheetsRefused, batch: Sequence[bytes], looked: FoundForDrawing) -> None:
    """Record in a refusal which tab it is about, and whether only its appearance, if Google named the request."""
    if refused.place is not None:
        request = batch[refused.place]
        refused.tab, refused.of_looks = looked.tab_of(request), requests.is_of_looks(json.loads(request))
