"""What pages say around articles, in the languages we meet: data for `furniture` and `bylines`.

Every entry is a whole line, compared without case, digits and punctuation (`plain_key`). Adding a
language is adding words here; no rule changes.
"""

from __future__ import annotations

import re
import unicodedata

_LONGEST = 80
_NOT_LETTERS = re.compile(r"[\W\d_]+")


def plain_key(line: str) -> str:
    """Return a line as it is compared: case folded, only its letters, single spaces.

    A line longer than any label has no key: it is compared with none.
    """
    if len(line) > _LONGEST:
        return ""
    letters = unicodedata.normalize("NFKC", line).casefold()
    kept = "".join(
        c if unicodedata.category(c) in {"Mn", "Mc"} else _NOT_LETTERS.sub(" ", c) for c in letters
    )
    return " ".join(kept.split())


def _keys(text: str) -> frozenset[str]:
    return frozenset(plain_key(entry) for entry in re.split(r"[\n|]", text) if entry.strip())


# Lines that belong to the page wherever they stand.
LABELS = _keys(
    """
    advertisement|advert|ad|sponsored|sponsored content|promoted|story continues below advertisement
    article continues below advertisement|continue reading below|scroll to continue|skip to content
    skip to main content|skip advertisement|share|share this|share this article|share this story
    share article
    share on facebook|share on twitter|share on x|share on whatsapp|share via email|tweet|email|print
    save
    facebook|twitter|whatsapp|telegram|linkedin|reddit|pinterest|instagram|copy link|link copied|copied
    listen|listen to this article|listen to article|play audio|loading|read more|continue reading
    show more
    load more|see more|back to top|top|next|previous|next article|previous article|menu|search|home
    close
    sign in|log in|sign up|register|subscribe|subscribe now|newsletter|follow us|follow|bookmark|like
    likes
    author image|author avatar|author photo|author|avatar|profile picture|image|video|photo|thumbnail
    placeholder
    order reprints|print article|save article|email article|gift article|gift this article|view gallery
    new update|updated|updated on|last updated|last updated on|last modified|published|published on
    posted|posted on
    published by|posted by|posted in|filed under|written by|by|min read|minute read|minutes read
    mins read
    reading time|views|view comments|show comments|hide comments|add a comment|accept cookies|accept all
    we use cookies|cookie settings|manage cookies|privacy policy|terms of use|all rights reserved
    follow on google news
    report an error|report a typo|report this ad|give feedback|text size|font size|dark mode
    anzeige|werbung|teilen|artikel teilen|drucken|merken|mehr lesen|weiterlesen|mehr anzeigen|nach oben
    zum inhalt springen|aktualisiert|aktualisiert am|veröffentlicht|veröffentlicht am|artikel anhören
    kommentar
    min lesezeit|minuten lesezeit|lesezeit|lesezeit minuten|folgen|anmelden|abonnieren|autorenbild
    publicité|partager|partager cet article|imprimer|lire la suite|lire plus|voir plus|aller au contenu
    publié le|mis à jour le|écouter cet article|min de lecture|minutes de lecture|temps de lecture
    s abonner
    publicidad|compartir|compartir este artículo|imprimir|leer más|seguir leyendo|ver más
    ir al contenido
    publicado|publicado el|actualizado|actualizado el|escuchar este artículo|min de lectura
    minutos de lectura
    suscríbete|síguenos|guardar
    publicidade|compartilhar|partilhar|compartilhe|continua após a publicidade|ler mais|saiba mais
    publicado em
    atualizado em|ouvir este artigo|min de leitura|siga nos
    pubblicità|condividi|stampa|leggi di più|continua a leggere|pubblicato|pubblicato il|aggiornato
    aggiornato il|ascolta l articolo|minuti di lettura|tempo di lettura|iscriviti|seguici
    advertentie|delen|deel dit artikel|lees verder|meer lezen|gepubliceerd|gepubliceerd op|bijgewerkt
    leestijd
    minuten leestijd
    reklama|udostępnij|czytaj dalej|czytaj więcej|drukuj|opublikowano|zaktualizowano|aktualizacja
    czas czytania
    annons|dela|dela artikeln|läs mer|publicerad|uppdaterad|annonse|del|les mer|publisert|oppdatert
    reklame
    del artiklen|læs mere|mainos|jaa|lue lisää
    реклама|поделиться|поделиться статьёй|читать далее|читать полностью|подробнее|распечатать
    опубликовано
    обновлено|подписаться|подпишитесь|время чтения|мин чтения|минут чтения|фото автора
    поділитися|читати далі|оновлено|підписатися|час читання
    إعلان|شارك|شارك المقال|مشاركة|مشاركة المقال|اقرأ المزيد|المزيد|طباعة|تم التحديث|آخر تحديث|نشر في
    تاريخ النشر
    استمع إلى المقال|تابعنا|اشترك|نسخ الرابط|تم نسخ الرابط|صورة الكاتب|دقائق قراءة|دقيقة قراءة
    פרסומת|שתפו|שתף|שיתוף|הדפסה|קראו עוד|המשך קריאה|עודכן|פורסם|דקות קריאה|תוכן ממומן
    آگهی|تبلیغات|اشتراک گذاری|چاپ|ادامه مطلب|بیشتر بخوانید|به روز شده|تاریخ انتشار|کپی لینک
    اشتہار|شیئر کریں|مزید پڑھیں
    reklam|paylaş|haberi paylaş|devamını oku|yazdır|güncelleme|son güncelleme|yayınlanma|okuma süresi
    dakika okuma
    विज्ञापन|शेयर करें|साझा करें|और पढ़ें|अपडेट किया गया|प्रकाशित|आगे पढ़ें
    广告|分享|分享到|打印|阅读全文|展开全文|更多|发布时间|更新时间|责任编辑|复制链接|廣告|閱讀全文
    更新時間|發布時間
    広告|シェア|シェアする|ツイート|印刷|続きを読む|もっと見る|公開日|更新日|最終更新
    광고|공유|공유하기|인쇄|더보기|입력|수정|기사 공유
    iklan|bagikan|cetak|baca selengkapnya|selengkapnya|diperbarui|diterbitkan|quảng cáo|chia sẻ|xem thêm
    """
)

# Headings after which nothing of the article comes.
TAILS = _keys(
    """
    about the author|about the authors|about the creator|about the writer|about the contributor
    about the reporter
    about the journalist|author bio|meet the author|more from this author|more by this author
    leave a comment
    leave a reply|post a comment|add a comment|join the conversation|join the discussion|reader comments
    there are no comments|no comments yet|be the first to comment|related articles|related stories
    related posts
    related news|related content|related reading|related links|related coverage|you may also like
    you might also like|you may like|you might be interested in|recommended|recommended for you
    recommended stories|recommended articles|recommended reading|more stories|more news
    more on this story
    more on this topic|more like this|read next|read this next|up next|what to read next|keep reading
    most read|most popular|most viewed|popular posts|popular stories|popular now|trending|trending now
    trending stories|latest news|latest stories|latest articles|recent posts|editors picks|from the web
    around the web|sign up for our newsletter|sign up to our newsletter|subscribe to our newsletter
    get our newsletter
    über den autor|über die autorin|über die autoren|zur person|zum autor|zur autorin
    kommentar schreiben
    kommentar verfassen|mehr zum thema|lesen sie auch|lesen sie mehr|das könnte sie auch interessieren
    das könnte dich auch interessieren|auch interessant|verwandte artikel|ähnliche artikel
    weitere artikel
    meistgelesen|meistgelesene artikel|empfehlungen der redaktion|aus dem ressort
    à propos de l auteur|à propos de l auteure|à propos de l autrice|sur l auteur|à lire aussi
    lire aussi
    sur le même sujet|articles similaires|articles liés|articles connexes|laisser un commentaire
    vous aimerez aussi|les plus lus|dans la même rubrique|à lire ensuite
    sobre el autor|sobre la autora|acerca del autor|te puede interesar|te puede interesar también
    también te puede interesar|artículos relacionados|noticias relacionadas|deja un comentario
    dejar un comentario
    más noticias|lo más leído|lo más visto|más sobre este tema
    sobre o autor|sobre a autora|leia também|veja também|artigos relacionados|notícias relacionadas
    matérias relacionadas|deixe um comentário|mais lidas|mais notícias
    sull autore|l autore|leggi anche|articoli correlati|notizie correlate|lascia un commento|i più letti
    ti potrebbe interessare|potrebbe interessarti
    over de auteur|lees ook|gerelateerde artikelen|meest gelezen|laat een reactie achter
    o autorze|o autorce|czytaj także|czytaj też|czytaj również|zobacz też|zobacz także
    powiązane artykuły
    dodaj komentarz|najpopularniejsze
    om författaren|läs också|läs även|les også|mest lest|mest läst|relaterade artiklar|læs også|lue myös
    об авторе|читайте также|читайте ещё|похожие статьи|материалы по теме|другие новости
    оставить комментарий
    добавить комментарий|самое читаемое|главные новости|рекомендуем
    про автора|читайте також|схожі статті|матеріали за темою|залишити коментар
    عن الكاتب|عن المؤلف|نبذة عن الكاتب|اقرأ أيضا|اقرأ أيضًا|اقرا ايضا|مواضيع ذات صلة|مقالات ذات صلة
    أخبار ذات صلة
    قد يعجبك أيضا|الأكثر قراءة|اترك تعليقا|أضف تعليقا|المزيد من الأخبار|شاهد أيضا
    על המחבר|על הכותב|על הכותבת|קראו גם|כתבות נוספות|כתבות קשורות|אולי יעניין אותך|הנקראות ביותר
    הוספת תגובה
    درباره نویسنده|مطالب مرتبط|اخبار مرتبط|ارسال نظر|پربازدیدترین
    مصنف کے بارے میں|یہ بھی پڑھیں|متعلقہ خبریں
    yazar hakkında|ilgili haberler|bunlar da ilginizi çekebilir|çok okunanlar|yorum yap|yorum yaz
    लेखक के बारे में|यह भी पढ़ें|संबंधित खबरें|टिप्पणी करें
    关于作者|作者简介|相关文章|相关阅读|相关新闻|延伸阅读|推荐阅读|热门文章|发表评论|關於作者|相關文章
    相關新聞|延伸閱讀
    著者について|著者プロフィール|執筆者プロフィール|関連記事|あわせて読みたい|おすすめ記事|人気記事
    저자 소개|기자 소개|관련 기사|관련기사|관련 뉴스|많이 본 뉴스|추천 기사
    tentang penulis|baca juga|artikel terkait|berita terkait|terpopuler|về tác giả|bài viết liên quan
    tin liên quan
    """
)

# The same, but a word that an article may well use for a heading of its own.
DOUBTFUL_TAILS = _keys(
    """
    comments|comment|responses|replies|tags|topics|related|related topics|more|kommentare|schlagwörter
    themen
    commentaires|réactions|mots clés|comentarios|etiquetas|comentários|commenti|tag|argomenti|reacties
    komentarze
    tagi|kommentarer|комментарии|теги|темы|по теме|коментарі|теги|التعليقات|تعليقات|الوسوم|תגובות|תגיות
    نظرات
    دیدگاه ها|برچسب ها|تبصرے|yorumlar|etiketler|टिप्पणियाँ|टिप्पणियां|टैग|评论|留言|标签|評論|標籤
    コメント|タグ|댓글|태그
    komentar|bình luận
    """
)

# Beginnings of short lines that lead away from the article.
LEADS_AWAY = (
    (
        r"(?:also read|read also|read more|read next|see also|watch|related|more|recommended|don['’]t miss"
        r"|must read)\s*[:：|»›>]"
    ),
    (
        r"(?:lesen sie (?:auch|mehr|hier)|lies auch|mehr zum thema|lire aussi|à lire(?: aussi)?|voir aussi"
        r"|lea también|lee también|leer también|ver también|le puede interesar|leia (?:também|mais)"
        r"|veja também|leggi anche|guarda anche|lees ook|czytaj (?:też|także|również)|zobacz (?:też|także)"
        r"|läs (?:också|även)|les også|læs også|lue myös|читайте (?:также|також|ещё)|смотрите также"
        r"|اقرأ (?:أيضا|أيضًا|المزيد)|شاهد أيضا|קראו (?:גם|עוד)|بیشتر بخوانید|یہ بھی پڑھیں"
        r"|ilgili haber|यह भी पढ़ें|baca juga|xem thêm"
        r"|相关(?:阅读|新闻)|延伸(?:阅读|閱讀)|関連記事|관련\s?기사)\s*[:：|»›>-]"
    ),
    r"(?:follow|like|join) us (?:on|at)\b",
    r"(?:sign up|subscribe|register) (?:for|to|here|now|today)\b",
    r"(?:get|download) (?:the|our|all the) (?:latest|app|news|free)\b",
    r"click here (?:to|for)\b",
    r"(?:share|tweet) (?:this|on|via)\b",
    r"(?:©|\(c\)\s|copyright\b)",
    r"https?://\S+$",
    (
        r"(?:tempo de leitura|tiempo de lectura|temps de lecture|lesezeit|lesedauer|tempo di lettura|leestijd"
        r"|reading time|czas czytania|время чтения|okuma süresi)\s*[:：]?\s*\d+"
    ),
    r"[\d٠-٩]+\s*(?:min(?:ute)?s?\.?\s*(?:read|lesezeit|de lecture|de lectura|di lettura|leestijd)|мин)",
    r"[\d,.]+\s*(?:views|shares|comments|likes|kommentare|commentaires|comentarios|комментари\w+)$",
)

# Beginnings of the last lines of an article that say who helped, whose it is, where to go on.
CREDITS = (
    (
        r"[(\[–—-]?\s*(?:additional )?(?:reporting|writing|editing|edited|compiled|translated|produced)"
        r" (?:and \w+ )?by\b"
    ),
    r"with (?:files|reporting|inputs?|additional reporting) (?:from|by)\b",
    r"this (?:story|article|report) was\b",
    (
        r"(?:[^.!?]|(?<=\b[A-Z])\.){2,160}"
        r"\b(?:contributed (?:to this (?:report|story|article)|reporting)|reported from)\b"
    ),
    (
        r"[(\[]?(?:quellen?|sources?|fuentes?|fonti?|fonte|bron|źródło|kilde|källa|источник|kaynak|המקור"
        r"|المصدر)\s*[:：]"
    ),
    r"(?:sendung|dieses thema im programm|mit (?:material|informationen) (?:von|der))\b",
    (
        r"[(\[](?:dpa|afp|ap|apa|sda|reuters|efe|ansa|pap|ntb|tt|anp|belga|kna|epd|sid|lusa|ritzau)\b"
        r"[^.]{0,40}[)\]]$"
    ),
    r"(?:©|\(c\)\s|copyright\b|all rights reserved)",
    (
        r"follow (?:us\b|[\w.'’ ]{2,60} on (?:x|twitter|facebook|instagram|google news)"
        r"|[\w'’ ]{2,30} full coverage)"
    ),
    r"(?:like|enjoyed?|love) this (?:story|article|post)\b",
    (
        r"(?:stay (?:informed|up to date|tuned)|sign up|subscribe|support (?:our|us|independent)"
        r"|download (?:the|our)|join our)\b"
    ),
    r"(?:send|e-?mail) (?:us|your)\b",
    r"(?:write|reach out) to \S+",
    r"(?:contact|reach|e-?mail) (?:the )?(?:author|reporter|writer)s?\b",
    r"listen (?:live|to [\w ]{2,40} live)\b",
    r"get (?:the|our) [\w’' ]{0,40}(?:headlines|newsletter|stories|news)\b",
    r"(?:have|got) a (?:tip|story|comment|question)",
    r"(?:do you have|what do you think|tell us)\b.{0,120}\b(?:comments?|e-?mail|contact)\b",
    r"(?:filed|posted) (?:under|in)\b",
    r"(?:tags|topics|schlagwörter|themen|etiquetas|etiketler|теги)\s*[:：]",
    r"(?:first published|last updated|published|updated)\b.{0,60}\d{4}",
)

# Words that say "here comes who wrote it", before a name on the same line.
BY = (
    "by|written by|words by|story by|reporting by|report by|text by|text|author|authors|reporter"
    "|correspondent|von|text von|autor|autorin|autoren|ein artikel von|eine analyse von|par|auteur"
    "|propos recueillis par|por|escrito por|texto|autora|di|a cura di|scritto da|autore|door|auteurs"
    "|tekst|av|af|skriven av|tekst av|przez|autorka|opracowanie|kirjoittaja|автор|авторы|текст"
    "|автор статьи|автор текста|автори|بقلم|كتب|كتبت|كتابة|إعداد|الكاتب|تحرير|מאת|כתב|כתבת|نویسنده"
    "|نوشته|به قلم|تحریر|yazan|yazar|haber|लेखक|द्वारा|作者|记者|記者|文|撰文|撰稿|編集|執筆|筆者|著者"
    "|기자|글|penulis|oleh|tác giả"
)

# Words that say "here comes when".
PUBLISHED = (
    "published on|published at|published|posted on|posted|first published|date|veröffentlicht am"
    "|veröffentlicht|erschienen am|erstellt am|vom|publié le|publié|paru le|publicado el|publicado em"
    "|publicado|publicada|pubblicato il|pubblicato|gepubliceerd op|gepubliceerd|opublikowano"
    "|data publikacji|publicerad|publisert|julkaistu|опубликовано|дата публикации|опубліковано"
    "|تاريخ النشر|نشر في|نشر|פורסם ב|פורסם|تاریخ انتشار|yayınlanma|yayın tarihi|प्रकाशित|发布时间"
    "|发布于|發布時間|公開日|公開|掲載日|입력|diterbitkan|đăng ngày"
)
UPDATED = (
    "last updated on|last updated|updated on|updated at|updated|last modified|modified on|new update"
    "|zuletzt aktualisiert am|zuletzt aktualisiert|aktualisiert am|aktualisiert|stand|mis à jour le"
    "|mise à jour|modifié le|actualizado el|actualizado|última actualización|atualizado em|atualizado"
    "|aggiornato il|aggiornato|ultimo aggiornamento|bijgewerkt op|bijgewerkt|zaktualizowano"
    "|aktualizacja|uppdaterad|oppdatert|opdateret|päivitetty|обновлено|изменено|оновлено|آخر تحديث"
    "|تم التحديث|تحديث|עודכן ב|עודכן|به روز شده|آخرین به روزرسانی|güncelleme|son güncelleme"
    "|güncellenme|अपडेट किया गया|अंतिम अपडेट|更新时间|更新于|更新時間|更新日|最終更新|수정|diperbarui"
)
