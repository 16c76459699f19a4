"""Audits from before this software, imported from files, and the checking of published figures."""
