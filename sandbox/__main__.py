"""`python -m sandbox`: the whole product in a browser, kept in `.sandbox/`, until it is interrupted."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036  # the check runs before any module that needs 3.11 is imported
    sys.exit("Python 3.11 or newer is needed; this is %d.%d. Try: make try PYTHON=python3.11" % sys.version_info[:2])  # noqa: UP031

try:
    from sandbox.launch import main
except ModuleNotFoundError as missing:
    sys.exit(f"{missing.name} isn't installed here. `make try` installs what is needed and starts this.")

if __name__ == "__main__":
    sys.exit(main())
