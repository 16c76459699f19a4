"""Google's refusals: the Sheets API's shape (google.rpc) and the Drive v3 API's."""

from sandbox.sheets.wire import Obj

STATUSES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
    503: "UNAVAILABLE",
}

BAD_CREDENTIALS = (
    "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid "
    "authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project."
)


class Refused(Exception):
    """A request that Google would refuse; `code`: HTTP status, `body()`: JSON answer."""

    def __init__(self, message: str, code: int = 400, details: list[Obj] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.details = details

    def under(self, place: str) -> "Refused":
        """The same refusal with the part of the request that it is about."""
        return Refused(f"Invalid {place}: {self.message}", self.code, self.details)

    def body(self) -> Obj:
        """Google's error envelope of the Sheets API."""
        error: Obj = {"code": self.code, "message": self.message, "status": STATUSES[self.code]}
        if self.details:
            error["details"] = self.details
        return {"error": error}


class DriveRefused(Refused):
    """A refusal in the Drive API's older shape, with `errors` of domain, reason and message."""

    def __init__(self, message: str, code: int, reason: str, domain: str = "global", location: str = "") -> None:
        super().__init__(message, code)
        self.reason = reason
        self.domain = domain
        self.location = location

    def body(self) -> Obj:
        """Google's error envelope of the Drive API."""
        one: Obj = {"message": self.message, "domain": self.domain, "reason": self.reason}
        if self.location:
            one |= {"location": self.location, "locationType": "header" if self.code == 401 else "parameter"}  # noqa: PLR2004
        return {"error": {"code": self.code, "message": self.message, "errors": [one]}}


def violation(description: str, field: str) -> Obj:
    """A field violation of a BadRequest; `field`: "" if none is named."""
    return {"field": field, "description": description} if field else {"description": description}


def bad_payload(violations: list[Obj]) -> Refused:
    """The refusal of a body that doesn't fit Google's schema."""
    message = "\n".join(str(one["description"]) for one in violations)
    details = [{"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": violations}]
    return Refused(message, 400, details)


def not_found() -> Refused:
    """The refusal if the spreadsheet doesn't exist or was deleted."""
    return Refused("Requested entity was not found.", 404)


def no_permission() -> Refused:
    """The refusal if the user's role doesn't allow the request."""
    return Refused("The caller does not have permission", 403)


def full() -> Refused:
    """The refusal if the owner's Drive is full. Drive's answer; the Sheets API's isn't documented."""
    message = "The user's Drive storage quota has been exceeded."
    return DriveRefused(message, 403, "storageQuotaExceeded", domain="usageLimits")


def out_of_scope(api: str) -> Refused:
    """The refusal if the token's scopes don't cover the request."""
    info = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
        "domain": "googleapis.com",
        "metadata": {"service": f"{api}.googleapis.com"},
    }
    message = "Request had insufficient authentication scopes."
    if api == "drive":
        return DriveRefused(message, 403, "insufficientPermissions")
    return Refused(message, 403, [info])


def unauthenticated() -> Refused:
    """The refusal if the access token is missing, unknown or expired."""
    details = [
        {
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            "reason": "ACCESS_TOKEN_TYPE_UNSUPPORTED",
            "domain": "googleapis.com",
            "metadata": {"service": "sheets.googleapis.com"},
        }
    ]
    return Refused(BAD_CREDENTIALS, 401, details)


def out_of_quota(kind: str, limit: int, project: str) -> Refused:
    """The refusal of too many requests in a minute; `kind`: Read or Write."""
    message = (
        f"Quota exceeded for quota metric '{kind} requests' and limit '{kind} requests per minute per user' "
        f"of service 'sheets.googleapis.com' for consumer 'project_number:{project}'."
    )
    info = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "RATE_LIMIT_EXCEEDED",
        "domain": "googleapis.com",
        "metadata": {
            "service": "sheets.googleapis.com",
            "consumer": f"projects/{project}",
            "quota_metric": f"sheets.googleapis.com/{kind.lower()}_requests",
            "quota_limit": f"{kind}RequestsPerMinutePerUser",
            "quota_limit_value": str(limit),
            "quota_location": "global",
            "quota_unit": "1/min/{project}/{user}",
        },
    }
    links = [
        {
            "description": "Request a higher quota limit.",
            "url": "https://cloud.google.com/docs/quotas/help/request_increase",
        }
    ]
    return Refused(message, 429, [info, {"@type": "type.googleapis.com/google.rpc.Help", "links": links}])
