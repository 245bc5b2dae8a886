"""The cards of one's imports: what is done with them, and that it fits."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from articles.actions import compare_waiting, request_import
from articles.models import Import
from articles.tasks import run_import
from factcheck.accounts.models import User
from factcheck.jobs.models import JobStatus
from tests import factories as make
from tests.browser import hands


@pytest.fixture
def page(context: BrowserContext, desk_server: str, ada: User) -> Page:
    hands.sign_in(context, desk_server, ada)
    return context.new_page()


def _imported(by: User, title: str) -> Import:
    job = request_import(
        actor=by, text=f"{make.TEXT}It was on the {title} of that year.", given={"title": title}
    )
    run_import(job.pk)
    compare_waiting()
    return job


def test_what_came_in_well_is_put_away(page: Page, ada: User) -> None:
    first, second = _imported(ada, "Night ferry"), _imported(ada, "Day ferry")
    page.goto("/desk/articles/")
    cards = page.locator(".import")
    expect(cards).to_have_count(2)
    page.get_by_role("button", name="Put away “Night ferry”").click()
    expect(page.locator(f"#import-{first.pk}")).to_have_count(0)
    expect(page.get_by_role("button", name="Put away “Day ferry”")).to_be_focused()
    page.reload()
    expect(page.locator(f"#import-{second.pk}")).to_be_visible()
    expect(cards).to_have_count(1)
    page.get_by_role("button", name="Put away “Day ferry”").click()
    expect(page.locator("#main")).to_be_focused()
    expect(page.get_by_role("link", name="Night ferry")).to_be_visible()


def test_what_waits_is_tried_now(page: Page, ada: User) -> None:
    job = Import.objects.create(
        requested_by=ada,
        kind=Import.Kind.URL,
        url="https://herald.example/ferry",
        attempts=2,
        run_after=timezone.now() + timedelta(minutes=50),
        error_code="unreachable",
        error_detail="herald.example does not answer.",
    )
    page.goto("/desk/articles/")
    card = page.locator(f"#import-{job.pk}")
    expect(card).to_contain_text("herald.example does not answer.")
    card.get_by_role("button", name="Try now").click()
    expect(page.locator("#toasts")).to_contain_text("Trying again.")
    expect(card).to_contain_text("Waiting for its turn")
    expect(card.get_by_role("button")).to_have_count(0)


def test_the_buttons_of_a_failed_import_stand_in_one_line(page: Page, ada: User) -> None:
    Import.objects.create(
        requested_by=ada,
        kind=Import.Kind.URL,
        url="https://herald.example/ferry",
        status=JobStatus.FAILED,
        finished_at=timezone.now(),
        error_code="refused",
        error_detail="herald.example answered “subscribers only” (HTTP 403), so there was no text to read.",
    )
    page.goto("/desk/articles/")
    tops = page.locator(".import .btn").evaluate_all("(all) => all.map((b) => b.getBoundingClientRect().top)")
    assert len(tops) == 4
    assert len(set(tops)) == 1
