"""Uploaded files in the Web API's shape."""

import mimetypes
from pathlib import PurePosixPath
from typing import Final

from sandbox.slack.model import File
from sandbox.slack.shapes import Obj, obj, objs, text
from sandbox.slack.workspace import Workspace

IMAGES: Final = {"png", "jpg", "jpeg", "gif"}


def absent_pictures(workspace: Workspace, blocks: list[Obj], at: str) -> list[str]:
    """Slack's sentences about image blocks and elements whose slack_file isn't a picture that the app may show."""
    found = []
    for number, block in enumerate(blocks):
        inside = [("", block), ("/accessory", obj(block.get("accessory")))]
        inside += [(f"/elements/{place}", one) for place, one in enumerate(objs(block.get("elements")))]
        for where, one in inside:
            if one.get("slack_file") and picture(workspace, obj(one["slack_file"])) is None:
                found.append(f"invalid slack file [json-pointer:{at}/{number}{where}/slack_file]")
    return found


def picture(workspace: Workspace, named: Obj) -> File | None:
    """The uploaded picture that a slack_file names by id or URL, or None; visible `file_seconds` after the upload."""
    for file in workspace.files.values():
        ours = file.id == named.get("id") or text(named.get("url")) in {
            private_address(workspace, file),
            _permalink(workspace, file),
        }
        seen = workspace.clock() >= file.created + workspace.file_seconds
        if ours and seen and file.complete and file.data and _kind(file) in IMAGES:
            return file
    return None


def private_address(workspace: Workspace, file: File) -> str:
    """The URL from which the file's content can be fetched with the app's token."""
    return f"{workspace.address}/files-pri/{workspace.team.id}-{file.id}/{file.name}"


def _permalink(workspace: Workspace, file: File) -> str:
    return f"https://{workspace.team.domain}.slack.com/files/{file.user}/{file.id}/{file.name}"


def _kind(file: File) -> str:
    return PurePosixPath(file.name).suffix.lstrip(".").lower() or "text"


def file_json(workspace: Workspace, file: File, *, fresh: bool = False) -> Obj:
    """A file object; the stand-in serves its private URLs to requests with the app's token.

    `fresh`: as Slack returns it right after an upload, without a type and without the channels it was shared in.
    """
    kind, address = _kind(file), private_address(workspace, file)
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
        "permalink": _permalink(workspace, file),
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
