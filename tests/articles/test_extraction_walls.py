"""Pages that are no article: they are refused, and the refusal says what to do."""

from __future__ import annotations

import pytest

from articles.extraction import ExtractionError, extract

PROSE = (
    "The council met on Monday to discuss the bridge, the ferry and the price of both, and agreed on neither."
)


def read(body: str) -> str:
    html = f"<!doctype html><html><head><title>The Quay</title></head><body>{body}</body></html>"
    return extract(html.encode(), content_type="text/html; charset=utf-8").text


def refused(body: str) -> str:
    with pytest.raises(ExtractionError) as refusal:
        read(body)
    assert refusal.value.code == "wall"
    assert "paste the text" in refusal.value.detail
    return refusal.value.detail


@pytest.mark.parametrize(
    "words",
    [
        "We value your privacy. We and our partners store and access information on a device.",
        "Before you continue to The Quay",
        "Mit Werbung weiterlesen. Besuchen Sie uns wie gewohnt mit Werbung und Cookies.",
        "Nous utilisons des cookies pour mesurer notre audience. Continuer sans accepter",
        "Utilizamos cookies propias y de terceros. Aceptar todas las cookies",
        "Utilizziamo i cookie per migliorare il servizio.",
        "Wij gebruiken cookies om de site te verbeteren.",
        "Cenimy prywatność użytkowników",
        "Мы используем файлы cookie",
        "当サイトではCookieを使用しています。",
    ],
)
def test_a_dialogue_about_cookies(words: str) -> None:
    assert "cookies and consent" in refused(f"<div><h1>The Quay</h1><p>{words}</p><p>Accept all</p></div>")


@pytest.mark.parametrize(
    "words",
    [
        "Checking your browser before accessing quay.example.",
        "Verify you are human by completing the action below.",
        "Please enable JavaScript and cookies to continue",
        "Sind Sie ein Mensch? Zugriff verweigert.",
        "人机验证",
    ],
)
def test_a_check_for_robots(words: str) -> None:
    assert "robot" in refused(f"<h1>Just a moment</h1><p>{words}</p>")


@pytest.mark.parametrize(
    "words",
    [
        "Subscribe to continue reading. Already a subscriber? Log in.",
        "Dieser Artikel ist nur für Abonnenten. Jetzt weiterlesen: 4 Wochen für 1 €",
        "Cet article est réservé aux abonnés. Il vous reste 92 % de cet article à lire.",
        "Contenido exclusivo para suscriptores. Suscríbete para seguir leyendo.",
        "Contenuto riservato agli abbonati",
        "Dit artikel is alleen voor abonnees",
        "この記事は会員限定です。続きを読むには",
        "구독자 전용 기사입니다",
    ],
)
def test_a_paywall_with_a_line_of_text(words: str) -> None:
    assert "paywall" in refused(
        f"<article><h1>Bridge</h1><p>The bridge is closed.</p><p>{words}</p></article>"
    )


def test_a_page_that_needs_its_scripts() -> None:
    shell = f"<h1>Bridge closed again</h1><div id=root></div><script>{'render();' * 5000}</script>"
    assert "scripts" in refused(shell)


def test_an_article_with_a_banner_about_cookies() -> None:
    banner = "<div id=banner><p>We use cookies. Accept all cookies?</p></div>"
    assert read(f"{banner}<article><p>{PROSE}</p><p>{PROSE} Twice.</p><p>{PROSE} Thrice.</p></article>")


def test_an_article_about_cookies() -> None:
    assert "We use cookies" in read(
        f"<article><p>{PROSE}</p><p>“We use cookies,” the mayor said, “as every town does.”</p><p>{PROSE} So.</p>"
    )


def test_a_short_notice_of_a_site_without_walls() -> None:
    assert read("<article><h1>Bridge</h1><p>The bridge is closed until Friday, the city said.</p></article>")
