"""Articles of our own, as people paste them: with the page around them. Nobody said any of this."""

from articles.extraction import Extracted


def left_out(found: Extracted) -> tuple[str, ...]:
    """Return the words of the lines that were set aside."""
    return tuple(line.text for line in found.left_out)


# English, as copied from a site of single newlines: subtitle, author's box and comments at the end.
FERRY = """Who really pays for the island ferry?
Transport and Money

The ferry between Holm and the mainland has lost money every year since it was bought in 2011, \
the harbour office says, and the loss is growing. Last winter it carried 41,000 people, a third \
fewer than ten years ago.
The council calls the boat a lifeline. "No islander will ever wait for a doctor," said its \
chairman on February 3rd, 2024, although no figures were given. The opposition asks for a \
bridge, which would cost 90 million.
A bridge was first proposed in 1968. Neither side has paid for a new study since.
About the Creator
SlowBoatWriter
I write about boats, slowly. A reminder that the sea is wide and that tea is best taken hot.



Comments"""

# English, as copied from a site of blank lines: headline three times, portrait and dates, takeaways.
WATER = """Town Wells Safe to Drink, Council Says After Tests

All four wells passed the tests of the spring, the council says, and the boil notice is lifted at once.

author-image
Imke de Vries
Updated On 12 Mar 2024
New Update
Town Wells Safe to Drink, Council Says After Tests

Town Wells Safe to Drink, Council Says After Tests

The four wells of the town may be used again , the council said on Monday, after tests found no \
trace of the bacteria that had closed them in January. The tests were made by a laboratory in \
Ghent.

Advertisement

Residents had boiled their water for eight weeks. About 6,200 households were concerned, a \
figure that the council puts lower than the water company does.

What happens next:

The notice ends today. Hydrants are flushed on Wednesday, when the water may look brown for an \
hour, which is harmless according to the company and should pass by the evening.

Key Takeaways

  • All four wells passed the tests of the spring.
  • 6,200 households had to boil their water.
  • The next test is due in June.

Share this article
Read more: Why the river turned green
"""

# German, from a file of 1998's habits: hard-wrapped, CRLF, soft hyphens, no-break spaces.
BAHN = (
    "Bahnhof bekommt wieder einen Schalter\r\n\r\n"
    "Von Jörg Meißner\r\n\r\n"
    "Der Bahnhof von Neustadt bekommt im Mai wieder einen Fahr\u00adkarten\u00adschalter. Das\r\n"
    "teilte die Bahn am Dienstag mit. Der letzte war 2009 geschlossen worden, weil er\r\n"
    "nach Angaben des Betreibers weniger als 40\u00a0Kunden am Tag hatte. Die Stadt hatte\r\n"
    "das immer bestritten.\r\n\r\n"
    "„Wir zählen jetzt selbst“, sagte die Bürgermeisterin. Der Umbau kostet 310.000\u00a0Euro,\r\n"
    "von denen das Land die Hälfte trägt. Eröffnet werden soll der Schalter am 2.\u00a0Mai\r\n"
    "um 6 Uhr, wenn der erste Zug nach Ulm fährt.\r\n\r\n"
    "Das könnte Sie auch interessieren\r\n"
    "Warum Züge im Winter spät sind\r\n"
    "Ein Tag im Stellwerk\r\n"
)

# Arabic: by-line, date, share buttons, related links.
ARABIC = """ارتفاع عدد زوار المتحف الوطني إلى مليون زائر

بقلم: سلمى حداد
تاريخ النشر: 20 مارس 2024
شارك المقال

أعلن المتحف الوطني أن عدد زواره بلغ مليون زائر خلال العام الماضي، وهو أعلى رقم منذ افتتاحه قبل \
أربعين عاما، بحسب بيان نشرته الإدارة يوم الأربعاء على موقعها الرسمي.

وقالت مديرة المتحف: «لم نتوقع هذا الإقبال 😀 بعد سنوات الإغلاق». وأضافت أن ثلث الزوار جاؤوا من \
خارج البلاد، وأن أسعار التذاكر لن ترتفع قبل عام 2026.

أبرز الأرقام

• مليون زائر في عام واحد.
• ثلث الزوار من الخارج.

مواضيع ذات صلة
افتتاح حديقة جديدة في المدينة
"""

# Hebrew, with a bidi override that somebody left in, and invisible characters.
HEBREW = """הגשר הצפוני ייפתח מחדש בקיץ
מאת: נועה לוי

\u202eעיריית חיפה הודיעה כי הגשר הצפוני ייפתח לתנועה ביולי\u202c, לאחר שיפוץ שנמשך שלוש שנים \
ועלה לפי ההערכות שמונים מיליון שקלים, כפליים מן התקציב המקורי.

תושבי השכונה אמרו כי איש לא שאל\u200b אותם. "נחכה ונראה", אמרה שכנה אחת שביקשה שלא להזדהות בשמה \
המלא, והוסיפה כי הרעש בלילות לא פסק.

תגובות
"""

# Chinese, without spaces, with the editor's line and related reading.
CHINESE = """市图书馆延长开放时间
作者：李明
发布时间：2024年3月12日

市图书馆从四月一日起延长开放时间，每天开到晚上十点。馆长表示，去年有四十二万人次到馆，比前年增加了一成，其中一半是学生。

读者对此表示欢迎。有人说：“终于可以下班以后来看书了。”不过员工代表说，人手并没有增加，排班会更加紧张，希望尽快招人。

相关阅读
地铁末班车将延后
"""

# Russian: dialogue dashes are no list, dates in words, tags.
RUSSIAN = """Старый мост закроют на ремонт до осени
Автор: Анна Петрова
12 марта 2024

Старый мост через Вычегду закроют для машин с понедельника, сообщили в мэрии. Ремонт обойдётся \
в 48 миллионов рублей, и закончить его обещают к октябрю, хотя подрядчика пока нет.

— Мы ждали этого десять лет, — говорит жительница соседнего дома Вера. — Каждую весну плиты шатались.

— Объезд займёт сорок минут, — возражает водитель автобуса. — Никто этого не посчитал.

Поделиться
Теги
мост
ремонт
"""

# Hindi: danda for stops, conjuncts, joiners.
HINDI = """नगर में नया पुस्तकालय खुला
लेखक: मीरा शर्मा

नगर के बीचों-बीच सोमवार को नया पुस्तकालय खुल गया। इसमें बारह हज़ार पुस्तकें हैं और बच्चों के \
लिए अलग कक्ष बनाया गया है। नगर निगम के अनुसार इस पर दो करोड़ रुपये ख़र्च हुए।

पाठकों ने कहा कि शुल्क बहुत कम है। एक छात्रा ने बताया, “पहले हमें चालीस किलोमीटर दूर जाना पड़ता \
था।” निगम ने अगले वर्ष दो और पुस्तकालय खोलने का वादा किया है।

यह भी पढ़ें
मेले में भीड़ कम रही
"""
