"""Files that are written whole or not at all: a process killed meanwhile leaves either the old file or the new one."""

from pathlib import Path


def write(path: Path, text: str, mode: int = 0o666) -> None:
    """Replace the file at `path` with `text`; a reader never sees part of it. `mode`: permissions of the new file.

    The temporary file has a fixed name, so callers that may write the same path at once must take turns.
    """
    beside = path.with_name(path.name + ".new")
    beside.touch(mode)
    beside.write_text(text, encoding="utf-8", errors="surrogatepass")
    beside.replace(path)
