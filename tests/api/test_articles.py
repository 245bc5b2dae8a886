"""Articles through the API: bringing them in, reading them, mending what was found about them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from articles.batches.models import Batch
from articles.models import Article, Import, Revision
from articles.tasks import run_import
from factcheck.audit.models import Event
from factcheck.jobs.models import JobStatus
from tests import factories
from tests.api.callers import V1, calling, change, etag, ids, pointers, rows
from tests.api.client import check_problem
from tests.articles import originals
from tests.articles.documents import pdf
from tests.cast import person
from tests.database import nothing_changes, triggers_off

pytestmark = pytest.mark.django_db

IMPORTS, ARTICLES = f"{V1}/imports/", f"{V1}/articles/"


# --- Imports -------------------------------------------------------------------------------------


def test_a_text_is_imported_by_a_job_that_can_be_polled() -> None:
    ada = calling("Ada")
    wish = {
        "text": factories.TEXT,
        "title": "Night ferry breaks its record",
        "byline": "Ilse Maar",
        "outlet": "Harbour Post",
        "published_at": "2025-05-03T08:00:00+02:00",
        "language": "en",
        "canonical_url": "https://post.example/ferry",
    }
    answer = ada.post(IMPORTS, wish)
    assert answer.status_code == 202
    job = answer.json()
    assert answer["Location"] == f"http://testserver{IMPORTS}{job['id']}"
    assert (job["status"], job["stage"], job["progress"]) == ("queued", "queued", 0.0)
    assert job["article"] is None
    assert job["error"] is None

    run_import(int(job["id"]))

    job = ada.get(f"{IMPORTS}{job['id']}/").json()
    assert (job["status"], job["progress"], job["was_known"]) == ("done", 1.0, False)
    article = ada.get(f"{ARTICLES}{job['article']}/").json()
    assert article["title"] == "Night ferry breaks its record"
    assert article["byline"] == "Ilse Maar"
    assert article["outlet"]["name"] == "Harbour Post"
    assert article["published_at"] == "2025-05-03T06:00:00Z"
    assert article["language"] == "en"
    assert article["canonical_url"] == "https://post.example/ferry"


def test_a_file_is_imported_as_a_form() -> None:
    ada = calling("Ada")
    file = SimpleUploadedFile("ferry.txt", factories.TEXT.encode(), content_type="text/plain")
    answer = ada.client.post(IMPORTS, {"file": file, "title": "Ferry"}, headers=ada.headers)
    assert answer.status_code == 202, answer.content
    assert answer.json()["what"] == "ferry.txt"
    run_import(int(answer.json()["id"]))
    assert Article.objects.get().title == "Ferry"


def test_a_transcript_says_when_each_block_begins() -> None:
    ada = calling("Ada")
    captions = SimpleUploadedFile(
        "a.vtt", b"WEBVTT\n\n12:31.000 --> 12:34.000\nIt was never seen again.\n", "text/vtt"
    )
    answer = ada.client.post(IMPORTS, {"file": captions, "title": "Hearing"}, headers=ada.headers)
    run_import(int(answer.json()["id"]))
    article = Article.objects.get()
    revision = ada.get(f"{ARTICLES}{article.pk}/revisions/1/").json()
    assert [block["locator"] for block in revision["blocks"]] == ["t=00:12:31"]


def test_a_revision_tells_what_was_found_and_left_out_and_is_repaired() -> None:
    article = originals.imported()
    ada = calling("Ada")
    first = f"{ARTICLES}{article.pk}/revisions/1/"
    read = ada.get(first).json()
    assert read["found"][1] == {"name": "byline", "value": "Ilse Maar", "how": "json-ld"}
    assert [line["before"] for line in read["left_out"]] == [0, 0, 0, 1]
    answer = ada.post(f"{first}repair/", {"leave_out": [3], "take_in": [3]})
    assert answer.status_code == 201, answer.content
    repaired = answer.json()
    assert answer["Location"].endswith(f"/articles/{article.pk}/revisions/2")
    assert (repaired["number"], repaired["is_repair"]) == (2, True)
    assert originals.CAPTION in repaired["text"]
    assert ada.post(f"{ARTICLES}{article.pk}/revisions/2/repair/", {}).status_code == 200
    with nothing_changes():
        check_problem(ada.post(f"{first}repair/", {"leave_out": [0]}), 409, "newer_text")
        check_problem(
            ada.post(f"{ARTICLES}{article.pk}/revisions/2/repair/", {"leave_out": [77]}), 400, "invalid"
        )


def test_a_scan_is_refused_with_what_to_do() -> None:
    ada = calling("Ada")
    scan = SimpleUploadedFile("scan.pdf", pdf([b"q Q"]), content_type="application/pdf")
    answer = ada.client.post(IMPORTS, {"file": scan}, headers=ada.headers)
    run_import(int(answer.json()["id"]))
    job = ada.get(f"{IMPORTS}{answer.json()['id']}/").json()
    assert (job["status"], job["error"]["code"]) == ("failed", "no_text")
    assert "OCR" in job["error"]["detail"]
    assert not Article.objects.exists()


def test_an_import_says_that_the_article_was_known() -> None:
    article = factories.imported_article(text=factories.TEXT)
    ada = calling("Ada")
    job = ada.post(IMPORTS, {"text": factories.TEXT}).json()
    run_import(int(job["id"]))
    job = ada.get(f"{IMPORTS}{job['id']}/").json()
    assert job["was_known"] is True
    assert job["article"] == str(article.pk)


def test_a_failed_import_says_why_and_can_be_tried_again() -> None:
    ada = calling("Ada")
    job = Import.objects.get(pk=ada.post(IMPORTS, {"text": factories.TEXT}).json()["id"])
    check_problem(ada.post(f"{IMPORTS}{job.pk}/retry/"), 409, "illegal_transition")
    Import.objects.filter(pk=job.pk).update(
        status=JobStatus.FAILED,
        error_code="unreachable",
        error_detail="The site does not answer.",
        finished_at=job.created_at,
    )
    shown = ada.get(f"{IMPORTS}{job.pk}/").json()
    assert shown["error"] == {"code": "unreachable", "detail": "The site does not answer."}
    answer = ada.post(f"{IMPORTS}{job.pk}/retry/")
    assert answer.status_code == 202
    assert answer["Location"].endswith(f"{IMPORTS}{job.pk}")
    assert (answer.json()["status"], answer.json()["error"]) == ("queued", None)


def test_an_import_that_waits_to_be_tried_again_is_tried_at_once() -> None:
    ada = calling("Ada")
    job = Import.objects.get(pk=ada.post(IMPORTS, {"url": "https://herald.example/ferry"}).json()["id"])
    later = timezone.now() + timedelta(minutes=50)
    Import.objects.filter(pk=job.pk).update(attempts=1, run_after=later)
    assert ada.post(f"{IMPORTS}{job.pk}/retry/").status_code == 202
    assert Import.objects.claimable(timezone.now()).get() == job
    check_problem(ada.post(f"{IMPORTS}{job.pk}/retry/"), 409, "illegal_transition")


@pytest.mark.parametrize("what", ["imports", "batches"])
def test_what_failed_is_listed_until_whoever_asked_for_it_or_an_editor_dismisses_it(what: str) -> None:
    ada, ben, dan = calling("Ada"), calling("Ben"), calling("Dan")
    over = {"requested_by": person("Ada"), "status": JobStatus.FAILED, "error_code": "no_text"}
    job = Import.objects.create(kind="file", **over)
    batch = Batch.objects.create(filename="notes.csv", **over)
    address = f"{V1}/{what}/"
    own = f"{address}{(job if what == 'imports' else batch).pk}/"
    in_trouble = f"{address}?in_trouble=true&requested_by={person('Ada').pk}"
    assert len(ben.get(in_trouble).json()["results"]) == 1
    with nothing_changes():
        refused = ben.post(f"{own}dismiss/")
    check_problem(refused, 403, "forbidden")
    assert "an editor" in refused.json()["detail"]
    for caller in (dan, ada):  # the second time nothing happens again
        answer = caller.post(f"{own}dismiss/")
        assert answer.status_code == 200
        assert answer.json()["dismissed_at"] == ada.get(own).json()["dismissed_at"] is not None
    assert ben.get(in_trouble).json()["results"] == []
    assert Event.objects.filter(action__endswith=".dismissed").count() == 1


def test_ada_dismisses_her_own_and_only_what_failed() -> None:
    ada = calling("Ada")
    job = Import.objects.get(pk=ada.post(IMPORTS, {"text": factories.TEXT}).json()["id"])
    with nothing_changes():
        check_problem(ada.post(f"{IMPORTS}{job.pk}/dismiss/"), 409, "illegal_transition")
    Import.objects.filter(pk=job.pk).update(status=JobStatus.FAILED, finished_at=job.created_at)
    check_problem(ada.post(f"{IMPORTS}{job.pk}/dismiss/", {"reason": "Not ours."}), 400, "invalid")
    assert ada.post(f"{IMPORTS}{job.pk}/dismiss/").status_code == 200
    assert ada.post(f"{IMPORTS}{job.pk}/retry/").json()["dismissed_at"] is None


@pytest.mark.parametrize(
    ("wish", "pointer"),
    [
        ({}, None),
        ({"url": "https://a.example", "text": "Both."}, None),
        ({"url": "file:///etc/passwd"}, "/url"),
        ({"url": "javascript:alert(1)"}, "/url"),
        ({"text": "x", "canonical_url": "javascript:alert(1)"}, "/canonical_url"),
        ({"text": "x", "published_at": "2025-05-03T08:00:00"}, "/published_at"),
        ({"text": "x", "published_at": "yesterday"}, "/published_at"),
        ({"text": "x", "title": "t" * 501}, "/title"),
        ({"text": "x\u0007"}, "/text"),
        ({"text": "x", "status": "done"}, "/status"),
        ({"text": "x", "requested_by": "1"}, "/requested_by"),
    ],
)
def test_an_import_that_cannot_be_done_is_refused_with_a_pointer(
    wish: dict[str, str], pointer: str | None
) -> None:
    ada = calling("Ada")
    with nothing_changes():
        problem = check_problem(ada.post(IMPORTS, wish), 400, "invalid")
    if pointer:
        assert pointers(problem) == [pointer]


def test_the_same_key_imports_once() -> None:
    ada = calling("Ada")
    first = ada.post(IMPORTS, {"text": factories.TEXT}, Idempotency_Key="import-1")
    again = ada.post(IMPORTS, {"text": factories.TEXT}, Idempotency_Key="import-1")
    assert (first.status_code, again.status_code) == (202, 202)
    assert again["Idempotency-Replayed"] == "true"
    assert again["Location"] == first["Location"]
    assert Import.objects.count() == 1


@pytest.mark.case("A12")
@pytest.mark.parametrize("path", [IMPORTS, ARTICLES])
def test_importing_needs_the_scope_and_the_role(path: str) -> None:
    with nothing_changes(leave_out=["accounts_apitoken", "accounts_user", "accounts_grant"]):
        check_problem(calling("Ada", "read", "flag").post(path, {"text": "x"}), 403, "forbidden")
        check_problem(calling("Vera").post(path, {"text": "x"}), 403, "forbidden")
        check_problem(calling("Max").post(path, {"text": "x"}), 403, "forbidden")


# --- Articles ------------------------------------------------------------------------------------


def test_a_text_that_the_client_has_is_an_article_at_once() -> None:
    ada = calling("Ada")
    answer = ada.post(ARTICLES, {"text": factories.TEXT, "title": "Ferry", "outlet": "Harbour Post"})
    assert answer.status_code == 201
    article = answer.json()
    assert article["was_known"] is False
    assert answer["Location"] == f"http://testserver{ARTICLES}{article['id']}"
    assert answer["ETag"] == etag(ada, f"{ARTICLES}{article['id']}/")

    again = ada.post(ARTICLES, {"text": factories.TEXT, "title": "Another title"})
    assert again.status_code == 200
    assert again.json() == article | {"was_known": True}
    assert Article.objects.count() == 1


def test_a_text_without_words_is_no_article() -> None:
    ada = calling("Ada")
    with nothing_changes():
        for text in (" ", "\n\n", "\u200b"):
            assert ada.post(ARTICLES, {"text": text}).status_code == 400, ascii(text)


def test_a_revision_shows_text_and_blocks_in_code_points() -> None:
    article = factories.imported_article(text="A 🚢 sails.\n\nTwo é paragraphs.")
    ada = calling("Ada")
    listed = rows(ada.get(f"{ARTICLES}{article.pk}/revisions/"))
    assert [row["number"] for row in listed] == [1]
    assert "text" not in listed[0]
    revision = ada.get(f"{ARTICLES}{article.pk}/revisions/1/").json()
    quoted = [revision["text"][block["start"] : block["end"]] for block in revision["blocks"]]
    assert quoted == ["A 🚢 sails.", "Two é paragraphs."]


def test_metadata_can_be_mended_by_whoever_read_it() -> None:
    article = factories.imported_article(by=None)
    ada = calling("Ada")
    path = f"{ARTICLES}{article.pk}/"
    answer = change(ada, path, {"title": "A better title", "outlet": "Harbour Post", "published_at": None})
    assert answer.status_code == 200
    assert answer.json()["title"] == "A better title"
    assert answer.json()["outlet"]["name"] == "Harbour Post"
    assert answer.json()["version"] == 2
    assert answer["ETag"] == etag(ada, path)


@pytest.mark.case("R7")
def test_metadata_is_not_changed_from_an_old_version() -> None:
    article = factories.imported_article()
    path = f"{ARTICLES}{article.pk}/"
    ada, ben = calling("Ada"), calling("Ben")
    read = etag(ben, path)
    assert change(ada, path, {"title": "Ada's title"}).status_code == 200
    with nothing_changes():
        check_problem(ben.patch(path, {"title": "Ben's title"}), 428, "precondition_required")
        check_problem(ben.patch(path, {"title": "Ben's title"}, If_Match=read), 412, "precondition_failed")


@pytest.mark.case("A7")
@pytest.mark.parametrize(
    "field",
    ["id", "origin", "imported_by", "text_digest", "created_at", "version", "canonical_url", "text", "x"],
)
def test_what_is_not_metadata_cannot_be_patched(field: str) -> None:
    article = factories.imported_article()
    ada = calling("Ada")
    path = f"{ARTICLES}{article.pk}/"
    read = etag(ada, path)
    with nothing_changes():
        answer = ada.patch(path, {"title": "New", field: "1"}, If_Match=read)
        assert pointers(check_problem(answer, 400, "invalid")) == [f"/{field}"]


def test_articles_are_found_by_words_outlet_and_time() -> None:
    ada = calling("Ada")
    ferry = factories.imported_article(title="The ferry", outlet_name="Harbour Post")
    bridge = factories.imported_article(title="The bridge")
    assert ferry.outlet is not None
    assert ids(ada.get(f"{ARTICLES}?q=harbour")) == [str(ferry.pk)]
    assert ids(ada.get(f"{ARTICLES}?outlet={ferry.outlet_id}")) == [str(ferry.pk)]
    assert ids(ada.get(f"{ARTICLES}?ordering=title")) == [str(bridge.pk), str(ferry.pk)]
    assert ids(ada.get(f"{ARTICLES}?imported_by=me")) == [str(bridge.pk), str(ferry.pk)]
    assert ids(ada.get(f"{ARTICLES}?created_after=9999-12-31T23:59:59Z")) == []


@pytest.mark.case("A6")
@pytest.mark.parametrize(
    "query",
    [
        "outlet=x",
        "outlet=0",
        "outlet=99999999999999999999",
        "outlet=1%0A",
        "imported_by=ada",
        "created_after=now",
        "created_after=0001-01-01T00:00:00%2B14:00",
        "created_before=9999-12-31T23:59:59-14:00",
        "imported_by__password__startswith=a",
        "outlet__name=a",
        "title__regex=.",
        "ordering=imported_by__password",
        "ordering=text_digest",
        "ordering=-",
    ],
)
def test_a_filter_or_ordering_that_is_not_offered_is_a_400(query: str) -> None:
    factories.imported_article()
    check_problem(calling("Ada").get(f"{ARTICLES}?{query}"), 400, "invalid")


def test_flagged_passages_are_a_web_annotation_collection() -> None:
    article = factories.imported_article()
    claim = factories.flagged_claim(article=article, statement="41,000 people took the ferry.")
    passage = factories.passage_of(claim)
    answer = calling("Vera").get(f"{ARTICLES}{article.pk}/annotations/", Accept="application/ld+json")
    assert answer["Content-Type"].startswith("application/ld+json")
    found = answer.json()
    assert (found["type"], found["total"]) == ("AnnotationCollection", 1)
    (item,) = found["first"]["items"]
    position, quote = item["target"]["selector"]
    assert (position["start"], position["end"]) == (passage.start, passage.end)
    assert quote["exact"] == factories.QUOTE
    assert item["body"][0]["value"] == "41,000 people took the ferry."
    source = item["target"]["source"].removeprefix("http://testserver")
    text = calling("Vera").get(source).json()["text"]
    assert text[position["start"] : position["end"]] == factories.QUOTE


@pytest.mark.parametrize(
    ("locator", "standard"),
    [("page=3", "http://tools.ietf.org/rfc/rfc8118"), ("t=00:12:31", "http://www.w3.org/TR/media-frags/")],
)
def test_an_annotation_names_the_page_or_the_time_of_its_passage(locator: str, standard: str) -> None:
    claim = factories.flagged_claim(article=factories.imported_article())
    revision = factories.passage_of(claim).revision
    blocks = [block | {"locator": locator} for block in revision.blocks]
    with triggers_off("articles_revision"):
        Revision.objects.filter(pk=revision.pk).update(blocks=blocks)
    found = calling("Vera").get(f"{ARTICLES}{revision.article_id}/annotations/").json()
    selectors = found["first"]["items"][0]["target"]["selector"]
    assert selectors[2:] == [{"type": "FragmentSelector", "value": locator, "conformsTo": standard}]


@pytest.mark.parametrize(
    "path", ["articles/{}/", "articles/{}/revisions/", "articles/{}/revisions/1/", "articles/{}/annotations/"]
)
@pytest.mark.parametrize("pk", ["4294967296", "9999999999999999999", "0"])
def test_what_is_not_there_is_a_404(path: str, pk: str) -> None:
    check_problem(calling("Ada").get(f"{V1}/{path.format(pk)}"), 404, "not_found")


def test_no_list_takes_more_queries_as_it_grows(django_assert_max_num_queries: Any) -> None:
    ada = calling("Ada")
    article = factories.imported_article(outlet_name="Harbour Post")
    ada.post(IMPORTS, {"text": "A short text."})
    paths = [ARTICLES, IMPORTS, f"{ARTICLES}{article.pk}/revisions/", f"{V1}/outlets/"]
    for grown in (False, True):
        if grown:
            for number in range(12):
                factories.imported_article(outlet_name=f"Outlet {number}", by=person("Ben"))
                ada.post(IMPORTS, {"text": f"Text number {number}."})
        for path in paths:
            with django_assert_max_num_queries(4):
                assert rows(ada.get(path))
    with django_assert_max_num_queries(3):
        ada.get(f"{ARTICLES}{article.pk}/")
    with django_assert_max_num_queries(4):
        ada.get(f"{ARTICLES}{article.pk}/revisions/1/")
