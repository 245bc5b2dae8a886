#!/usr/bin/env python
"""Django's command line; ``manage.py demo`` runs the whole desk on this machine."""

import os
import sys


def main() -> None:
    """Run the command that is named on the command line.

    The demo only looks after other processes. It does without Django, whose import would double the
    time to its first page.
    """
    if sys.argv[1:] == ["demo"]:
        from factcheck.demo.launch import main as demo

        sys.exit(demo())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "factcheck.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
