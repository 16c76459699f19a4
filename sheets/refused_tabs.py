"""What Google doesn't let be drawn in a redraw: how a tab looks, which is left as it is then, or all of a tab."""

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
    """`plain`: the tabs, by key, whose looks are left. `left_out`: why others aren't drawn, by key."""

    plain: set[str] = field(default_factory=set)
    left_out: dict[str, str] = field(default_factory=dict)

    def learn(self, refused: SheetsRefused) -> None:
        """Leave out what Google refused, so that the rest is drawn; raises `refused` again if nothing can be.

        People's tables, filters and bands may refuse what makes a tab look as it should; it is drawn all the same.
        """
        if refused.tab is None or refused.tab[0] in self.left_out:
            raise refused
        key, title = refused.tab
        if refused.of_looks and key not in self.plain:
            self.plain.add(key)
        else:
            self.left_out[key] = f"The tab “{title[:60]}” can't be updated: {refused.sentence}"

    def tabs(self, tabs: Sequence[Tab]) -> list[Tab]:
        """The tabs that are drawn."""
        return [tab for tab in tabs if tab.key not in self.left_out]

    def requests(self, made: Sequence[Request], looked: FoundForDrawing) -> Sequence[Request]:
        """The requests without those about looks that Google refuses on their tab."""
        return [one for one in made if not (requests.is_of_looks(one) and self._is_plain(one, looked))]

    def _is_plain(self, request: Request, looked: FoundForDrawing) -> bool:
        tab = looked.tab_of(encoded(request)) if self.plain else None
        return tab is not None and tab[0] in self.plain


def place(refused: SheetsRefused, batch: Sequence[bytes], looked: FoundForDrawing) -> None:
    """Say of a refusal which tab it is about, and whether only how that looks, if Google named the request."""
    if refused.place is not None:
        request = batch[refused.place]
        refused.tab, refused.of_looks = looked.tab_of(request), requests.is_of_looks(json.loads(request))
