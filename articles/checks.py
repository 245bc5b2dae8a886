"""The system check on the cage: what a document's parser could still reach on this machine."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Tags, Warning as CheckWarning, register

from articles.cage import seal


@register(Tags.security, deploy=True)
def check_cage(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """W001: on Linux the kernel keeps what parses documents from the network and from other files."""
    if sys.platform != "linux" or not (missing := seal.missing()):
        return []
    return [
        CheckWarning(
            f"What parses foreign documents cannot be kept from {' and '.join(missing)} on this system.",
            hint="It takes a kernel with seccomp and Landlock (5.13 or newer) and, in a container, a profile "
            "that allows both, as Docker's own does.",
            id="articles.W001",
        )
    ]
