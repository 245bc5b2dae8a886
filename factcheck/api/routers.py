"""Which resources there are. Apps register theirs; `factcheck.urls` puts them together."""

from __future__ import annotations

from rest_framework.routers import SimpleRouter


class DeskRouter(SimpleRouter):
    """Routes with or without a slash at the end: a redirect would turn a POST into a GET.

    A nested resource is registered under the pattern of its parent::

        router.register(r"reviews/(?P<review_id>[0-9]{1,19})/evidence", EvidenceViewSet, "evidence")
    """

    def __init__(self) -> None:
        super().__init__()
        self.trailing_slash = "/?"

    @property
    def resources(self) -> dict[str, str]:
        """The lists that stand at the top: name and route name."""
        return {
            prefix: f"{basename}-list"
            for prefix, viewset, basename in self.registry
            if "(" not in prefix and (hasattr(viewset, "list") or hasattr(viewset, "create"))
        }
