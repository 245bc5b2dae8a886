"""Webhooks through their pages: what administrators see and do, and what nobody else learns."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from factcheck.accounts.models import User
from factcheck.jobs.models import JobStatus
from publishing.webhooks.actions import change_endpoint, send_test, switch_off_endpoint
from publishing.webhooks.kinds import Kind
from publishing.webhooks.models import Delivery, Endpoint
from publishing.webhooks.signing import secret_of
from tests import factories as make
from tests.articles.canary import serving
from tests.cast import person, signed_in
from tests.database import nothing_changes
from tests.desk.hand import text_of
from tests.webhooks.receiving import TAKEN, Receiver, run

pytestmark = pytest.mark.django_db

PLACE = "https://partner.example/hook?key=let-me-in"
LIST = "/desk/webhooks/"


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    with serving() as server:
        settings.SEND_ALLOW = [server.place]
        yield Receiver(server)


@pytest.fixture
def endpoint(receiver: Receiver) -> Endpoint:
    return make.endpoint(url=receiver.url, kinds=["claim.flagged"])


@pytest.fixture
def browser(max_: User) -> Client:
    return signed_in(max_)


def page_of(endpoint: Endpoint) -> str:
    return f"{LIST}{endpoint.pk}/"


def words_of(html: str) -> str:
    """The text of a page on one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def secrets_in(html: str) -> list[str]:
    return re.findall(r"whsec_[A-Za-z0-9+/=]+", html)


def ask_again(browser: Client, html: str) -> Any:
    """What htmx gets where a page says that it looks again."""
    [address] = re.findall(r'hx-get="([^"]+)"', html)
    return browser.get(address.replace("&amp;", "&"), headers={"HX-Request": "true"})


# --- Adding and changing --------------------------------------------------------------------------


def test_an_endpoint_is_added_and_its_secret_shown_this_once(browser: Client) -> None:
    answer = browser.post(LIST, {"url": PLACE, "kinds": ["publication.published", "claim.flagged"]})
    html, endpoint = text_of(answer), Endpoint.objects.get()
    assert secrets_in(html) == [secret_of(endpoint)]
    assert "It is shown this once." in html
    assert 'data-copy="secret"' in html
    # The answer stands at the address of the list: without scripts its button has to lead to the page.
    assert f'formaction="{page_of(endpoint)}" name="open" value="endpoint-dialog"' in html
    assert answer["Cache-Control"] == "no-store"
    assert endpoint.kinds == ["claim.flagged", "publication.published"]
    for path in (LIST, page_of(endpoint), "/desk/"):
        again = text_of(browser.get(path))
        assert secrets_in(again) == [], path
    assert secret_of(endpoint).rstrip("=")[-4:] in text_of(browser.get(LIST))


def test_a_secret_is_kept_nowhere(browser: Client) -> None:
    answer = browser.post(LIST, {"url": PLACE, "kinds": ["claim.flagged"]})
    [secret] = secrets_in(text_of(answer))
    assert secret not in str(answer.headers) + str(answer.cookies)
    assert all(secret not in str(each.get_decoded()) for each in Session.objects.all())
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            assert secret not in str(cursor.fetchall()), table


@pytest.mark.parametrize(
    ("url", "kinds", "says"),
    [
        ("http://partner.example/", ["claim.flagged"], "plain https address"),
        ("https://partner.example/", [], "Say what it is to be told."),
        ("", ["claim.flagged"], "Give the address of the program."),
        ("https://partner.example/", ["claim.flagged", "claim.eaten"], "claim.eaten"),
    ],
)
def test_what_was_typed_is_kept_where_an_endpoint_is_refused(
    url: str, kinds: list[str], says: str, browser: Client
) -> None:
    with nothing_changes():
        html = text_of(browser.post(LIST, {"url": url, "kinds": kinds}), 400)
    assert says in html
    assert 'id="endpoint-dialog" aria-labelledby="endpoint-title" open' in html
    assert f'value="{url}"' in html
    ticked = re.findall(r'name="kinds" value="([^"]+)" checked', html)
    assert ticked == [kind for kind in kinds if kind in Kind.values]


def test_an_address_is_told_once(browser: Client) -> None:
    make.endpoint(url=PLACE)
    with nothing_changes():
        html = text_of(browser.post(LIST, {"url": PLACE, "kinds": ["claim.flagged"]}), 409)
    assert "has an endpoint at this address already" in html
    assert secrets_in(html) == []


def changed(browser: Client, html: str, endpoint: Endpoint, **typed: Any) -> Any:
    """The answer to the form as the page has it, with what is typed now."""
    [version] = re.findall(r'name="version" value="([^"]+)"', html)
    wish = {"version": version, "kinds": ["article.changed"], **typed}
    return browser.post(page_of(endpoint), wish)


@pytest.mark.parametrize(
    "theirs", [{"url": "https://theirs.example/"}, {"kinds": ["claim.flagged", "article.imported"]}]
)
def test_of_two_who_change_an_endpoint_the_second_sees_what_the_first_made_of_it(
    theirs: Any, browser: Client
) -> None:
    endpoint = make.endpoint(url="https://first.example/", kinds=["claim.flagged"])
    opened = text_of(browser.get(page_of(endpoint)))
    endpoint = change_endpoint(endpoint, actor=person("Max"), **theirs)
    with nothing_changes():
        wrong = text_of(changed(browser, opened, endpoint, url="ftp://x"), 400)
        html = text_of(changed(browser, wrong, endpoint, url=PLACE), 409)
    assert "Somebody else changed this endpoint in the meantime." in html
    dialog = html.partition('id="endpoint-dialog"')[2].partition("</dialog>")[0]
    assert endpoint.url in dialog
    assert all(f"<li>{Kind(kind).label}</li>" in dialog for kind in endpoint.kinds)
    assert f'value="{PLACE}"' in dialog
    assert re.findall(r'value="([^"]+)" checked', dialog) == ["article.changed"]
    with nothing_changes():
        assert browser.post(page_of(endpoint), {"url": PLACE, "kinds": ["claim.flagged"]}).status_code == 400
    assert changed(browser, html, endpoint, url=PLACE).status_code == 303
    endpoint.refresh_from_db()
    assert (endpoint.url, endpoint.kinds) == (PLACE, ["article.changed"])


def test_an_endpoint_is_changed_on_its_page(browser: Client) -> None:
    endpoint = make.endpoint(kinds=["claim.flagged"])
    opened = text_of(browser.get(f"{page_of(endpoint)}?open=endpoint-dialog"))
    assert 'value="claim.flagged" checked' in opened
    with nothing_changes():
        html = text_of(changed(browser, opened, endpoint, url="ftp://x"), 400)
    assert 'value="ftp://x"' in html
    assert 'value="article.changed" checked' in html
    answer = changed(browser, html, endpoint, url=PLACE)
    assert answer["Location"] == page_of(endpoint)
    endpoint.refresh_from_db()
    assert (endpoint.url, endpoint.kinds) == (PLACE, ["article.changed"])


def test_a_secret_is_renewed_once_for_each_page_that_offers_it(browser: Client) -> None:
    endpoint = make.endpoint()
    first = secret_of(endpoint)
    assert f'id="renew-{endpoint.pk}"' in text_of(browser.get(page_of(endpoint)))
    renewal = f"{page_of(endpoint)}secret/"
    answer = browser.post(renewal, {"number": 1})
    [second] = secrets_in(text_of(answer))
    endpoint.refresh_from_db()
    assert second == secret_of(endpoint) != first
    assert answer["Cache-Control"] == "no-store"
    # Whoever reloads the answer sends the same form again: what it showed goes on counting.
    with nothing_changes():
        again = browser.post(renewal, {"number": 1})
    assert again.status_code == 303
    html = text_of(browser.get(page_of(endpoint)))
    assert "was renewed just now" in html
    assert "with the one before as well until" in html
    assert secrets_in(html) == []
    with nothing_changes():
        assert browser.post(renewal).status_code == 400
        assert browser.get(renewal)["Location"] == page_of(endpoint)


# --- How it goes ----------------------------------------------------------------------------------


def test_a_test_is_on_its_way_and_arrives_while_one_looks(
    browser: Client, endpoint: Endpoint, receiver: Receiver
) -> None:
    assert "Nothing sent yet" in text_of(browser.get(LIST))
    answer = browser.post(f"{page_of(endpoint)}test/", {"next": LIST})
    assert answer["Location"] == LIST
    pages = [text_of(browser.get(path)) for path in (LIST, page_of(endpoint))]
    for html in pages:
        assert "On its way" in html
        assert ask_again(browser, html).status_code == 204
    run(endpoint)
    for html in pages:
        part = text_of(ask_again(browser, html))
        assert part.strip().startswith('<article class="panel hook"')
        assert "hx-get" not in part
        assert "Working" in part
    assert [message.kind for message in receiver.messages] == ["endpoint.test"]


def test_an_endpoint_that_fails_says_why_and_when_the_next_try_is(
    browser: Client, endpoint: Endpoint, receiver: Receiver
) -> None:
    receiver.fails("503 Away")
    make.flagged_claim()
    run(endpoint)
    for path in (LIST, page_of(endpoint)):
        words = words_of(text_of(browser.get(path)))
        assert "Failing since" in words
        assert "The receiver answered with HTTP 503, not with a 2xx status. It failed once." in words
        assert "After three days, on" in words
        assert "1 message waits to be sent." in words
    Endpoint.objects.update(run_after=timezone.now() + timedelta(minutes=20), failures=7)
    html = text_of(browser.get(LIST))
    assert "It failed 7 times in a row. The next try is on" in words_of(html)
    assert 'hx-trigger="every 30s"' in html
    receiver.answers(TAKEN)
    [delivery] = Delivery.objects.all()
    browser.post(f"{page_of(endpoint)}deliveries/{delivery.pk}/again/")
    run(endpoint)
    assert "Working" in text_of(browser.get(LIST))
    assert len(receiver.messages) == 2


def test_the_message_that_holds_up_the_others_is_told_of_behind_many(browser: Client) -> None:
    endpoint = make.endpoint()
    told = [Delivery(endpoint=endpoint, kind="claim.flagged", body="{}") for _ in range(130)]
    first = Delivery.objects.bulk_create(told)[0]
    Delivery.objects.filter(pk=first.pk).update(error_code="timeout", attempts=1)
    waits = {"status": JobStatus.QUEUED, "run_after": timezone.now() + timedelta(hours=1)}
    Endpoint.objects.update(failing_since=timezone.now(), failures=1, **waits)
    for path in (LIST, page_of(endpoint)):
        words = words_of(text_of(browser.get(path)))
        assert "The receiver did not answer in time." in words, path
        assert "99+ messages wait to be sent." in words


def test_one_that_was_switched_off_says_so_here_and_on_my_desk(browser: Client, receiver: Receiver) -> None:
    endpoint = make.endpoint(url=receiver.url)
    assert "webhook" not in text_of(browser.get("/desk/")).partition("<main")[2].lower()
    receiver.fails("503 Away")
    send_test(endpoint, actor=person("Max"))
    make.flagged_claim()
    Endpoint.objects.update(failing_since=timezone.now() - timedelta(days=3, minutes=1), failures=80)
    run(endpoint)
    words = words_of(text_of(browser.get(LIST)))
    assert "Switched off" in words
    assert "It took nothing for three days, so we switched it off. Nothing is lost." in words
    assert "The last answer: The receiver answered with HTTP 503, not with a 2xx status." in words
    home = text_of(browser.get("/desk/"))
    assert f"{endpoint.host} gets no messages any more" in home
    assert f'href="{page_of(endpoint)}"' in home
    browser.post(f"{page_of(endpoint)}on/")
    assert Endpoint.objects.get().is_on
    assert "webhook" not in text_of(browser.get("/desk/")).partition("<main")[2].lower()


def test_my_desk_tells_administrators_what_fails_and_nobody_else(browser: Client, ada: User) -> None:
    failing, given_up, by_hand = (make.endpoint(url=f"https://{name}.example/") for name in "abc")
    switch_off_endpoint(by_hand, actor=person("Max"))
    Endpoint.objects.filter(pk=failing.pk).update(failing_since=timezone.now())
    Endpoint.objects.filter(pk=given_up.pk).update(status=JobStatus.FAILED)
    words = words_of(text_of(browser.get("/desk/")))
    assert "b.example gets no messages any more" in words
    assert "Messages to a.example fail; the desk goes on trying." in words
    assert "c.example" not in words
    assert f'href="{LIST}"' in text_of(browser.get("/desk/"))
    with CaptureQueriesContext(connection) as queries:
        assert "a.example" not in text_of(signed_in(ada).get("/desk/"))
    assert not any("publishing_endpoint" in query["sql"] for query in queries)
    with CaptureQueriesContext(connection) as queries:
        browser.get("/desk/")
    assert sum("publishing_endpoint" in query["sql"] for query in queries) == 1
    assert "Needs attention" in text_of(browser.get(LIST))


def test_an_endpoint_is_switched_off_and_removed_by_hand(browser: Client) -> None:
    endpoint = make.endpoint(url=PLACE)
    browser.post(f"{page_of(endpoint)}off/")
    words = words_of(text_of(browser.get(page_of(endpoint))))
    assert "An administrator switched it off." in words
    assert "Send test" not in words
    with nothing_changes(leave_out={"django_session"}):
        browser.post(f"{page_of(endpoint)}test/")
    assert "Switch it on first." in text_of(browser.get(page_of(endpoint)))
    answer = browser.post(f"{page_of(endpoint)}remove/", {"next": LIST})
    assert answer["Location"] == LIST
    assert PLACE.partition("?")[0] not in text_of(browser.get(LIST))
    html = text_of(browser.get(page_of(endpoint)))
    assert "Removed on" in words_of(html)
    assert 'action="/desk/webhooks/' not in html.partition("<main")[2].partition("</main>")[0].replace(
        f'id="renew-{endpoint.pk}" action="{page_of(endpoint)}secret/"', ""
    )


# --- Deliveries -----------------------------------------------------------------------------------


def test_deliveries_come_in_pages_and_by_result(browser: Client) -> None:
    endpoint = make.endpoint()
    now = timezone.now()
    well = {"status": "delivered", "answer_status": 204, "attempts": 1, "sent_at": now, "taken_at": now}
    badly = {
        "status": "failed",
        "answer_status": 500,
        "attempts": 1,
        "sent_at": now,
        "error_code": "bad_status",
    }
    Delivery.objects.bulk_create(
        Delivery(endpoint=endpoint, kind="claim.flagged", body="{}", **(badly if number % 4 == 0 else well))
        for number in range(60)
    )
    first = text_of(browser.get(page_of(endpoint)))
    assert first.count('scope="row"') == 50
    # The answer to a renewal has the same pages, at another address than theirs.
    renewed = text_of(browser.post(f"{page_of(endpoint)}secret/", {"number": 1}))
    for html in (first, renewed):
        [following] = re.findall(rf'href="({page_of(endpoint)}\?[^"]+)" rel="next"', html)
        assert text_of(browser.get(following.replace("&amp;", "&"))).count('scope="row"') == 10
    assert text_of(browser.get(f"{page_of(endpoint)}?result=failed")).count('scope="row"') == 15
    assert text_of(browser.get(f"{page_of(endpoint)}?result=waiting")).count('scope="row"') == 0
    assert text_of(browser.get(LIST)).count('scope="row"') == 10
    assert browser.get(f"{page_of(endpoint)}?cursor=made-up").status_code == 400


@pytest.mark.case("X3")
def test_what_a_receiver_answers_is_shown_as_text(browser: Client) -> None:
    endpoint = make.endpoint()
    delivery = send_test(endpoint, actor=person("Max"))
    said = "<script>alert(1)</script><h1>It works</h1>"
    Delivery.objects.update(status="failed", sent_at=timezone.now(), answer=said, answer_status=500)
    html = text_of(browser.get(f"{page_of(endpoint)}deliveries/{delivery.pk}/"))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "alert(1)</script>" not in html
    assert "&quot;type&quot;: &quot;endpoint.test&quot;" in html
    assert "Sent to" not in html  # which address that was is not known any more once it is another
    other = make.endpoint()
    assert browser.get(f"{page_of(other)}deliveries/{delivery.pk}/").status_code == 404
    with nothing_changes():
        assert browser.post(f"{page_of(other)}deliveries/{delivery.pk}/again/").status_code == 404


def test_a_delivery_is_sent_again_under_the_same_id(
    browser: Client, endpoint: Endpoint, receiver: Receiver
) -> None:
    make.flagged_claim()
    run(endpoint)
    [delivery] = Delivery.objects.all()
    where = f"{page_of(endpoint)}deliveries/{delivery.pk}/"
    assert "Send again" in text_of(browser.get(where))
    answer = browser.post(f"{where}again/", {"next": f"{page_of(endpoint)}?result=delivered"})
    assert answer["Location"] == f"{page_of(endpoint)}?result=delivered"
    assert "On its way" in text_of(browser.get(where))
    run(endpoint)
    assert [message.id for message in receiver.messages] == [str(delivery.key)] * 2
    assert "2 attempts" in text_of(browser.get(LIST))


# --- Who sees it ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Ada", "Cleo", "Dov", "Vera"])
def test_nobody_but_administrators_sees_addresses(name: str) -> None:
    endpoint = make.endpoint(url=PLACE)
    delivery = send_test(endpoint, actor=person("Max"))
    browser = signed_in(person(name))
    with nothing_changes(leave_out={"django_session"}):
        for path in (LIST, page_of(endpoint), f"{page_of(endpoint)}deliveries/{delivery.pk}/"):
            for headers in ({}, {"HX-Request": "true"}):
                html = text_of(browser.get(path, headers=headers), 403)
                assert "let-me-in" not in html
    assert LIST not in text_of(browser.get("/desk/settings/feeds/"))
    assert LIST in text_of(signed_in(person("Max")).get("/desk/settings/feeds/"))
