"""What a line of its own is: the kinds of paragraph that are no reporting.

Belongs here: patterns over one whole paragraph. Does not: what depends on its neighbours (zones), parts of a paragraph
(zone_glued, zone_edges).
"""

from __future__ import annotations

import re

_MONTHS = "Jan|Feb|Mar|Apr|Me[ij]|May|Jun|Jul|Agu|Ags|Agt|Aug|Sep|O[kc]t|No[vp]|De[sc]"
_DAYS = "Senin|Selasa|Rabu|Kamis|Jum'?at|Sabtu|Minggu|Ahad"
PRINTED_DATE = re.compile(
    r"^(?:(?:Tayang|Diperbarui|Diterbitkan|Dipublikasikan|Terbit|Posted|Published|Updated?)\b[ :]*)?"
    rf"(?:,? ?Jurnalis ?- ?)?(?:[A-Z][\w.]{{2,24}} ?- ?)?(?:(?:{_DAYS})[ ,]+)?"
    rf"(?:\d{{1,2}}[ -](?:{_MONTHS})[a-z]*[ -]\d{{4}}|(?:{_MONTHS})[a-z]* \d{{1,2}},? \d{{4}}"
    r"|\d{1,2}/\d{1,2}/\d{4}|\d{4}-\d\d-\d\d)"
    r"(?:[ ,|T-]*(?:pukul |jam |at )?\d{1,2}[.:]\d\d(?:[.:]\d\d)?)?[ ,]*(?:WIB|WITA|WIT|Wib|wib|Wita|GMT\+[789])?$"
)
_DATE_INITIALS = "SRKJMATDPUNOFWB,"
SLUG = re.compile(r"^[a-z0-9]+(?:[-/][a-z0-9]+)*$")

INITIALS = r"[A-Za-z]{2,5}\d{0,2}"
_JOBS = r"Editor|Penulis|Pewarta|Reporter|Kontributor|Jurnalis|Penerjemah|Wartawan|Fotografer|Redaktur"
_BYLINE = re.compile(
    r"^(?:\(?\*{1,5}\)?"
    rf"|\((?:{INITIALS}(?:/ ?{INITIALS}){{1,3}}|[a-z]{{2,4}}|[A-Z]{{2,4}}|\d{{2,3}})\)(?:[ ,]*loading\.\.\.)?"
    r"|\((?:[A-Z][\w.']*|van|bin|de)(?: (?:[A-Z][\w.']*|van|bin|de)){1,3} ?\)"
    r"|\( ?[\w.-]+\.(?:[Cc][Oo][Mm]|[Ii][Dd]|CO\.ID|co\.id) ?/.{2,80}\)|\(Tribun[ \w.]*/[^()]{2,60}\)"
    r"|\(?(?:Penulis|Reporter) ?: .{2,120}\)|Oleh ?: ?.{2,60}"
    r"|Laporan:? [A-Z][\w.]+(?: [A-Z][\w.]+){0,3} ?(?:[I|] ?[A-Z][\w ]{2,40})?"
    r"|\(?(?:Ditulis|Dilaporkan|Laporan) [Oo]leh:? .{2,60}"
    r"|(?:Laporan|Liputan) (?:Wartawan|Reporter|Kontributor|Jurnalis|wartawan|reporter|jurnalis)\b(?!.* ?--? ).{2,120}"
    r"|[^.!?]{3,120}\b(?:ikut )?berkontribusi (?:dalam|pada) (?:penulisan )?(?:artikel|berita|laporan|tulisan) ini\.?"
    rf"|(?:{_JOBS})(?:[ /&]+\w+)? ?[:-] ?(?![Dd]i\b).{{2,80}})$"
)
SIGNATURE = re.compile(r"^[A-Z.']+(?: (?:[A-Z.']+|\|)){1,5}$")
_CREDIT = re.compile(
    r"^\(?(?:(?:Foto|Credit|Kredit|Image|Photo|Gambar|Dok|Dokumentasi"
    r"|Sumber(?: foto| gambar| [Aa]sli)?) ?[:.] ?.{2,120}"
    r"|(?:Sumber|SUMBER|sumber|Credit|Referensi) ?: ?.{2,80}|\(?Disadur dari\b.{2,120}"
    r"|[-* ]*(?:Artikel|Berita|Konten)(?: ini)? (?:telah|sudah|pertama kali|lebih dulu)\b"
    r".{0,30}(?:tayang|terbit|naik|di ?detik).{0,200}"
    r"|(?:ANTARA|Antara|AFP|AP|Reuters|Getty Images|SHUTTERSTOCK|Shutterstock|Freepik|Pexels|Unsplash)"
    r"(?: FOTO| Foto)?/.{2,60}"
    r"|[A-Z][a-z]+(?: [A-Z][a-z]+){1,3}/(?:Tribun|Kompas|Liputan|detik|Okezone|Sindo)[\w.]{0,20})\)?$"
)
_PICTURE_CREDIT = re.compile(
    r"(?P<credit>\((?:[Cc]redit|[Ff]oto|[Ii]mage|[Dd]ok|[Ss]umber|[Ii]stimewa|[Ii]nstagram|Tangkapan|[Ss]creenshot|Photo"
    r"|Courtesy|ANTARA|Antara|AFP|AP Photo|REUTERS|Reuters|Getty|Shutterstock|Pexels|Unsplash|Freepik|©|tangkapan)"
    r"\b[^()]{0,90}\)\.?"
    r"|\((?=[^()]{0,60}/(?:detik|Liputan6|Okezone|kumparan|Tribun|Kompas|KOMPAS|Tempo|TEMPO|merdeka|ANTARA))[^()]{3,80}\)\.?"
    r"|(?:Foto|FOTO|Photo) ?: ?[^.!?]{2,40}(?:\. ?[\w@ /-]{1,40})?(?:/[\w .-]{1,30}){0,2}(?: \([^()]{2,60}\))?"
    r"|(?:/ ?)?(?<!Copyright )(?<!COPYRIGHT )(?<![Cc]ipta )© ?[\w.®/ ]{3,60})$"
)
_CAPTION_AFTER_CREDIT = re.compile(
    r"^(?:(?:KOMPAS\.com|Kompas\.com|SHUTTERSTOCK|Shutterstock|Pexels|Unsplash|Freepik|ANTARA|TRIBUN\w*)/"
    r"|Dok\. )[A-Z][\w .]{1,40}?(?<=[a-zA-Z])(?=[A-Z][a-z])"
)
_LOST = re.compile(r"\(?B(?:aca [Jj]uga|ACA JUGA) ?:?,")
"""A cue whose link lost its words: what follows is no headline."""
_LONGEST_CAPTION = 120
_DATED = re.compile(r"\(\d{1,2}/\d{1,2}/\d{4}\)")
_TWO_SENTENCES = re.compile(r"[a-z]{3}[.!?] [A-Z]")
PROMO = re.compile(
    r"^[-\[(*\"' •]*(?:Yuk,? )?(?:"
    r"(?:Baca (?:[Jj]uga|JUGA|[Ii]ni [Jj]uga|[Ss]elengkapnya)|BACA JUGA|[Bb]aca juga|simak juga)(?![a-z])"
    r"|[Bb]aca (?:berita|artikel|kisah)\b.*(?:di sini|disini|:|(?:lain(?:nya)?(?: |$)))"
    r"|(?:Simak|Tonton|Lihat|Saksikan|Dengarkan) (?:[Jj]uga|[Vv]ideo|Live|LIVE|selengkapnya|langsung [Vv]ideo)\b"
    r"|Saksikan Live"
    r"|(?:SCROLL|Scroll) (?:TO|to|ke)\b|ADVERTISEMENT\b|Advertisement$|\[Gambas:|\[bacajuga:|[Ll]oading\.\.\."
    r"|Ikuti (?:kami di|kami juga|juga|[Ww]hats[Aa]pp|[Ss]aluran|[Bb]erita|update)\b|\(?Ayo ikuti saluran"
    r"|(?:Dapatkan|Cek) (?:[Bb]erita|informasi lain|update berita)\b|Pilihan [Ee]ditor ?:|Berita Lainnya(?=[A-Z0-9])"
    r"|(?:>>> ?)?(?:Bergabung|[Gg]abung) (?:dengan|di) (?:WA|grup|saluran|channel)\b"
    r"|(?:>>> ?)?Baca Berita (?:Update|Terbaru|Lain)"
    r"|Simak [Bb]reaking [Nn]ews dan berita pilihan"
    r"|A post shared by|Lihat postingan ini|Sebuah kiriman dibagikan|View this post|Geser untuk melihat"
    r"|https?://\S+$|Daftar Isi$|Simak$|-{3,}$|Berita Video <<<"
    r"|(?:Baca|Update|Simak|Akses|Ikuti|Artikel|Berita)\b.{0,70}"
    r"(?i:google news|(?:saluran|channel) whatsapp|whatsapp channel)"
    r"|(?:Simak|Baca|Lihat) (?:berita |informasi |artikel )?(?:selengkapnya|lengkapnya) ?di ?sini"
    r"|Selengkapnya(?: baca)? di ?sini|Selengkapnya(?:\.{3})?$"
    r"|(?:Baca|Simak) (?:berita )?(?:selengkapnya|lengkapnya)[.:]?$"
    r"|WhatsApp [A-Z][\w ]{2,30} ?: ?Klik di ?[Ss]ini"
    r"|Untuk mengetahui kebenaran informasi yang beredar, silakan WhatsApp"
    r"|Ingin lebih cepat mendapat jawaban\? Hubungi Chatbot"
    r"|Berikan Rating Untuk Resep|Thanks For Rating|Terima kasih sudah membantu banyak orang dengan ratingmu"
    r")"
)
_CHANNEL = re.compile(r"^\(?Ayo ikuti saluran|WhatsApp Channel ?: ?https|Pastikan \w+ sudah install aplikasi WhatsApp")
CUE_ONLY = re.compile(
    r"^[-\[(* •]*(?:(?:Yuk,? )?[Bb]aca [Jj]uga|BACA JUGA|Baca [Ii]ni [Jj]uga(?: Deh)?|Lihat [Jj]uga|Simak [Jj]uga"
    r"|Pilihan [Ee]ditor) ?:?$"
)
_VIDEO_TITLE = re.compile(r"^Video:? (?!(?:yang|ini|itu|tersebut|berisi|berdurasi|dengan|serupa|dari)\b).*[^.:,]$")
_PAGING = re.compile(
    r"^(?:(?:Halaman|Page|Hal)\b ?:? ?(?:\d[\d /|]*|[Ss]elanjutnya|[Bb]erikutnya|\d+ (?:dari|of) \d+)"
    r"|(?:Simak|Baca|Lihat|Klik|Selengkapnya|Ber[Ll]anjut|[Ll]anjut)\b[^.!?]{0,80}"
    r"halaman (?:selanjutnya|berikut(?:nya)?)\W*"
    r"|\d ?/ ?\d Selanjutnya.{0,120})$"
)
TAGS = re.compile(r"^(?:Tags?|TAGS?|Topik(?: Terkait)?|Kata [Kk]unci|Label)(?: ?:.*)?$")
_HASHTAGS = re.compile(r"^[ ,.]*#\w+(?:[ ,]+#?\w+){0,4}$")
RELATED = re.compile(
    r"^(?:Terkini|Terkait|Terpopuler|Lainnya|Rekomendasi(?: untuk Anda)?|Jangan Lewatkan|Populer|Berita Pilihan|Terbaru"
    r"|(?:Berita|Artikel|Video|Konten) (?:Terkini|Terkait|Terpopuler|Lainnya|Terbaru)(?: .{0,40})?)[:!]*$",
    re.IGNORECASE,
)
_LIST = re.compile(
    r"^(?:Yuk,? ?)?(?:[Bb]aca|[Ss]imak) (?:artikel|berita)(?: menarik| seru)? lain(?:nya)? ?:?(?=[A-Z0-9\[])"
    r"|^Berita Lainnya ?:?(?=[A-Z0-9])"
)
_ENDS_SENTENCE = re.compile(r"[a-z]{3}\.(?: |$)")
FOOTER = re.compile(
    r"(?:COPYRIGHT\b|Copyright\b|Hak [Cc]ipta ©|©|Dilarang keras mengambil konten|All [Rr]ights [Rr]eserved"
    r"|Disclaimer ?:|Catatan (?:[Rr]evisi|[Rr]edaksi|[Kk]oreksi) ?(?::|$)"
    r"|(?:Media Contacts?|Kontak [Mm]edia|Narahubung) ?:)"
)


def line_label(text: str) -> str | None:
    """What a paragraph is by itself: null for reporting."""
    first = text[0]
    if len(text) <= 400 and "hats" in text and _CHANNEL.search(text):
        return "inline_promo"
    if len(text) > 200:
        if first in "YBS" and _LIST.match(text) and not _ENDS_SENTENCE.search(text):
            return "related"
        return "footer" if len(text) < 400 and FOOTER.match(text) else None
    if (first.isdigit() or first in _DATE_INITIALS) and PRINTED_DATE.match(text):
        return "printed_date"
    if _PAGING.match(text):
        return "paging"
    if _LIST.match(text):
        return "related"
    if _LOST.match(text):
        return None
    if PROMO.match(text) or _VIDEO_TITLE.match(text):
        return "inline_promo"
    if _BYLINE.match(text):
        return "byline"
    if _CREDIT.match(text):
        return "credit"
    if FOOTER.match(text):
        return "footer"
    if "#" in text and _HASHTAGS.match(text):
        return "tags"
    return None


def picture_credit(text: str) -> tuple[int, bool] | None:
    """Where a caption's credit begins or ends in ``text``, and whether it stands first; null where it is no caption."""
    if len(text) > 400:
        return None
    if text.find("/", 0, 20) >= 0 or text.startswith("Dok. "):
        match = _CAPTION_AFTER_CREDIT.match(text)
        if match is not None:
            return match.end(), True
    has_mark = "(" in text or "oto" in text or "©" in text or "FOTO" in text
    match = _PICTURE_CREDIT.search(text) if has_mark and len(text) <= 300 else None
    if match is None:
        return None
    words = text[: match.start("credit")]
    if '"' in words or (match["credit"][0] == "(" and _is_reporting(words)):
        return None
    return match.start("credit"), False


def _is_reporting(words: str) -> bool:
    """Whether the words before a bracket are sentences rather than a picture's caption."""
    if len(words) > _LONGEST_CAPTION and not _DATED.search(words):
        return True
    return _TWO_SENTENCES.search(words) is not None and not _DATED.search(words)
