"""The OpenAPI document: what holds for every operation is written into each of them.

Authentication, the problem document and its statuses, Idempotency-Key and If-Match come from the
bases, not from the views, so the generator cannot see them there.
"""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension

POINTED = {
    "type": "object",
    "required": ["pointer", "code", "detail"],
    "properties": {
        "pointer": {"type": "string", "description": "JSON pointer into the body, or the parameter."},
        "code": {"type": "string"},
        "detail": {"type": "string"},
    },
}
BLOCKER = {
    "type": "object",
    "required": ["code", "detail"],
    "properties": {"code": {"type": "string"}, "detail": {"type": "string"}},
}
PROBLEM = {
    "type": "object",
    "description": "RFC 9457. `code` is stable; `detail` is for people.",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "errors": {"type": "array", "items": POINTED},
        "blockers": {"type": "array", "items": BLOCKER, "description": "Of `not_ready`."},
        "current": {"type": "object", "description": "Of `stale_version`: what was saved meanwhile."},
    },
}
ALWAYS = {
    400: "Malformed, or not valid.",
    401: "Who are you?",
    403: "Not you.",
    404: "Not there, or not for you.",
    405: "Not a method of this address.",
    406: "No such representation.",
    429: "Too often; see Retry-After.",
    503: "Away for the moment; see Retry-After.",
}
OF_CHANGES = {
    409: "Not now: `illegal_transition`, `stale_version`, `four_eyes`, `not_ready` …",
    411: "Content-Length is missing.",
    413: "Too large.",
    415: "Not a kind of content that is read here.",
}
OF_VERSIONS = {412: "Not the version you have read.", 428: "If-Match is missing."}
VERSIONED = {"put", "patch", "delete"}

IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "The same POST under the same key is carried out once and answered alike for 24 h.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
}
IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "description": "The ETag of the version that the change was made from.",
    "schema": {"type": "string"},
}


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How a token is sent."""

    target_class = "factcheck.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """Describe it."""
        return {"type": "http", "scheme": "bearer", "bearerFormat": "fc_…"}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The desk's own pages."""

    target_class = "factcheck.api.authentication.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """Describe it."""
        from django.conf import settings

        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}


def add_conventions(result: dict[str, Any], generator: Any, **kwargs: Any) -> dict[str, Any]:
    """Add to every operation what every operation has (a drf-spectacular postprocessing hook)."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for operations in result["paths"].values():
        for method, operation in operations.items():
            statuses = dict(ALWAYS)
            parameters = operation.setdefault("parameters", [])
            if method in VERSIONED:
                parameters.append(IF_MATCH)
                statuses |= OF_VERSIONS
            if method == "post":
                parameters.append(IDEMPOTENCY_KEY)
            if method not in {"get", "head"}:
                statuses |= OF_CHANGES
            for status, description in statuses.items():
                operation["responses"].setdefault(
                    str(status), {"description": description, "content": content}
                )
    return result
