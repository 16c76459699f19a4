"""A connection through a proxy: taken where one is set, not where it needn't be, its password told to nobody."""

import ssl
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import pytest
from websockets.exceptions import ProxyError
from websockets.sync.server import ServerConnection, serve

from bot.connection import opened
from sandbox.slack import Workspace
from tests.kit.proxied import PASSWORD, certified, proxy


def test_a_proxy_is_asked_unless_what_is_named_needs_none(
    workspace: Workspace, slack_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert slack_url
    workspace.in_socket_mode()
    at = workspace.sockets.ticket()
    with proxy() as (url, asked):
        monkeypatch.setenv("HTTPS_PROXY", url)
        with pytest.raises(ProxyError) as refused:
            opened(at, patience=60)
        assert asked == [f"CONNECT {urlsplit(at).netloc} HTTP/1.1\r\n".encode()]
        assert PASSWORD not in str(refused.value)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        opened(at, patience=60)[0].close()
        assert len(asked) == 1


def test_a_certificate_must_be_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certified(tmp_path / "own.pem"))
    with serve(hello, "127.0.0.1", 0, ssl=context) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        at = f"wss://127.0.0.1:{server.socket.getsockname()[1]}"
        with pytest.raises(ssl.SSLCertVerificationError):
            opened(at, patience=60)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "own.pem"))
        opened(at, patience=60)[0].close()


def hello(one: ServerConnection) -> None:
    """Greet, and stay until whoever came goes."""
    one.send('{"type": "hello"}')
    for _ in one:
        pass
