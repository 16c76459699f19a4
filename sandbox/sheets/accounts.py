"""Service accounts and access tokens: keys made at run time, and JWT assertions verified as Google does."""

import base64
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from sandbox.sheets.wire import Obj

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
SCOPE = "https://www.googleapis.com/auth/"
LIFETIME = 3600
SKEW = 300
PROJECT = "roundtable-sandbox"
PROJECT_NUMBER = "123456789012"


class BadGrant(Exception):
    """A refusal by the token endpoint: `error` and `description` of its JSON answer."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error = error
        self.description = description


@dataclass
class Accounts:
    """`keys`: service account's e-mail -> (private key id, PEM). `tokens`: token -> (e-mail, expiry time, scopes)."""

    clock: Callable[[], float]
    keys: dict[str, tuple[str, str]] = field(default_factory=dict)
    tokens: dict[str, tuple[str, float, str]] = field(default_factory=dict)
    audiences: set[str] = field(default_factory=lambda: {"https://oauth2.googleapis.com/token"})

    def key_of(self, email: str) -> tuple[str, str]:
        """The private key's id and PEM of a service account; made on the first call."""
        if email not in self.keys:
            self.keys[email] = _made(email)
        return self.keys[email]

    def credentials(self, email: str, base_url: str) -> Obj:
        """The service account's JSON key file, which names this stand-in's token endpoint."""
        key_id, pem = self.key_of(email)
        token_uri = base_url.rstrip("/") + "/token"
        self.audiences.add(token_uri)
        return {
            "type": "service_account",
            "project_id": PROJECT,
            "private_key_id": key_id,
            "private_key": pem,
            "client_email": email,
            "client_id": PROJECT_NUMBER,
            "auth_uri": base_url.rstrip("/") + "/auth",
            "token_uri": token_uri,
            "universe_domain": "googleapis.com",
        }

    def issue(self, email: str, scopes: str = "", lifetime: int = LIFETIME) -> str:
        """A new access token. `scopes`: separated by spaces, "" for all; `lifetime`: seconds."""
        token = "ya29.c." + secrets.token_urlsafe(64)
        self.tokens[token] = (email, self.clock() + lifetime, scopes)
        return token

    def forget_tokens(self) -> None:
        """Invalidate all tokens."""
        self.tokens.clear()

    def allows(self, token: str, api: str, *, reading: bool) -> bool:
        """Whether the token's scopes allow reading (or else writing) with an API: `sheets` or `drive`."""
        scopes = {scope.removeprefix(SCOPE) for scope in self.tokens[token][2].split()}
        enough = {"drive", "drive.file"} | ({"spreadsheets"} if api == "sheets" else set())
        if reading:
            more = ("spreadsheets.readonly",) if api == "sheets" else ("drive.metadata.readonly", "drive.metadata")
            enough |= {"drive.readonly", *more}
        return not scopes or bool(scopes & enough)

    def user(self, token: str) -> str | None:
        """The e-mail address of a token's user; None if the token is unknown or has expired."""
        email, until, _ = self.tokens.get(token, ("", 0.0, ""))
        return email if self.clock() < until else None

    def grant(self, form: dict[str, str], here: str) -> Obj:
        """The token endpoint's answer to a JWT bearer assertion; `here`: the endpoint's own URL. Raises BadGrant."""
        if form.get("grant_type") != GRANT:
            raise BadGrant("unsupported_grant_type", f"Invalid grant_type: {form.get('grant_type', '')}")
        claims, signed, signature = _taken_apart(form.get("assertion", ""))
        email = str(claims.get("iss", ""))
        if email not in self.keys:
            raise BadGrant("invalid_grant", "Invalid grant: account not found")
        self._verify(email, signed, signature)
        self._check(claims, here)
        return {
            "access_token": self.issue(email, str(claims["scope"])),
            "expires_in": LIFETIME - 1,
            "token_type": "Bearer",
        }

    def _verify(self, email: str, signed: bytes, signature: bytes) -> None:
        try:
            _public(self.keys[email][1]).verify(signature, signed, padding.PKCS1v15(), SHA256())
        except InvalidSignature:
            raise BadGrant("invalid_grant", "Invalid JWT Signature.") from None

    def _check(self, claims: Obj, here: str) -> None:
        if claims.get("aud") not in self.audiences | {here}:
            raise BadGrant("invalid_grant", "Invalid JWT: Failed audience check.")
        now, issued, until = self.clock(), claims.get("iat"), claims.get("exp")
        timely = (
            isinstance(issued, int | float)
            and isinstance(until, int | float)
            and issued - SKEW <= now <= until + SKEW
            and until - issued <= LIFETIME
        )
        if not timely:
            raise BadGrant(
                "invalid_grant",
                "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. "
                "Check your iat and exp values in the JWT claim.",
            )
        if not claims.get("scope"):
            raise BadGrant("invalid_scope", "Empty or missing scope not allowed.")


@cache
def _made(email: str) -> tuple[str, str]:
    """A private key's id and PEM, cached per e-mail for all drives of the process, since making one is slow."""
    del email  # only the cache's key
    # Half as long as Google's keys: the product checks the key at every start, and this one eight times as fast.
    key = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505  # it guards nothing
    return secrets.token_hex(20), key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@cache
def _public(pem: str) -> rsa.RSAPublicKey:
    """The public half of a private key; cached, since reading one checks it, which is slow."""
    private = load_pem_private_key(pem.encode(), None)
    assert isinstance(private, rsa.RSAPrivateKey)  # noqa: S101  # made here
    return private.public_key()


def _taken_apart(assertion: str) -> tuple[Obj, bytes, bytes]:
    try:
        head, body, signature = assertion.split(".")
        header, claims = json.loads(_decoded(head)), json.loads(_decoded(body))
        signed, sealed = f"{head}.{body}".encode(), _decoded(signature)
    except ValueError:
        raise BadGrant("invalid_grant", "Bad Request") from None
    if not isinstance(header, dict) or header.get("alg") != "RS256" or not isinstance(claims, dict):
        raise BadGrant("invalid_grant", "Bad Request")
    return claims, signed, sealed


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
