"""Rules for Slack's blocks, and the blocks that each surface allows."""

from collections.abc import Mapping
from typing import Final, Literal

from sandbox.slack.checks.elements import (
    BUTTONS,
    CHOICES,
    CONTEXT_ACTIONS,
    FILE_INPUT,
    ID,
    IMAGE,
    INPUTS,
    SLACK_FILE,
    URL,
)
from sandbox.slack.checks.rules import Anything, Arr, Bool, Kinds, Rule, Shape, Str, Text
from sandbox.slack.checks.tables import TABLES
from sandbox.slack.checks.together import any_of, unique

Surface = Literal["modal", "home", "message"]

_IN_CONTEXT: Final = Kinds({**IMAGE, "plain_text": Text(2000), "mrkdwn": Text(2000)})
_RICH: Final = Kinds(
    {
        "rich_text_section": Anything(),
        "rich_text_list": Anything(),
        "rich_text_preformatted": Anything(),
        "rich_text_quote": Anything(),
    }
)
_ANSWERS: Final = {**CHOICES, **INPUTS}


def _input(answers: Mapping[str, Rule]) -> Shape:
    fields: dict[str, Rule] = {
        "block_id": ID,
        "label!": Text(2000, plain=True),
        "element!": Kinds(answers),
        "dispatch_action": Bool(),
        "hint": Text(2000, plain=True),
        "optional": Bool(),
    }
    return Shape(fields)


EVERYWHERE: Final[Mapping[str, Rule]] = {
    "actions": Shape(
        {
            "block_id": ID,
            "elements!": Arr(
                Kinds({**BUTTONS, **CHOICES, "rich_text_input": INPUTS["rich_text_input"]}), most=25, least=1
            ),
        },
        (unique("action_id", "elements"),),
    ),
    "context": Shape({"block_id": ID, "elements!": Arr(_IN_CONTEXT, 10, 1)}),
    "divider": Shape({"block_id": ID}),
    "header": Shape({"block_id": ID, "text!": Text(150, plain=True)}),
    "image": Shape(
        {
            "block_id": ID,
            "alt_text!": Str(2000),
            "image_url": URL,
            "slack_file": SLACK_FILE,
            "title": Text(2000, plain=True),
        },
        (any_of("image_url", "slack_file"),),
    ),
    "input": _input(_ANSWERS),
    "rich_text": Shape({"block_id": ID, "elements!": Arr(_RICH)}),
    "section": Shape(
        {
            "block_id": ID,
            "text": Text(3000),
            "fields": Arr(Text(2000), 10, 1),
            "accessory": Kinds({**BUTTONS, **CHOICES, **IMAGE}),
            "expand": Bool(),
        },
        (any_of("text", "fields"),),
    ),
    "video": Shape(
        {
            "block_id": ID,
            "alt_text!": Str(),
            "title!": Text(200, plain=True),
            "title_url": Str(),
            "thumbnail_url!": Str(),
            "video_url!": Str(),
            "description": Text(200, plain=True),
            "author_name": Str(50),
            "provider_name": Str(),
            "provider_icon_url": Str(),
        }
    ),
}

BLOCKS: Final[Mapping[Surface, Mapping[str, Rule]]] = {
    "modal": {
        **EVERYWHERE,
        "input": _input({**_ANSWERS, **FILE_INPUT}),
        "alert": Shape(
            {
                "block_id": ID,
                "text!": Text(3000),
                "level": Str(among=("default", "info", "warning", "error", "success")),
            }
        ),
    },
    "home": EVERYWHERE,
    "message": {
        **EVERYWHERE,
        **TABLES,
        "file": Shape({"block_id": ID, "external_id!": Str(), "source!": Str(among=("remote",))}),
        "markdown": Shape({"block_id": ID, "text!": Str(12_000, 1)}),
        "context_actions": Shape({"block_id": ID, "elements!": Arr(Kinds(CONTEXT_ACTIONS), 5, 1)}),
    },
}

VIEWS: Final[Mapping[str, Mapping[str, Rule]]] = {
    "modal": {
        "title!": Text(24, plain=True),
        "submit": Text(24, plain=True),
        "close": Text(24, plain=True),
        "private_metadata": Str(3000),
        "callback_id": Str(255),
        "external_id": Str(255),
        "clear_on_close": Bool(),
        "notify_on_close": Bool(),
        "submit_disabled": Bool(),
    },
    "home": {"private_metadata": Str(3000), "callback_id": Str(255), "external_id": Str(255)},
}
