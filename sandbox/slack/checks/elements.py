"""Rules for Slack's interactive elements: fields, limits, and whether they are required."""

from collections.abc import Mapping
from typing import Final

from sandbox.slack.checks.rules import Anything, Arr, Bool, Num, Rule, Shape, Str, Text
from sandbox.slack.checks.together import (
    any_of,
    either,
    initial_among_options,
    lengths_agree,
    not_empty,
    numbers_agree,
    written_as,
)

ID: Final = Str(255)
URL: Final = Str(3000, 1)

CONFIRM: Final = Shape(
    {
        "title!": Text(100, plain=True),
        "text!": Text(300),
        "confirm!": Text(30, plain=True),
        "deny!": Text(30, plain=True),
        "style": Str(among=("primary", "danger")),
    }
)

_COMMON: Final[Mapping[str, Rule]] = {"action_id": ID, "confirm": CONFIRM, "focus_on_load": Bool()}
_MENU: Final[Mapping[str, Rule]] = {**_COMMON, "placeholder": Text(150, plain=True)}
_MULTI: Final[Mapping[str, Rule]] = {**_MENU, "max_selected_items": Num(1)}


def _option(*, plain: bool) -> Shape:
    fields: dict[str, Rule] = {
        "text!": Text(75, plain=plain),
        "value!": Str(150, 1),
        "description": Text(75, plain=plain),
    }
    return Shape(fields)


OPTION: Final = _option(plain=True)
RICH_OPTION: Final = _option(plain=False)
OVERFLOW_OPTION: Final = Shape({**OPTION.fields, "url": URL})
GROUP: Final = Shape({"label!": Text(75, plain=True), "options!": Arr(OPTION, 100, 1)})
_OPTIONS: Final[Mapping[str, Rule]] = {"options": Arr(OPTION, 100, 1), "option_groups": Arr(GROUP, 100, 1)}

FILTER: Final = Shape(
    {
        "include": Arr(Str(among=("im", "mpim", "private", "public")), least=1),
        "exclude_external_shared_channels": Bool(),
        "exclude_bot_users": Bool(),
    },
    (not_empty,),
)

_DISPATCH: Final = Shape({"trigger_actions_on": Arr(Str(among=("on_enter_pressed", "on_character_entered")), least=1)})

_TYPED: Final[Mapping[str, Rule]] = {
    "action_id": ID,
    "placeholder": Text(150, plain=True),
    "focus_on_load": Bool(),
    "dispatch_action_config": _DISPATCH,
}

_IDS: Final = Arr(Str())
_CONVERSATIONS: Final[Mapping[str, Rule]] = {
    "default_to_current_conversation": Bool(),
    "filter": FILTER,
    "response_url_enabled": Bool(),
}
_BUTTON: Final[Mapping[str, Rule]] = {
    "text!": Text(75, plain=True),
    "action_id": ID,
    "url": URL,
    "value": Str(2000),
    "style": Str(among=("primary", "danger")),
    "confirm": CONFIRM,
    "accessibility_label": Str(75),
}
_FEEDBACK: Final = Shape(
    {"text!": Text(75, plain=True), "value!": Str(2000), "accessibility_label": Str(75), "action_id": ID}
)

CHOICES: Final[Mapping[str, Rule]] = {
    "static_select": Shape(
        {**_MENU, **_OPTIONS, "initial_option": OPTION}, (either("options", "option_groups"), initial_among_options)
    ),
    "multi_static_select": Shape(
        {**_MULTI, **_OPTIONS, "initial_options": Arr(OPTION, 100)},
        (either("options", "option_groups"), initial_among_options),
    ),
    "external_select": Shape({**_MENU, "initial_option": OPTION, "min_query_length": Num(0)}),
    "multi_external_select": Shape({**_MULTI, "initial_options": Arr(OPTION, 100), "min_query_length": Num(0)}),
    "users_select": Shape({**_MENU, "initial_user": Str()}),
    "multi_users_select": Shape({**_MULTI, "initial_users": _IDS}),
    "conversations_select": Shape({**_MENU, **_CONVERSATIONS, "initial_conversation": Str()}),
    "multi_conversations_select": Shape({**_MULTI, **_CONVERSATIONS, "initial_conversations": _IDS}),
    "channels_select": Shape({**_MENU, "initial_channel": Str(), "response_url_enabled": Bool()}),
    "multi_channels_select": Shape({**_MULTI, "initial_channels": _IDS}),
    "radio_buttons": Shape(
        {**_COMMON, "options!": Arr(RICH_OPTION, 10, 1), "initial_option": RICH_OPTION}, (initial_among_options,)
    ),
    "checkboxes": Shape(
        {**_COMMON, "options!": Arr(RICH_OPTION, 10, 1), "initial_options": Arr(RICH_OPTION, 10, 1)},
        (initial_among_options,),
    ),
    "datepicker": Shape(
        {**_MENU, "initial_date": Str()}, (written_as("initial_date", r"\d{4}-\d\d-\d\d", "YYYY-MM-DD"),)
    ),
    "timepicker": Shape(
        {**_MENU, "initial_time": Str(), "timezone": Str()}, (written_as("initial_time", r"\d\d:\d\d", "HH:mm"),)
    ),
    "datetimepicker": Shape({**_COMMON, "initial_date_time": Num(1_000_000_000, 9_999_999_999)}),
}
"""Elements to choose with: allowed in a section, in actions and in an input."""

INPUTS: Final[Mapping[str, Rule]] = {
    "plain_text_input": Shape(
        {
            **_TYPED,
            "initial_value": Str(3000),
            "multiline": Bool(),
            "min_length": Num(0, 3000),
            "max_length": Num(1, 3000),
        },
        (lengths_agree,),
    ),
    "email_text_input": Shape({**_TYPED, "initial_value": Str()}),
    "url_text_input": Shape({**_TYPED, "initial_value": Str()}),
    "number_input": Shape(
        {**_TYPED, "is_decimal_allowed!": Bool(), "initial_value": Str(), "min_value": Str(), "max_value": Str()},
        (numbers_agree,),
    ),
    "rich_text_input": Shape({**_TYPED, "action_id!": ID, "initial_value": Anything()}),
}
"""Elements to type into: allowed in an input only."""

FILE_INPUT: Final[Mapping[str, Rule]] = {
    "file_input": Shape({"action_id": ID, "filetypes": Arr(Str()), "max_files": Num(1, 10)})
}

BUTTONS: Final[Mapping[str, Rule]] = {
    "button": Shape(_BUTTON),
    "workflow_button": Shape(
        {
            "text!": Text(75, plain=True),
            "workflow!": Anything(),
            "action_id": ID,
            "style": _BUTTON["style"],
            "accessibility_label": Str(75),
        }
    ),
    "overflow": Shape({"action_id": ID, "options!": Arr(OVERFLOW_OPTION, 5, 1), "confirm": CONFIRM}),
}

SLACK_FILE: Final = Shape({"id": Str(least=1), "url": Str(least=1)}, (either("id", "url"),))

IMAGE: Final[Mapping[str, Rule]] = {
    "image": Shape(
        {"alt_text!": Str(2000), "image_url": URL, "slack_file": SLACK_FILE}, (any_of("image_url", "slack_file"),)
    )
}

CONTEXT_ACTIONS: Final[Mapping[str, Rule]] = {
    "feedback_buttons": Shape({"action_id": ID, "positive_button!": _FEEDBACK, "negative_button!": _FEEDBACK}),
    "icon_button": Shape(
        {
            "icon!": Str(among=("trash",)),
            "text!": Text(75, plain=True),
            "action_id": ID,
            "value": Str(2000),
            "confirm": CONFIRM,
            "accessibility_label": Str(75),
            "visible_to_user_ids": _IDS,
        }
    ),
}
