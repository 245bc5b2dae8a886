"""The reverse proxy: public pages from files, whatever else is down."""

from __future__ import annotations

import http.client
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from factcheck.demo.processes import die_with_parent

ROOT = Path(__file__).resolve().parents[2]
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
FRESH = "public, max-age=60, stale-while-revalidate=600, stale-if-error=86400"


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes


@dataclass
class Proxy:
    port: int
    web_port: int
    site: Path
    static: Path

    def get(self, path: str, method: str = "GET", **headers: str) -> Answer:
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        client.request(method, path, headers={name.replace("_", "-"): v for name, v in headers.items()})
        answer = client.getresponse()
        return Answer(answer.status, answer.headers, answer.read())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def proxy() -> Iterator[Proxy]:
    """Run nginx with the project's configuration; only its places and ports are changed."""
    if NGINX is None:
        pytest.skip("nginx is not installed")
    import tempfile

    with tempfile.TemporaryDirectory(prefix="desk-proxy-", dir="/tmp") as name:
        room = Path(name)
        room.chmod(0o755)
        served = Proxy(free_port(), free_port(), room / "site", room / "static")
        served.site.mkdir()
        served.static.mkdir()
        (room / "headers.conf").write_text((ROOT / "deploy/headers.conf").read_text())
        text = (ROOT / "deploy/nginx.conf").read_text()
        for ours, theirs in {
            "/tmp/": f"{room}/",
            "/srv/site": str(served.site),
            "/srv/static": str(served.static),
            "listen 8080": f"listen 127.0.0.1:{served.port}",
            "http://web:8000": f"http://127.0.0.1:{served.web_port}",
            "worker_processes auto": "worker_processes 1",
            "/dev/stdout": f"{room}/access.log",
            "/dev/stderr": f"{room}/error.log",
        }.items():
            assert ours in text
            text = text.replace(ours, theirs)
        config = room / "nginx.conf"
        config.write_text(text)
        checked = subprocess.run([NGINX, "-t", "-c", config], capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stderr
        assert "warn" not in checked.stderr.replace('"user" directive', "")
        server = subprocess.Popen(
            [NGINX, "-c", str(config), "-g", "daemon off;"], preexec_fn=die_with_parent()
        )
        wait_for(served.port)
        yield served
        server.terminate()
        server.wait(10)


def wait_for(port: int) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail("nothing listens")


def put(proxy: Proxy, path: str, text: str) -> None:
    place = proxy.site / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text)


def test_public_pages_are_files_and_need_nobody(proxy: Proxy) -> None:
    put(proxy, "index.html", "<p>Home")
    put(proxy, "checks/wages/index.html", "<p>Wages — “up”")
    put(proxy, "checks/wages.json", '{"rating": "false"}')
    put(proxy, "feed.atom", "<feed/>")
    put(proxy, "robots.txt", "User-agent: *")
    put(proxy, "sitemap.xml", "<sitemapindex/>")
    put(proxy, "sitemaps/checks-0.xml", "<urlset/>")
    kinds = {
        "/": "text/html; charset=utf-8",
        "/checks/wages/": "text/html; charset=utf-8",
        "/checks/wages.json": "application/json",
        "/feed.atom": "application/atom+xml; charset=utf-8",
        "/robots.txt": "text/plain; charset=utf-8",
        "/sitemap.xml": "text/xml",
        "/sitemaps/checks-0.xml": "text/xml",
    }
    for path, kind in kinds.items():
        answer = proxy.get(path)
        assert (answer.status, answer.headers["Content-Type"]) == (200, kind)
        assert answer.headers["Cache-Control"] == FRESH
        again = proxy.get(path, If_None_Match=answer.headers["ETag"])
        assert (again.status, again.body) == (304, b"")
    icon = proxy.get("/favicon.ico")
    assert (icon.status, icon.headers["Location"]) == (301, "/static/checkdesk/icon.svg")
    moved = proxy.get("/checks/wages")
    assert (moved.status, moved.headers["Location"]) == (301, "/checks/wages/")


def test_a_new_edition_has_a_new_etag(proxy: Proxy) -> None:
    put(proxy, "checks/etag/index.html", "one")
    old = proxy.get("/checks/etag/").headers["ETag"]
    put(proxy, "checks/etag/index.html", "three")
    assert proxy.get("/checks/etag/", If_None_Match=old).body == b"three"


def test_what_is_not_there_is_kept_by_nobody(proxy: Proxy) -> None:
    answer = proxy.get("/checks/soon/")
    assert (answer.status, answer.headers["Cache-Control"]) == (404, "no-store")


def test_a_reader_who_is_lost_gets_the_page_of_the_site(proxy: Proxy) -> None:
    put(proxy, "404.html", "<p>See the list of fact-checks")
    for path in ("/checks/lost/", "/nothing", "/.hidden", "/404.html"):
        answer = proxy.get(path)
        assert (answer.status, answer.headers["Cache-Control"]) == (404, "no-store"), path
        assert answer.body == b"<p>See the list of fact-checks", path
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.case("Z10")
@pytest.mark.parametrize(
    "path",
    [".new-k3j", "checks/x/.new-k3j", ".git/config", "x.tmp", "checks/x/index.html.new", "index.html~"],
)
def test_nothing_unfinished_or_hidden_is_served(proxy: Proxy, path: str) -> None:
    put(proxy, path, "secret")
    answer = proxy.get(f"/{path}")
    assert answer.status == 404
    assert b"secret" not in answer.body


def test_nothing_outside_the_directory_is_served(proxy: Proxy) -> None:
    (proxy.site.parent / "outside").write_text("secret")
    for path in (
        "/../outside",
        "/%2e%2e/outside",
        "/static/../outside",
        "/static../outside",
        "/checks/..%2f..%2foutside",
    ):
        answer = proxy.get(path)
        assert answer.status in {400, 404}
        assert b"secret" not in answer.body


def test_static_files_with_a_digest_are_kept_for_ever(proxy: Proxy) -> None:
    (proxy.static / "desk.0123456789ab.css").write_text("a{}")
    (proxy.static / "desk.css").write_text("a{}")
    assert "immutable" in proxy.get("/static/desk.0123456789ab.css").headers["Cache-Control"]
    assert proxy.get("/static/desk.css").headers["Cache-Control"] == "public, max-age=3600"


@pytest.mark.case("X15")
def test_public_pages_carry_the_headers_that_django_sends(proxy: Proxy, settings: Any, client: Any) -> None:
    put(proxy, "index.html", "<p>Home")
    ours, theirs = proxy.get("/").headers, client.get("/healthz").headers

    def policy(text: str) -> set[str]:
        return {directive.strip() for directive in text.split(";")}

    assert policy(ours["Content-Security-Policy"]) == policy(theirs["Content-Security-Policy"])
    for name in (
        "Cross-Origin-Opener-Policy",
        "Permissions-Policy",
        "Referrer-Policy",
        "X-Content-Type-Options",
        "X-Frame-Options",
    ):
        assert ours[name] == theirs[name], name
    assert ours["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert ours["Server"] == "nginx"


@pytest.mark.parametrize("path", ["/desk/", "/api/v1/claims/", "/accounts/login/", "/readyz"])
def test_the_desk_says_when_to_come_back_while_the_web_process_is_away(proxy: Proxy, path: str) -> None:
    answer = proxy.get(path)
    assert (answer.status, answer.headers["Retry-After"]) == (503, "10")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.case("Z6")
def test_what_a_visitor_says_about_host_and_scheme_goes_no_further(proxy: Proxy) -> None:
    seen: list[dict[str, str]] = []

    class Web(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append({name.lower(): value for name, value in self.headers.items()})
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.send_header("Cache-Control", "no-store")
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", proxy.web_port), Web)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        answer = proxy.get(
            "/desk/queue/?page=2",
            Host="desk.example",
            X_Forwarded_Host="evil.example",
            X_Forwarded_Proto="http",
            X_Forwarded_For="6.6.6.6",
            Forwarded="host=evil.example",
        )
    finally:
        server.shutdown()
        server.server_close()
    assert answer.status == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert seen[0]["host"] == "desk.example"
    assert seen[0]["x-forwarded-proto"] == "https"
    assert seen[0]["x-forwarded-for"] == "127.0.0.1"
    assert "evil" not in str(seen[0])


def test_the_proxy_only_reads(proxy: Proxy) -> None:
    put(proxy, "index.html", "<p>Home")
    assert proxy.get("/", method="POST").status == 405
    assert proxy.get("/", method="DELETE").status == 405
    assert proxy.get("/", method="HEAD").status == 200


# --- Compose -------------------------------------------------------------------------------------


def test_compose_starts_nothing_before_the_migration_and_keeps_the_proxy_independent() -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    services = compose["services"]
    assert set(services) == {"postgres", "redis", "migrate", "web", "worker", "importer", "beat", "proxy"}
    for name in ("web", "worker", "importer", "beat"):
        assert services[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    assert "web" not in services["proxy"]["depends_on"]
    for name, service in services.items():
        assert "healthcheck" in service or name == "migrate"
        for volume in service.get("volumes", []):
            place = volume.split(":")[0]
            assert place in compose["volumes"] or (ROOT / place).is_file()
    secrets = {"CHECKDESK_SECRET_KEY", "CHECKDESK_PUBLIC_ORIGIN", "POSTGRES_PASSWORD"}
    example = (ROOT / ".env.example").read_text()
    for secret in secrets:
        assert f"${{{secret}:?" in (ROOT / "docker-compose.yml").read_text()
        assert f"{secret}=" in example
