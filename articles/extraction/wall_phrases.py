"""What stands in front of articles, in the languages we meet: data for `walls`.

Adding a language is adding words here; no rule changes.
"""

from __future__ import annotations

import re

CONSENT = re.compile(
    r"we (?:value|care about|respect) your privacy|we (?:and our [\w ]{0,30}partners|use cookies)"
    r"|before you continue to|your privacy choices|manage (?:your )?(?:consent|privacy|cookies?)"
    r"|(?:accept|agree to|allow) (?:all )?cookies|cookie consent|consent to (?:the use of )?cookies"
    r"|wir (?:verwenden|nutzen|benutzen) cookies|mit werbung (?:und cookies|weiterlesen)"
    r"|zustimmen (?:und|&) weiter"
    r"|datenschutz-?einstellungen|unsere partner verarbeiten|cookies akzeptieren"
    r"|nous utilisons des cookies|nous respectons votre vie privée|nos partenaires (?:utilisons|stockons)"
    r"|continuer sans accepter|accepter (?:et continuer|les cookies|tout)"
    r"|(?:usamos|utilizamos) cookies|(?:valoramos|respetamos) (?:tu|su) privacidad"
    r"|aceptar (?:todas las )?cookies"
    r"|aceitar (?:todos os )?cookies|(?:valorizamos|respeitamos) a sua privacidade"
    r"|(?:usiamo|utilizziamo) (?:i )?cookie|rispettiamo la tua privacy|accetta(?: tutti)? i cookie"
    r"|continua senza accettare"
    r"|(?:wij|we) gebruiken cookies|cookies accepteren|privacy-instellingen"
    r"|(?:szanujemy|cenimy) (?:twoją|państwa|waszą)? ?prywatność|używamy plików cookies"
    r"|akceptuję i przechodzę"
    r"|vi (?:använder|bruker|bruger) (?:cookies|informasjonskapsler)|käytämme evästeitä"
    r"|používáme (?:soubory )?cookies|мы используем (?:файлы )?cookie|ми використовуємо (?:файли )?cookie"
    r"|çerezleri? (?:kullan|kabul)|نستخدم ملفات تعريف الارتباط|אנו משתמשים בעוגיות"
    r"|(?:cookie|クッキー)を(?:使用|利用)|쿠키를 사용|我们使用 ?cookie|我們使用 ?cookie",
    re.IGNORECASE,
)
ROBOT = re.compile(
    r"checking (?:if the site connection is secure|your browser)"
    r"|verify(?:ing)? (?:that )?you are (?:a )?human"
    r"|are you a robot|not a robot|unusual (?:traffic|activity) from|complete the captcha"
    r"|security check to access"
    r"|enable (?:javascript and )?cookies to continue|access (?:to this page )?(?:has been )?denied"
    r"|you have been blocked|performing security verification|pardon our interruption|bot protection"
    r"|sind sie ein (?:mensch|roboter)|zugriff verweigert|êtes-vous un (?:humain|robot)|accès refusé"
    r"|eres un (?:humano|robot)|acceso denegado|verifica (?:di essere umano|che non sei un robot)"
    r"|проверка браузера|я не робот|请完成安全验证|人机验证|ロボットではありません",
    re.IGNORECASE,
)
SCRIPT = re.compile(
    r"(?:please )?(?:enable|turn on|activate) javascript|javascript (?:is|must be) (?:disabled"
    r"|enabled|required)"
    r"|requires javascript|bitte (?:aktivieren sie )?javascript|javascript (?:aktivieren|ist deaktiviert)"
    r"|activer javascript|activa(?:r)? javascript|attiva(?:re)? javascript|включите javascript"
    r"|javascriptを有効|请启用 ?javascript",
    re.IGNORECASE,
)
PAYWALL = re.compile(
    r"(?:subscribe|sign up|log ?in|sign in|register|create (?:a free |an )?account)[\w ]{0,30}"
    r" to (?:continue|keep|read|unlock|access|view)\b"
    r"|(?:continue|keep) reading (?:this (?:article|story) )?with|(?:^|[.!?] )to (?:continue|keep) reading\b"
    r"|(?:article|story|content|page) is (?:exclusively |only )?(?:for|available to"
    r"|reserved for) [\w ]{0,20}"
    r"(?:subscribers|members)|(?:subscriber|member)s?[- ](?:only|exclusive)|already (?:a subscriber"
    r"|have an account|subscribed)\b"
    r"|free articles? (?:left|remaining)|(?:reached|used) your (?:monthly )?(?:limit|free)"
    r"|(?:jetzt|hier|sofort) weiterlesen\b.{0,60}(?:abo|test|€|euro)|mit (?:einem )?abo weiterlesen"
    r"|(?:artikel|inhalt|text) ist (?:nur|exklusiv)? ?(?:für|mit) [\w +-]{0,30}(?:abonnent|abo\b"
    r"|mitglied|plus)"
    r"|(?:schon|bereits) (?:abonnent|registriert|ein abo|kunde)\b|um (?:diesen artikel|weiter) ?zu ?lesen"
    r"|(?:article|contenu) (?:est )?réservé (?:aux|à nos) abonnés|il vous reste [\d.,]+ ?% de cet article"
    r"|pour lire la suite|déjà abonné|abonnez-vous pour (?:lire|continuer)"
    r"|(?:contenido|artículo|noticia) (?:es )?(?:exclusiv[oa]|sol[oa]) para (?:suscriptores|socios)"
    r"|suscríb(?:ete|ase) para (?:seguir|continuar|leer)|para (?:seguir|continuar) leyendo"
    r"|¿?ya (?:eres|es) suscriptor"
    r"|(?:conteúdo|artigo) exclusivo para assinantes|assine para (?:continuar|ler)|já é assinante"
    r"|(?:contenuto|articolo) (?:è )?(?:riservato|esclusivo) (?:agli|per gli?) abbonati"
    r"|abbonati per (?:continuare|leggere)"
    r"|sei già abbonato|per continuare a leggere"
    r"|(?:artikel|inhoud) is (?:alleen|exclusief) (?:voor|beschikbaar voor) abonnees"
    r"|lees verder met een abonnement|al abonnee\?"
    r"|(?:artykuł|treść) (?:jest )?(?:dostępny|tylko|wyłącznie)[\w ]{0,20} dla (?:prenumeratorów"
    r"|subskrybentów)"
    r"|(?:artikeln|artikkelen|artiklen) är (?:bara|endast) för (?:prenumeranter|plus)|logga in för att läsa"
    r"|pro předplatitele|(?:статья|материал|контент) доступ(?:на|ен) (?:только )?(?:по подписке"
    r"|подписчикам)"
    r"|(?:оформите подписку|подпишитесь), чтобы|(?:المقال|المحتوى) (?:حصري )?للمشتركين|הכתבה למנויים"
    r"|(?:記事|コンテンツ)は[、 ]?(?:有料)?会員(?:限定|の方)|有料(?:会員|記事)(?:限定|です|になると)"
    r"|会員登録(?:が必要|すると|をすると)"
    r"|続きを読むには|続きをご覧|구독자 전용|유료 (?:회원|구독)|로그인 (?:후|이 필요)"
    r"|(?:会员|訂戶|订阅者|會員)(?:专享|專享|限定|才能|登录后)|(?:订阅|訂閱)(?:后|後|以)(?:阅读|閱讀|继续)",
    re.IGNORECASE,
)
