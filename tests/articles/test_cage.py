"""A document that hangs or breaks a parser costs its own import, and nothing else (SECURITY, H8)."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks

from articles import cage
from articles.actions import Unimportable, carry_out_import, request_import
from articles.cage import seal, wire
from articles.extraction import Extracted, ExtractionError, Known, extract, from_text
from articles.extraction.document import MAX_TEXT
from articles.models import Article, Import
from factcheck.accounts.models import User
from factcheck.jobs.models import JobStatus
from factcheck.jobs.runner import perform
from tests import source
from tests.articles import samples
from tests.test_source import _imports

linux = pytest.mark.skipif(sys.platform != "linux", reason="the kernel's own means")
# Takes the Markdown reader some seconds of a processor.
SLOW = b"# Slow\n\n" + b"*a* " * 120_000
LINE = {"text": "Share", "kind": "paragraph", "level": 0, "before": 0, "locator": ""}
HTML = f"<html><body><article><h1>Bridge</h1>{'<p>The bridge is closed until autumn, they say.</p>' * 9}".encode()


def refused(act: Callable[[], object]) -> ExtractionError:
    with pytest.raises(ExtractionError) as caught:
        act()
    return caught.value


def keeper() -> int:
    cage.from_text("The bridge is closed.", known=Known())  # so that there is one, and it is loaded
    return cage._Keeper.current().process.pid


def children(of: int) -> list[int]:
    try:
        return [int(pid) for pid in Path(f"/proc/{of}/task/{of}/children").read_text().split()]
    except OSError:
        return []


def child_at_work(of: int) -> int:
    """Wait for a guard to have forked its child."""
    for _ in range(2000):
        for guard in children(of):
            for child in children(guard):
                return child
        time.sleep(0.01)
    raise AssertionError("no child was forked")


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(")")[1].split()[0] == "Z"
    except OSError:
        return True


class TestAnswers:
    def test_they_are_those_of_the_parser(self) -> None:
        now = cage.extract(HTML, content_type="text/html", url="https://a.example/b?utm_source=x")
        assert now == extract(HTML, content_type="text/html", url="https://a.example/b?utm_source=x")
        known = Known(title="Given", byline="Mara Lind", language="he")
        assert cage.from_text(samples.HEBREW, known=known) == from_text(
            samples.HEBREW, title="Given", byline="Mara Lind", language="he"
        )

    def test_a_refusal_keeps_its_code_and_sentence(self) -> None:
        for data in (b"", b"\x89PNG\r\n\x1a\n", b"<p>" + b"<div>" * 9000):
            assert str(refused(lambda data=data: cage.extract(data))) == str(
                refused(lambda data=data: extract(data))
            )

    def test_a_lone_surrogate_does_not_break_it(self) -> None:
        assert cage.from_text("The bridge\ud800 is closed.", known=Known()).text == "The bridge is closed."

    def test_many_ask_at_once(self) -> None:
        texts = [f"The bridge number {number} is closed." for number in range(24)]
        with ThreadPoolExecutor(8) as pool:
            found = pool.map(lambda text: cage.from_text(text, known=Known()).text, texts)
            assert list(found) == texts

    def test_a_text_longer_than_any_is_not_believed(self) -> None:
        answer = json.loads(wire.packed_answer(from_text("One two.", title="T")))["article"]
        for length in (MAX_TEXT, MAX_TEXT + 1):
            block = {"kind": "paragraph", "level": 0, "start": 0, "end": length, "locator": ""}
            body = json.dumps({"article": {**answer, "text": "x" * length, "blocks": [block]}}).encode()
            if length == MAX_TEXT:
                assert len(wire.read_answer(body, wire.read_article).text) == MAX_TEXT
            else:
                with pytest.raises(wire.Garbage, match="longer than any"):
                    wire.read_answer(body, wire.read_article)

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"{",
            b"[]",
            b"{}",
            b'{"article": {}}',
            b'{"article": null}',
            b'{"refused": "x"}',
            b'{"broken": "Traceback"}',
            b"[" * 100_000,
            *(
                json.dumps({"article": {**wire.json.loads(good)["article"], name: bad}}).encode()
                for good in [wire.packed_answer(from_text("One two.", title="T"))]
                for name, bad in (
                    ("text", "Other"),
                    ("text", None),
                    ("title", 5),
                    ("published_at", "yesterday"),
                    ("blocks", []),
                    ("blocks", [{"kind": "paragraph", "level": 0, "start": 0, "end": 900}]),
                    ("blocks", [{"kind": "script", "level": 0, "start": 0, "end": 8}]),
                    ("blocks", [{"kind": "paragraph", "level": True, "start": 0, "end": 8}]),
                    ("canonical_url", "javascript:alert(1)"),
                    ("canonical_url", f"https://post.example/{'a' * 2000}"),
                    ("left_out", "abc"),
                    ("left_out", [{**LINE, "text": "abc\ud800"}]),
                    ("left_out", [{**LINE, "kind": "script"}]),
                    ("left_out", [{**LINE, "before": 2}]),
                    ("left_out", [{**LINE, "level": None}]),
                    ("warnings", [{}]),
                )
            ),
        ],
    )
    def test_what_is_no_answer_is_not_believed(self, body: bytes) -> None:
        with pytest.raises(wire.Garbage):
            wire.read_answer(body, wire.read_article)
        verdict = wire.Verdict(0, 0.1)
        assert (
            refused(lambda: cage._judged(body, verdict, wire.LIMITS, wire.read_article)).code == "too_complex"
        )

    @pytest.mark.parametrize("sent", [b"", b"x", b"{}" * 20])
    def test_an_answer_without_its_verdict_is_none(self, sent: bytes) -> None:
        with pytest.raises(wire.Garbage):
            wire.opened(sent)


class TestLimits:
    def test_what_takes_too_long_is_ended_and_said(self) -> None:
        began = time.monotonic()
        problem = refused(lambda: cage.extract(SLOW, filename="a.md", limits=cage.Limits(wall=0.6, cpu=1)))
        assert problem.code in {"too_complex", "busy"}
        assert problem.code == "busy" or "longer than 0.6 seconds" in problem.detail
        assert time.monotonic() - began < 5
        assert "paste" in problem.detail or problem.transient

    def test_what_takes_too_much_of_the_processor_is_ended_and_said(self) -> None:
        problem = refused(lambda: cage.extract(SLOW, filename="a.md", limits=cage.Limits(wall=60, cpu=1)))
        assert (problem.code, problem.transient) == ("too_complex", False)
        assert "longer than" in problem.detail

    def test_what_takes_too_much_memory_is_ended_and_said(self) -> None:
        text = "word " * 900_000
        problem = refused(lambda: cage.from_text(text, known=Known(), limits=cage.Limits(memory=16 << 20)))
        assert (problem.code, problem.transient) == ("too_complex", False)
        assert "more than 16 MB of memory" in problem.detail

    def test_a_machine_that_gives_it_no_time_is_not_the_documents_fault(self) -> None:
        late = wire.Verdict(-signal.SIGALRM, 0.1)
        problem = refused(lambda: cage._judged(b"", late, wire.LIMITS, wire.read_article))
        assert (problem.code, problem.transient) == ("busy", True)


# A keeper with a reader that does what a parser would that a document has taken over.
TAKEN_OVER = """
import json, os, socket, subprocess
from articles.cage import keeper

def probe(data, order):
    told = json.loads(data)
    done = {"environment": sorted(os.environ)}
    for name, act in {
        "read": lambda: open(told["original"]).read(),
        "list": lambda: os.listdir(told["folder"]),
        "write": lambda: open(told["folder"] + "/x", "w").write("x"),
        "environment of the desk": lambda: open(f"/proc/{told['desk']}/environ").read(),
        "memory of the desk": lambda: open(f"/proc/{told['desk']}/mem", "rb"),
        "signal to the desk": lambda: os.kill(told["desk"], 0),
        "program": lambda: subprocess.run(["/bin/true"]),
        "tcp": lambda: socket.create_connection(("127.0.0.1", told["port"]), 2),
        "udp": lambda: socket.socket(type=socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", told["port"])),
        "unix": lambda: socket.socket(socket.AF_UNIX).connect(told["socket"]),
        "memory": lambda: bytearray(600 << 20),
        "files": lambda: [os.dup(1) for _ in range(64)],
    }.items():
        try:
            act()
        except (OSError, MemoryError) as problem:
            done[name] = type(problem).__name__
        else:
            done[name] = "done"
    return done

keeper._READERS["probe"] = probe
keeper._load = lambda: None
"""
# What Docker's default profile amounts to: there is no network to move into.
NO_NAMESPACE = "keeper._leave_the_network = lambda: None\n"
NO_SECCOMP = "from articles.cage import seal; seal._refuse_calls = lambda libc: False\n"
NO_LANDLOCK = "from articles.cage import seal; seal._leave_the_files = lambda libc: False\n"


@linux
@pytest.mark.case("S21")
class TestSeal:
    """Whatever a document makes of its parser, it gets nowhere; with a canary that would tell."""

    @pytest.fixture
    def taken_over(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> Iterator[Callable[..., dict[str, Any]]]:
        monkeypatch.setattr(cage._Keeper, "_running", None)
        start = subprocess.Popen
        original, path = tmp_path / "original", tmp_path / "socket"
        original.write_text("Not for everybody.")
        with (
            socket.create_server(("127.0.0.1", 0)) as tcp,
            socket.socket(type=socket.SOCK_DGRAM) as udp,
            socket.socket(socket.AF_UNIX) as unix,
        ):
            port = tcp.getsockname()[1]
            udp.bind(("127.0.0.1", port))
            unix.bind(str(path))
            unix.listen()
            told = {
                "original": str(original),
                "folder": str(tmp_path),
                "port": port,
                "socket": str(path),
                "desk": os.getpid(),
            }

            def run(*changes: str) -> dict[str, Any]:
                script = "".join([TAKEN_OVER, *changes, "keeper.main()"])
                monkeypatch.setattr(
                    subprocess, "Popen", lambda _, **more: start([sys.executable, "-c", script], **more)
                )
                done: dict[str, Any] = cage.read("probe", json.dumps(told).encode(), lambda found: found)
                cage._Keeper.forget(cage._Keeper.current())
                done["heard"] = len(select.select([tcp, udp, unix], [], [], 0)[0])
                return done

            yield run

    @pytest.mark.parametrize("changes", [(), (NO_NAMESPACE,)], ids=["namespace", "no namespace"])
    def test_a_parser_that_is_taken_over_gets_nowhere(
        self, taken_over: Callable[..., dict[str, Any]], changes: tuple[str, ...]
    ) -> None:
        done = taken_over(*changes)
        assert not [name for name in done.pop("environment") if "DESK" in name or "DJANGO" in name]
        assert done.pop("heard") == 0
        assert [name for name, how in done.items() if how == "done"] == []

    @pytest.mark.parametrize("wall", [NO_SECCOMP, NO_LANDLOCK], ids=["no seccomp", "no Landlock"])
    def test_each_wall_alone_keeps_it_from_connecting(
        self, taken_over: Callable[..., dict[str, Any]], wall: str
    ) -> None:
        done = taken_over(NO_NAMESPACE, wall)
        assert done["tcp"] != "done"

    def test_the_canary_would_tell(self, taken_over: Callable[..., dict[str, Any]]) -> None:
        assert taken_over(NO_NAMESPACE, NO_SECCOMP, NO_LANDLOCK)["heard"] == 3

    def test_a_system_without_walls_is_told_of(
        self, taken_over: Callable[..., dict[str, Any]], capfd: pytest.CaptureFixture[str]
    ) -> None:
        taken_over(NO_SECCOMP, NO_LANDLOCK)
        said = capfd.readouterr().err
        assert "not kept from the network on this system" in said
        assert "not kept from other files on this system" in said

    @pytest.mark.parametrize("found", [[], ["the network"], ["the network", "other files"]])
    def test_the_check_for_production_says_it(
        self, found: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(seal, "missing", lambda: found)
        said = run_checks(include_deployment_checks=True)
        assert [each.id for each in said if each.id.startswith("articles.")] == ["articles.W001"] * bool(
            found
        )


@linux
class TestDeaths:
    def test_a_child_that_is_killed_is_a_refusal_and_the_next_one_is_read(self) -> None:
        of = keeper()
        with ThreadPoolExecutor(1) as pool:
            asked = pool.submit(cage.extract, SLOW, filename="a.md", limits=cage.Limits(wall=60, cpu=60))
            os.kill(child_at_work(of), signal.SIGKILL)
            problem = refused(asked.result)
        assert (problem.code, problem.transient) == ("too_complex", False)
        assert "breaks what reads it" in problem.detail
        assert cage.from_text("The ferry runs.", known=Known()).text == "The ferry runs."
        assert keeper() == of

    def test_a_keeper_that_is_killed_is_started_again(self) -> None:
        lost = keeper()
        os.kill(lost, signal.SIGKILL)
        assert cage.from_text("The ferry runs.", known=Known()).text == "The ferry runs."
        assert keeper() != lost

    def test_a_keeper_that_is_killed_at_work_takes_its_children_along_and_the_work_is_done(self) -> None:
        lost = keeper()
        with ThreadPoolExecutor(1) as pool:
            asked = pool.submit(cage.extract, SLOW, filename="a.md", limits=cage.Limits(wall=60, cpu=60))
            child = child_at_work(lost)
            os.kill(lost, signal.SIGKILL)
            assert asked.result().title == "Slow"
        assert is_gone(child)

    def test_nothing_is_left_of_a_process_that_dies(self) -> None:
        script = (
            "import sys; sys.path.insert(0, '.')\n"
            "from articles import cage; from articles.extraction import Known\n"
            "cage.from_text('The bridge.', known=Known()); print(cage._Keeper.current().process.pid, flush=True)\n"
            f"cage.extract({SLOW[:200]!r} * 2000, filename='a.md', limits=cage.Limits(wall=60, cpu=60))"
        )
        with subprocess.Popen(
            [sys.executable, "-c", script], stdout=subprocess.PIPE, cwd=cage._ROOT
        ) as asking:
            assert asking.stdout is not None
            of = int(asking.stdout.readline())
            child = child_at_work(of)
            asking.kill()
        until = time.monotonic() + 10
        while not (is_gone(of) and is_gone(child)) and time.monotonic() < until:
            time.sleep(0.02)
        assert is_gone(of)
        assert is_gone(child)

    def test_a_process_that_we_fork_shares_the_keeper(self) -> None:
        of = keeper()
        read, write = os.pipe()
        pid = os.fork()
        if pid == 0:
            cage.from_text("The ferry runs.", known=Known())
            os.write(write, str(cage._Keeper.current().process.pid).encode())
            os._exit(0)
        os.close(write)
        with os.fdopen(read) as told:
            assert told.read() == str(of)
        os.waitpid(pid, 0)


class TestJobs:
    @pytest.fixture
    def job(self, db: None, ada: User) -> Import:
        return request_import(actor=ada, file=SLOW, filename="a.md")

    @linux
    @pytest.mark.django_db(transaction=True)
    def test_a_child_that_is_killed_fails_its_job_with_a_sentence(
        self, job: Import, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        of = keeper()
        killing = threading.Thread(target=lambda: os.kill(child_at_work(of), signal.SIGKILL))
        killing.start()
        perform(Import, job.pk, carry_out_import)
        killing.join()
        job.refresh_from_db()
        assert (job.status, job.error_code) == (JobStatus.FAILED, "too_complex")
        assert "paste the article" in job.error_detail
        assert not Article.objects.exists()

    @pytest.mark.django_db(transaction=True)
    def test_a_busy_machine_is_tried_again(self, job: Import, monkeypatch: pytest.MonkeyPatch) -> None:
        def busy(*_: object, **__: object) -> Extracted:
            raise ExtractionError("busy", "Later.", transient=True)

        monkeypatch.setattr(cage, "extract", busy)
        perform(Import, job.pk, carry_out_import)
        job.refresh_from_db()
        assert (job.status, job.error_code) == (JobStatus.QUEUED, "busy")


def test_nobody_parses_outside_the_cage() -> None:
    found = {
        name
        for name, tree in source.modules().items()
        if {"articles.extraction.extract", "articles.extraction.from_text"} & set(_imports(tree))
    }
    assert found == {"articles/cage/keeper.py"}


def test_unimportable_says_what_the_parser_said() -> None:
    problem = refused(lambda: cage.extract(b""))
    assert Unimportable(problem).detail == problem.detail
