"""What the sandbox keeps in files is whole whenever it is read, and after every kill."""

from pathlib import Path

from sandbox import atomic

SANDBOX = Path(__file__).parents[2] / "sandbox"


def test_who_reads_a_file_while_it_is_written_reads_all_of_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "desk.json"
    atomic.write(path, "before", 0o600)
    with path.open(encoding="utf-8") as reader:
        atomic.write(path, "afterwards")
        assert reader.read() == "before"
    assert path.read_text(encoding="utf-8") == "afterwards"
    assert list(tmp_path.iterdir()) == [path]


def test_nothing_in_the_sandbox_writes_into_a_file_that_may_be_read() -> None:
    elsewhere = [
        path.name
        for path in SANDBOX.rglob("*.py")
        if ".write_text(" in path.read_text(encoding="utf-8") and path.name != "atomic.py"
    ]
    assert not elsewhere
