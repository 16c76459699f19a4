"""How gunicorn serves the web process: `gunicorn -c python:bot.gunicorn "bot.web:create_app()"`."""

from contextlib import ExitStack

from bot.settings import load

_settings = load()

bind = f"{_settings.host}:{_settings.port}"
workers = 1
worker_class = "gthread"
threads = 16
timeout = 30
graceful_timeout = 28
keepalive = 75
control_socket_disable = True  # nobody steers this process through a socket in somebody's home
preload_app = False  # DBOS must never be launched before the fork
_at_exit = ExitStack()


def post_worker_init(worker: object) -> None:
    """Start the worker inside this web process, where there is no process of its own for it."""
    del worker
    if _settings.embedded:
        from bot.worker import Embedded  # a web process that doesn't work never loads dbos

        embedded = Embedded(_settings)
        embedded.start()
        _at_exit.callback(embedded.end)


def worker_exit(server: object, worker: object) -> None:
    """Let what is under way finish."""
    del server, worker
    _at_exit.close()
