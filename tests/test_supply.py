"""What the product is made of is asked about: a hole that is known fails the check, and so does nobody to ask."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, Response, jsonify, request

from sandbox.product import free_port
from sandbox.serve import serving
from tests.kit.served import HERE

HOLE = {"id": "PYSEC-2026-1", "summary": "Anybody gets in.", "affected": []}


@contextmanager
def asked(holes: dict[str, list[object]]) -> Iterator[str]:
    """A stand-in for the database of known holes, OSV; its address."""
    app = Flask(__name__)

    @app.post("/v1/query")
    def query() -> Response:
        about = json.loads(request.get_data())["package"]["name"]
        return jsonify({"vulns": holes[about]} if about in holes else {})

    with serving(app) as address:
        yield f"{address}/v1/query"


def audit(address: str) -> tuple[int, str]:
    """`make audit`, asking there; how it ended, and what it said."""
    arguments = f"ARGS=-s osv --osv-url {address} --timeout 5"
    command = ["make", "--no-print-directory", "--silent", "audit", arguments]
    ended = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False)
    return ended.returncode, ended.stdout + ended.stderr


def test_fault_31_a_dependency_with_a_known_hole_fails_the_check() -> None:
    with asked({}) as address:
        status, said = audit(address)
    assert status == 0, said
    assert "No known vulnerabilities found" in said
    with asked({"waitress": [HOLE]}) as address:
        status, said = audit(address)
    assert status != 0
    assert "PYSEC-2026-1" in said
    assert "waitress" in said


def test_fault_31_where_nobody_can_be_asked_nothing_counts_as_looked_at() -> None:
    status, said = audit(f"http://127.0.0.1:{free_port()}/v1/query")
    assert status != 0
    assert "No known vulnerabilities" not in said
