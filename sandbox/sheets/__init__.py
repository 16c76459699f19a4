"""A stand-in for Google Sheets v4, the Drive v3 calls around it, and the token endpoint."""

from sandbox.sheets.app import create_app
from sandbox.sheets.drive import BOT, OWNER, Drive
from sandbox.sheets.looks import Look, Series
from sandbox.sheets.people import Person

__all__ = ["BOT", "OWNER", "Drive", "Look", "Person", "Series", "create_app"]
