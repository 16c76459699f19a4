"""The part of Home for signatories: the versions of reports that await their sign-off."""

from collections.abc import Sequence

from audit.report.sign_off_status import Awaiting
from views.parts import Block, actions, button, context, count_of, escape, header, section
from views.report import sign_off
from views.report.sign_off import NEW_VERSION

_MOST = 3


def signing_blocks(to_sign: Sequence[Awaiting]) -> list[Block]:
    """The versions that await a person's sign-off, with buttons; empty if there are none."""
    blocks = [header("Sign the report off")] if to_sign else []
    for each in to_sign[:_MOST]:
        about = f"audit {each.number}, version {each.version}"
        standing = f"Changes are asked for. {NEW_VERSION}" if each.answered else "It awaits your sign-off."
        blocks.append(section(f"*{escape(each.title)}* · version {each.version}. {standing}"))
        reading = button("Read the report", sign_off.READ, each.report_id, about=about, primary=not each.answered)
        deciding = sign_off.DECIDING_AGAIN if each.answered else sign_off.DECIDING
        sign = button(deciding, sign_off.DECIDE, each.report_id, about=about)
        blocks.append(actions(f"signing-{each.report_id}", reading, sign))
    left = len(to_sign) - _MOST
    return [*blocks, context(f"and {count_of(left, 'more report')}: see your messages.")] if left > 0 else blocks
