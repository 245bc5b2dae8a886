"""Times as the newsroom reads them (near ones relative) and as readers do (always absolute).

Every one is a `<time datetime>`; the zone is the one that is active, the desk's own by default.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django import template
from django.utils import timezone
from django.utils.dateformat import format as write
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from factcheck.templatetags.desk import SETTLED, icon

register = template.Library()

DAY = timedelta(days=1)
SOON = timedelta(days=1)


@register.simple_tag
def ago(at: datetime | None) -> SafeString:
    """Say when something happened: "12 min ago" within a day, then the date."""
    return _element(at, _ago(timezone.localtime(at), timezone.localtime())) if at else SafeString()


@register.simple_tag
def age(since: datetime) -> str:
    """Say how old something is, as short as it goes: "6 d", "5 h"."""
    gone = timezone.now() - since
    if gone >= DAY:
        return _("{n} d").format(n=gone.days)
    return _("{n} h").format(n=gone.seconds // 3600)


@register.simple_tag
def due(at: datetime | None, state: str = "", *, label: bool = False) -> SafeString:
    """Say when something has to be ready, marked when that is near or past unless it is ready.

    `label` puts "Due" in front where no column head says so.
    """
    if at is None:
        return SafeString()
    now, local = timezone.localtime(), timezone.localtime(at)
    urgency = "" if state in SETTLED or state == "declined" else _urgency(local, now)
    return format_html(
        '<span class="due{}">{}{}</span>',
        f" {urgency}" if urgency else "",
        icon("alert", "s") if urgency == "late" else "",
        _element(at, _due(local, now, label=label)),
    )


@register.simple_tag
def stamp(at: datetime | date | str | None) -> SafeString:
    """Write date, time and zone in full, for readers. Takes the text of a frozen payload too."""
    moment = _moment(at)
    return _element(moment, write(timezone.localtime(moment), "j F Y, H:i e")) if moment else SafeString()


@register.simple_tag
def exactly(at: datetime | None) -> SafeString:
    """Say when something happened to the second: "17 Nov, 09:40:12"."""
    if at is None:
        return SafeString()
    local = timezone.localtime(at)
    form = "j M, H:i:s" if local.year == timezone.localtime().year else "j M Y, H:i:s"
    return _element(at, write(local, form))


@register.simple_tag
def took(milliseconds: int) -> str:
    """Say how long something took: "0.3 s"."""
    return _("{n} s").format(n=number_format(milliseconds / 1000, decimal_pos=1))


@register.simple_tag
def day(at: datetime | date | str | None, *, short: bool = False) -> SafeString:
    """Write a date in full, "14 November 2026", or short, "14 Nov 2026"."""
    form = "j M Y" if short else "j F Y"
    if isinstance(at, str):
        at = parse_date(at) or _moment(at)
    if isinstance(at, datetime):
        local = timezone.localtime(at)
        return format_html('<time datetime="{}">{}</time>', local.date().isoformat(), write(local, form))
    if at is None:
        return SafeString()
    return format_html('<time datetime="{}">{}</time>', at.isoformat(), write(at, form))


@register.simple_tag
def day_text(at: datetime | date | str) -> str:
    """Write a date in full, as text alone."""
    moment = _moment(at)
    return write(timezone.localtime(moment), "j F Y") if moment else ""


def _moment(at: datetime | date | str | None) -> datetime | None:
    if isinstance(at, str):
        at = parse_datetime(at) or parse_date(at)
    if isinstance(at, date) and not isinstance(at, datetime):
        at = datetime.combine(at, time())
    return timezone.make_aware(at) if at and timezone.is_naive(at) else at


def _element(at: datetime, words: str) -> SafeString:
    full = write(timezone.localtime(at), "j F Y, H:i e")
    return format_html('<time datetime="{}" title="{}">{}</time>', at.isoformat(), full, words)


def _ago(at: datetime, now: datetime) -> str:
    gone = now - at
    clock = write(at, "H:i")
    if timedelta() <= gone < timedelta(minutes=1):
        return _("just now")
    if timedelta() <= gone < timedelta(hours=1):
        return _("{n} min ago").format(n=gone.seconds // 60)
    if timedelta() <= gone < DAY:
        return _("{n} h ago").format(n=gone.seconds // 3600)
    if at.date() == now.date() - DAY:
        return _("yesterday {time}").format(time=clock)
    return write(at, "j M, H:i" if at.year == now.year else "j M Y")


def _urgency(at: datetime, now: datetime) -> str:
    if at < now:
        return "late"
    return "soon" if at < now + SOON else ""


def _due(at: datetime, now: datetime, *, label: bool) -> str:
    days, clock = (at.date() - now.date()).days, write(at, "H:i")
    if days == 0:
        words = _("Due today {time}") if label else _("Today {time}")
    elif days == 1:
        words = _("Due tomorrow {time}") if label else _("Tomorrow {time}")
    elif days == -1:
        words = _("Due yesterday {time}") if label else _("Yesterday {time}")
    else:
        words = _("Due {date}") if label else "{date}"
    return words.format(time=clock, date=write(at, "D j M" if at.year == now.year else "j M Y"))
