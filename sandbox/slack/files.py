"""Uploaded files as the API shows them."""

import mimetypes
from pathlib import PurePosixPath

from sandbox.slack.model import File
from sandbox.slack.shapes import Obj
from sandbox.slack.workspace import Workspace


def file_json(workspace: Workspace, file: File, *, fresh: bool = False) -> Obj:
    """A file object; its private addresses are served by the stand-in to whoever has the app's token.

    A `fresh` one is as Slack answers an upload: not looked into and, as far as it says, not shared yet.
    """
    kind = PurePosixPath(file.name).suffix.lstrip(".") or "text"
    address = f"{workspace.address}/files-pri/{workspace.team.id}-{file.id}/{file.name}"
    shared = [] if fresh else file.channels
    private = [one for one in shared if one in workspace.channels and workspace.channels[one].is_private]
    direct = [one for one in shared if one in workspace.channels and workspace.channels[one].is_im]
    public = [one for one in shared if one not in private and one not in direct]
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title or file.name,
        "mimetype": "" if fresh else mimetypes.guess_type(file.name)[0] or "application/octet-stream",
        "filetype": "" if fresh else kind,
        "pretty_type": "" if fresh else kind.upper(),
        "user": file.user,
        "user_team": workspace.team.id,
        "editable": False,
        "size": file.size,
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": bool(public),
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": address,
        "url_private_download": f"{address.removesuffix(file.name)}download/{file.name}",
        "media_display_type": "unknown",
        "permalink": f"https://{workspace.team.domain}.slack.com/files/{file.user}/{file.id}/{file.name}",
        "permalink_public": f"https://slack-files.com/{workspace.team.id}-{file.id}-{file.secret[:10].lower()}",
        "comments_count": 0,
        "is_starred": False,
        "shares": _shares(file, {"private": [*private, *direct], "public": public}),
        "channels": public,
        "groups": private,
        "ims": direct,
        "has_more_shares": False,
        "has_rich_preview": False,
        "file_access": "visible",
        **({"alt_txt": file.alt_txt} if file.alt_txt else {}),
    }


def _shares(file: File, channels: dict[str, list[str]]) -> Obj:
    found = {kind: {one: [{"ts": file.shares[one]}] for one in ids} for kind, ids in channels.items()}
    return {kind: shares for kind, shares in found.items() if shares}
