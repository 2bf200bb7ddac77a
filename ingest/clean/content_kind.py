"""What kind of article a text is, and whether its outlet corrected or withdrew it.

Belongs here: the signs by which outlets mark what is not plain news, each verdict with the sign that it rests on.
Does not: labelling the text (zones), nor what is counted (the marts).

An article has one kind. What it is outranks how much of it is there: an advertorial's first page is paid. Of several
signs the first of this order decides: paid, factcheck, opinion, live, truncated, release_derived. Truncated stands
before release_derived because a teaser of a release is still no release, and its outlet says already whose it is.
``Siaran pers`` or ``keterangan tertulis`` inside a sentence is ordinary sourcing and no sign at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from ingest.clean.zones import Zone

NO_SIGN = "none:no_sign"
"""The rule of plain news."""

_LONGEST_EVIDENCE = 160
_FEWEST_WORDS = 40
_LONGEST_TEASER = 500  # code points; below it a text that ends in an ellipsis is an excerpt, above it a manner of style
_NOTE_REACH = 500  # code points at both ends in which outlets print notes of correction
_ENDING = 240
_PAYWALL_REACH = 400
_CREDIT_REACH = 120
_ENDING_ZONES = frozenset({"lead", "body", "credit", "byline", "inline_promo", "paging"})

# Names of sections, as in their addresses. A name counts as a whole: `opini-publik` is another section.
_SECTIONS = {
    "paid": (
        "adv advertorial advetorial pariwara inforial infotorial iklan sponsored sponsored-content sponsored-post"
        " branded-content brand-content native-ads paid-post partner-content konten-bersponsor info-tempo"
        " info-nasional kilas-kementerian kilas-badan kilas-badan-negara kilas-bumn kilas-parlemen"
    ),
    "factcheck": "cek-fakta cekfakta periksa-fakta fact-check factcheck hoax-or-not hoaks-atau-fakta fakta-atau-hoaks",
    "opinion": (
        "opini opinion kolom kolom-pakar kolumnis columnist columnists editorial tajuk tajuk-rencana analisis"
        " perspektif esai essay gagasan catatan-pinggir surat-pembaca suara-pembaca pembaca-menulis tribunners op-ed"
    ),
    "live": "live live-report live-blog liveblog live-update live-updates",
    "release_derived": "siaran-pers press-release press-releases rilis-pers pers-rilis parlementaria",
}
_KIND_OF_SECTION = {name: kind for kind, names in _SECTIONS.items() for name in names.split()}
_KIND_OF_TYPE = {
    "AdvertiserContentArticle": "paid",
    "ClaimReview": "factcheck",
    "OpinionNewsArticle": "opinion",
    "LiveBlogPosting": "live",
}
"""Types of schema.org."""
_PAID_SECTION = re.compile(r"adv(?:e?r?torial)?-")
_MEDIA = re.compile(
    r"(?i)\b(?:foto|photo|galeri|gallery|potret|video|watch|tv|visual|info ?grafi[sk])|\b20\.detik|detiktv"
)
_NOT_A_LETTER = re.compile(r"[\W_]+")

_PAID_WORD = r"(?:adv|adve?r?torial|advetorial|pariwara|inforial|infotorial|iklan|sponsored)"
_PAID_WORDS = ("adv", "pariwara", "inforial", "iklan", "bersponsor", "kerjasama", "kerja sama")
_PAID_END = re.compile(
    rf"\((?:[^()\n]{{0,30}}[/ ])?{_PAID_WORD}\.?(?:[/ ][^()\n]{{0,30}})?\)[^a-z]{{0,12}}(?:\n|$)", re.IGNORECASE
)
_PAID_TITLE = re.compile(rf"^\W*{_PAID_WORD}\W*[:|\])-]|[(\[]{_PAID_WORD}[)\]]\W*$", re.IGNORECASE)
_PAID_LINE = re.compile(
    r"^\W*(?:(?:advertorial|advetorial|pariwara|inforial|infotorial|konten bersponsor)\W*(?=\n|$|--? )"
    r"|(?:artikel|konten|tulisan|berita)(?: ini)? (?:adalah |merupakan )?(?:hasil )?"
    r"(?:kerja ?sama (?:antara |dengan )|konten bersponsor|advertorial|pariwara|iklan\b))[^\n]{0,80}",
    re.IGNORECASE | re.MULTILINE,
)

_FACTCHECK_TITLE = re.compile(
    r"^\W*(?:\[(?:salah|hoa(?:ks|x)|hoa(?:ks|x)[ /!]*|disinformasi|misinformasi|fakta|cek ?fakta|klarifikasi)\W*\]"
    r"|(?:cek ?fakta|periksa fakta|fakta atau hoa(?:ks|x)|hoa(?:ks|x) atau (?:fakta|bukan))(?: #?\d+)?\W*[:\]|-]"
    r"|cekfakta #\d+)",
    re.IGNORECASE,
)
# a section of fact-checks also holds advice and service pieces
_FACTCHECK_CUE = re.compile(
    r"\b(?:hoa(?:ks|x)|cek ?fakta|periksa fakta|tidak benar|keliru|menyesatkan|benarkah|(?:dis|mis)informasi|klaim)\b",
    re.IGNORECASE,
)

_OPINION_TITLE = re.compile(
    r"^\W*(?:opini|kolom|kolom pakar|editorial|tajuk(?: rencana)?|surat pembaca)\W{0,2}[:\]|]", re.IGNORECASE
)
_LIVE_TITLE = re.compile(
    r"^\W*(?:live (?:report|updates?|blog|hasil)\b|live ?[:\]|]|(?:update )?menit (?:ke|per|demi) menit\b)"
    r"|\blive (?:updates?|blog)\W*$",
    re.IGNORECASE,
)

_CUT = re.compile(r"(?:\[(?:\.{2,}|…|&hellip;)\]|(?:…|\.{3}) ?\[\+\d+ (?:chars|karakter)\])\W*$")
_ELLIPSIS = re.compile(r"\S{0,40} ?(?:\.{3,}|…) ?$")
_NO_CUT = re.compile(r"(?:loading|selengkapnya|hehe|hihi|haha) ?\W*$", re.IGNORECASE)
_NEXT_PAGE = re.compile(
    r"(?:\b(?:klik|simak|lihat|dilihat|baca|selengkapnya|berlanjut|cek|dalam|bisa|buka|di|ke) [^.!?\n]{0,90}?"
    r"\bhalaman (?:selanjutnya|berikut(?: ?ini|nya)?|\d)\b[^.!?\n]{0,90}|\(? ?bersambung(?: ke halaman \d+)?\)?)"
    r"[.!?:, ]*$",
    re.IGNORECASE,
)
_ANNOUNCED = re.compile(
    r"\b(?:simak|yuk|berikut|intip|cek)\b[^.!?\n]{0,60}\b(?:selengkapnya|ulasannya|daftarnya|rinciannya)"
    r"(?: (?:berikut|di bawah) ?ini)[.!?:, ]*$",
    re.IGNORECASE,
)
_PAYWALL = re.compile(
    r"\b(?:(?:silakan|silahkan|ayo|segera) (?:mendaftar dan )?berlangganan\b"
    r"|berlangganan (?:sekarang|untuk (?:membaca|melanjutkan)|di ?sini)\b|sudah berlangganan\?"
    r"|(?:artikel|konten|berita|akses)(?: ini)? (?:khusus|hanya|eksklusif) (?:bagi |untuk )?(?:\w+ )?pelanggan"
    r"|khusus pelanggan\b|lanjutkan membaca\b|untuk melanjutkan membaca\b"
    r"|anda (?:telah|sudah) mencapai batas (?:baca|artikel)|subscribe (?:now|to (?:read|continue)))[^\n]{0,60}",
    re.IGNORECASE,
)

_OFFICIAL_HOST = re.compile(r"\.(?:go|mil|desa)\.id$")
_RELEASE_TITLE = re.compile(r"^\W*(?:siaran pers|press release|rilis pers|pers rilis)\b", re.IGNORECASE)
_RELEASE_HEAD = re.compile(r"^\W{0,3}(?:SIARAN PERS|PRESS RELEASE|Siaran Pers (?:No|Nomor)\b)[^\n]{0,60}", re.MULTILINE)
_OFFICE = (
    r"(?:Kemen(?!angan|yan)[a-z]{2,}[A-Z]?\w*|Kementerian|Puspen\w*|Humas|HUMAS"
    r"|Biro (?:Humas|Pers|Komunikasi|Adpim|Umum)|Ditjen|Polri|Pol(?:da|res|resta|restabes|sek)|Kod[ai]m|Korem"
    r"|Lan(?:ud|al)|Pen(?:dam|rem)|Dispen\w*|Pem(?:prov|kab|kot|da)|Diskominfo\w*|Kominfo|KOMINFO|Komdigi|IKP|MC"
    r"|Set(?:kab|neg|wan)|BPMI|[Ii]nfo[Pp]ublik|Prokopim|Kej(?:ari|ati|agung)|BN(?:PB|N)|BPBD|BMKG|Bawaslu|DPRD?"
    r"|Bea Cukai)"
)
# an office that follows the last sentence, alone or in brackets, is a credit; inside the sentence it is a subject
_RELEASE_END = re.compile(
    r"(?:(?<!Dok)(?<!Foto)[.!?\"]|\bSumber ?:) ?[\n ,]*(?P<credit>"
    rf"\((?:[^()\n]{{0,30}}[/ ])?(?:{_OFFICE}|ril|rls|rilis|release|siaran pers|[Rr]el(?=[)/]))\b[^()\n]{{0,60}}\)"
    r"|\((?:[Rr]il|RIL|[Rr]ls|RLS|Rilis|RILIS|Release)(?:/[^()\n]{1,60})?\)"
    rf"|{_OFFICE}(?: [A-Z][\w./-]*){{0,5}})"
    r"(?: ?\([^()\n]{1,30}\))?[\s,.*-]*$"
)

_CORRECTED_TITLE = re.compile(r"^\W*(?:ralat|koreksi|erratum)\b ?[:\]|/-]|[(\[](?:ralat|koreksi)[)\]]", re.IGNORECASE)
_CORRECTED = re.compile(
    r"(?:^|(?<=[.!?\"\n)]) ?)\W{0,4}(?:(?:artikel|berita|naskah|judul|tulisan|foto)(?: ini)? (?:ini |telah |sudah )*"
    r"(?:diperbaiki|dikoreksi|diralat|direvisi|mengalami (?:ralat|koreksi|perbaikan))"
    r"(?= (?:pada|pukul|karena|setelah|atas|dengan|untuk|di|oleh)\b|[.,:])"
    r"|(?:catatan )?(?:ralat|koreksi)(?: redaksi)? ?:|catatan koreksi\b|sebelumnya,? kami menulis\b"
    r"|redaksi (?:memohon|mohon|meminta) maaf atas (?:kesalahan|kekeliruan))[^\n]{0,120}",
    re.IGNORECASE,
)
_REPLY_TITLE = re.compile(r"^\W*hak (?:jawab|koreksi)\b|[(\[]hak jawab[)\]]", re.IGNORECASE)
_REPLY = re.compile(
    r"(?:^|\n\n)\W{0,4}(?:hak jawab(?: dan hak koreksi)?(?: ?[:\n]| (?:atas|dari|untuk|pt|dan)\b)"
    r"|(?:berita|artikel|tulisan)(?: ini)? (?:telah |sudah )?(?:memuat|dilengkapi|mendapat)(?: dengan)? hak jawab\b"
    r"|catatan redaksi ?: ?[^\n]{0,80}hak jawab\b)[^\n]{0,120}",
    re.IGNORECASE,
)
_WITHDRAWN_TITLE = re.compile(
    r"^\W*(?:pencabutan (?:berita|artikel)\b|(?:berita|artikel) (?:ini )?(?:telah |sudah )?dicabut\b|\[dicabut\])",
    re.IGNORECASE,
)
_WITHDRAWN = re.compile(
    r"(?:^|\n\n)\W{0,4}(?:catatan redaksi\W{1,3})?(?:(?:berita|artikel|tulisan|naskah)"
    r"(?: (?:ini|tersebut|berjudul [^\n]{3,160}?))? (?:telah |sudah |resmi |kami )+(?:dicabut|ditarik|cabut|tarik)\b"
    r"|redaksi (?:telah |sudah )?(?:mencabut|menarik) (?:berita|artikel|tulisan)\b)[^\n]{0,120}",
    re.IGNORECASE,
)


class Verdict(NamedTuple):
    """A value, the rule that gave it, and the words it rests on (null where nothing but the rule speaks for it)."""

    value: str
    rule: str
    evidence: str | None


class Signs(NamedTuple):
    """What the verdicts may rest on: one cleaned document, its outlet, and the hints of its markup (``Fields``)."""

    title: str
    text: str
    zones: Sequence[Zone]
    word_count: int
    section: str | None
    canonical_url: str | None
    outlet_kind: str | None
    source_kind: str
    is_summary: bool = False
    hints: Mapping[str, str] = MappingProxyType({})


def content_kind(signs: Signs) -> Verdict:
    """The kind of the article with its rule and evidence; ``news`` under ``NO_SIGN`` where nothing says otherwise."""
    ending = _ending(signs)
    host, places = _places(signs)
    return (
        _paid(signs, ending, places)
        or _factcheck(signs, host, places)
        or _titled("opinion", signs, _OPINION_TITLE, places)
        or _titled("live", signs, _LIVE_TITLE, places)
        or _truncated(signs, ending)
        or _release(signs, ending, host, places)
        or Verdict("news", NO_SIGN, None)
    )


def correction_state(signs: Signs) -> Verdict:
    """``withdrawn``, ``hak_jawab`` or ``ralat`` with its evidence, in this order; ``none`` where no note is found.

    Notes are looked for in the title, in the section's name and at both ends of the text: `hingga berita ini
    diturunkan` is how outlets say "at the time of writing", and politicians use their `hak jawab` inside sentences.
    """
    title, text = signs.title, signs.text
    for state, pattern in (("withdrawn", _WITHDRAWN_TITLE), ("hak_jawab", _REPLY_TITLE), ("ralat", _CORRECTED_TITLE)):
        if match := pattern.search(title):
            return _verdict(state, "title", match)
    if {"hak-jawab", "hak-koreksi"} & set(_slugs(signs.section)):
        return Verdict("hak_jawab", "section", signs.section)
    whole = text if len(text) <= 2 * _NOTE_REACH else f"{text[:_NOTE_REACH]}\n\n{text[-_NOTE_REACH:]}"
    lowered = whole.lower()
    for state, pattern, words in (
        ("withdrawn", _WITHDRAWN, ("cabut", "tarik")),
        ("hak_jawab", _REPLY, ("hak jawab",)),
        ("ralat", _CORRECTED, ("ralat", "oreksi", "diperbaiki", "direvisi", "perbaikan", "kami menulis", "mohon maaf")),
    ):
        if _holds(lowered, words) and (match := pattern.search(whole)):
            return _verdict(state, "note", match)
    return Verdict("none", NO_SIGN, None)


def _holds(text: str, words: Iterable[str]) -> bool:
    """Whether any of ``words`` is in ``text``: the cheap question before a pattern is tried."""
    return any(word in text for word in words)


def _verdict(value: str, rule: str, match: re.Match[str], group: str | int = 0) -> Verdict:
    return Verdict(value, rule, match.group(group).strip(" \n,")[:_LONGEST_EVIDENCE] or match.group().strip())


def _ending(signs: Signs) -> str:
    """The end of what is the article's own: before tags, related lists and footers."""
    end = max((zone.end for zone in signs.zones if zone.zone in _ENDING_ZONES), default=0)
    return signs.text[max(0, end - _ENDING) : end].rstrip(" \n,")


@lru_cache(maxsize=4096)
def _slugs(section: str | None) -> tuple[str, ...]:
    """The names in a section cell as addresses write them: ``Ekonomi / Kolom Pakar`` -> ekonomi, kolom-pakar."""
    return tuple(_NOT_A_LETTER.sub("-", part.strip().lower()) for part in re.split(r"[,/>|]", section or ""))


def _kind_of(name: str) -> str | None:
    return _KIND_OF_SECTION.get(name) or ("paid" if name.startswith("adv") and _PAID_SECTION.match(name) else None)


def _places(signs: Signs) -> tuple[str, dict[str, Verdict]]:
    """The host, and what the places say that the article stands in: markup, section, subdomain, address's folders."""
    verdicts: dict[str, Verdict] = {}
    if kind := _KIND_OF_TYPE.get(signs.hints.get("type", "")):
        verdicts[kind] = Verdict(kind, "markup", signs.hints["type"])
    for name in _slugs(signs.section):
        if kind := _kind_of(name):
            verdicts.setdefault(kind, Verdict(kind, "section", signs.section))
    if not signs.canonical_url:
        return "", verdicts
    host, *folders = signs.canonical_url.partition("?")[0].lower().split("/")[2:]
    if kind := _kind_of(host.partition(".")[0]):
        verdicts.setdefault(kind, Verdict(kind, "url", host))
    for name in folders[:-1]:
        if kind := _kind_of(name):
            verdicts.setdefault(kind, Verdict(kind, "url", f"/{name}/"))
    return host, verdicts


def _titled(kind: str, signs: Signs, pattern: re.Pattern[str], places: Mapping[str, Verdict]) -> Verdict | None:
    if match := pattern.search(signs.title):
        return _verdict(kind, "title", match)
    return places.get(kind)


def _paid(signs: Signs, ending: str, places: Mapping[str, Verdict]) -> Verdict | None:
    if "(" in ending and (match := _PAID_END.search(ending)):
        return _verdict("paid", "byline", match)
    if found := _titled("paid", signs, _PAID_TITLE, places):
        return found
    for part in (signs.text[:_ENDING], ending):
        if _holds(part.lower(), _PAID_WORDS) and (match := _PAID_LINE.search(part)):
            return _verdict("paid", "note", match)
    return None


def _factcheck(signs: Signs, host: str, places: Mapping[str, Verdict]) -> Verdict | None:
    if signs.outlet_kind == "factcheck":
        return Verdict("factcheck", "outlet", host or signs.outlet_kind)
    if match := _FACTCHECK_TITLE.search(signs.title):
        return _verdict("factcheck", "title", match)
    found = places.get("factcheck")
    if found and (
        found.rule == "markup"
        or _FACTCHECK_CUE.search(signs.title)
        or any(zone.zone == "claim" for zone in signs.zones)
    ):
        return found
    return None


def _truncated(signs: Signs, ending: str) -> Verdict | None:
    if not ending:
        return None if _is_media(signs) else Verdict("truncated", "no_text", signs.title[:_LONGEST_EVIDENCE])
    if _holds(ending[-40:], ("..", "…", "[+", "&hellip;")):
        if match := _CUT.search(ending):
            return _verdict("truncated", "ellipsis", match)
        match = _ELLIPSIS.search(ending) if len(signs.text) <= _LONGEST_TEASER else None
        if match and not _NO_CUT.search(match.group().rstrip(".… ")):
            return _verdict("truncated", "ellipsis", match)
    for rule, pattern, part, words in (
        ("next_page", _NEXT_PAGE, ending, ("alaman", "ersambung")),
        ("announced", _ANNOUNCED, ending, ("selengkapnya", "ulasannya", "daftarnya", "rinciannya")),
        ("paywall", _PAYWALL, signs.text[-_PAYWALL_REACH:], ("langgan", "ubscribe", "membaca", "mencapai batas")),
    ):
        if _holds(part, words) and (match := pattern.search(part)):
            return _verdict("truncated", rule, match)
    if page := signs.hints.get("page"):
        return Verdict("truncated", "next_page", f"page {page}")
    if signs.hints.get("is_free") == "false":
        return Verdict("truncated", "paywall", "isAccessibleForFree: false")
    if signs.is_summary:
        return Verdict("truncated", "summary", signs.text[:_LONGEST_EVIDENCE])
    if signs.word_count < _FEWEST_WORDS and "\n\n" not in signs.text.strip() and not _is_media(signs):
        return Verdict("truncated", "short", signs.text[:_LONGEST_EVIDENCE])
    return None


def _is_media(signs: Signs) -> bool:
    """Whether the article is a picture or a film, whose few words are all there is."""
    return bool(_MEDIA.search(f"{signs.section or ''} {signs.canonical_url or ''} {signs.title}"))


def _release(signs: Signs, ending: str, host: str, places: Mapping[str, Verdict]) -> Verdict | None:
    if signs.source_kind == "press_release":
        return Verdict("release_derived", "source", signs.source_kind)
    if signs.outlet_kind == "government" or _OFFICIAL_HOST.search(host):
        return Verdict("release_derived", "host", host or signs.outlet_kind)
    if found := _titled("release_derived", signs, _RELEASE_TITLE, places):
        return found
    head = signs.text[:_ENDING]
    if _holds(head, ("PERS", "PRESS", "Pers ")) and (match := _RELEASE_HEAD.search(head)):
        return _verdict("release_derived", "head", match)
    if match := _RELEASE_END.search(ending, max(0, len(ending) - _CREDIT_REACH)):
        return _verdict("release_derived", "credit", match, "credit")
    return None
