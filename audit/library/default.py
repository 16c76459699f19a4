"""The audit tool of cycles whose board has brought no other."""

from audit.tools import IF_IMMEDIATE, IMMEDIATE, Section, Tool

DEFAULT = Tool(
    "single_agency",
    1,
    (
        Section("involvement", "Our involvement", hint="When your agency was involved, and in what way."),
        Section("went_well", "What went well", group="strength"),
        Section("could_be_better", "What could have been better", group="concern"),
        Section("working_together", "Information sharing and work with other agencies"),
        Section("voice", "Voice of the child", hint="What the child said or showed, and what came of it."),
        Section("learning", "Learning for our agency"),
        Section(IMMEDIATE, "Immediate action needed?", "yes_no",
                hint="This is not a referral: if a child may be at risk now, use your referral route first."),
        Section("immediate_what", "If yes: what must happen", "line", required=True, relevant=IF_IMMEDIATE),
        Section("immediate_owner", "If yes: who owns it", "line", hint="A role, not a name.", required=True,
                relevant=IF_IMMEDIATE),
        Section("immediate_by", "If yes: by when", "date", required=True, relevant=IF_IMMEDIATE),
    ),
    "Single-agency audit return",
)  # fmt: skip
"""The first version of the default tool."""

TOOLS = {(tool.key, tool.version): tool for tool in (DEFAULT,)}
"""(key, version) -> tool, for the tools defined in code. audit.library.shipped has the others of the product."""
