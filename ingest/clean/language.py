"""The language of a text.

Belongs here: the detector, its mapping to the contract's values, and the words that correct it. Does not: what is done
with other languages.
"""

from __future__ import annotations

import re

SAMPLE = 600
"""Code points that are looked at; more changes hardly any verdict and costs."""

_FEWEST_LETTERS = 40
_FEWEST_FOREIGN_WORDS = 12  # a headline of names passes for any language
_LETTERS = re.compile(r"[^\W\d_]+")
_CODES = {"id": "id", "ms": "ms", "en": "en"}


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


# Words that one language has and the other has not, or has in another sense; names of places and bodies are no cues.
_INDONESIAN = _words(
    "karena bahwa polisi uang bisa kantor rapat perusahaan berbagai mobil pria korban sedangkan yaitu saja kemarin"
    " senin kamis jumat minggu agustus desember juli juni maret rupiah rp mantan kasus kabupaten provinsi wib tanggal"
    " pelatih persen miliar triliun kejuaraan gubernur bupati setelah usai mengatakan terkait resmi ujar sekitar saat"
    " hingga ujarnya jelas tersangka menkeu menko kementerian wali kecamatan polres polda"
)
_MALAY = _words(
    "kerana bahawa polis wang mesyuarat syarikat iaitu sahaja semalam isnin khamis jumaat ogos disember julai tarikh"
    " jurulatih kejohanan selepas rasmi ianya perlawanan jawatankuasa pengerusi sekiranya seramai dijangka mahu"
    " menerusi sempena parlimen ringgit manakala pelbagai hospital tempatan antarabangsa setiausaha peratus bilion"
    " perkhidmatan tular kemalangan"
)
_FEWEST_MALAY = 2  # one word may be a quotation
# Words without which hardly a sentence of theirs is written: they outvote names and quoted titles.
_INDONESIAN_PARTICLES = _words("yang dan di dengan untuk ini itu pada dari dalam akan tidak ke oleh sebagai juga")
_ENGLISH_PARTICLES = _words("the of and to in is that for on with was by at from his her it as are be")


def language(text: str, host: str | None = None) -> str:
    """``id``, ``ms``, ``en`` or ``other``; ``und`` where the detector cannot tell.

    That is below 40 letters, and below 12 words where it takes them for a third language. CLD2 decides, and is
    overruled in two cases. It takes one Indonesian text in a hundred for Malay: between the two, words decide that
    only one of them has; where these are even, it is Malay on a Malaysian ``host``, else Indonesian. And names in
    other languages mislead it: a text whose particles are mostly Indonesian is Indonesian.
    """
    import pycld2

    sample = text[:SAMPLE]
    if _letters(sample[:100]) < _FEWEST_LETTERS and _letters(sample) < _FEWEST_LETTERS:
        return "und"
    try:
        _, _, details = pycld2.detect(sample.encode(), isPlainText=True, bestEffort=True)
    except pycld2.error:
        return "und"
    code: str = details[0][1]
    is_malaysian = bool(host) and str(host).endswith(".my")
    if code == "id" and not is_malaysian:
        return "id"
    words = [word.lower() for word in _LETTERS.findall(sample)]
    if code not in ("id", "ms") and not _is_led_by(words, _INDONESIAN_PARTICLES, _ENGLISH_PARTICLES):
        return "und" if code == "un" or len(words) < _FEWEST_FOREIGN_WORDS else _CODES.get(code, "other")
    malay, indonesian = (sum(word in cues for word in words) for cues in (_MALAY, _INDONESIAN))
    if is_malaysian:
        return "ms" if malay >= indonesian else "id"
    return "ms" if malay >= _FEWEST_MALAY and malay > indonesian else "id"


def _letters(text: str) -> int:
    return sum(map(len, _LETTERS.findall(text)))


def _is_led_by(words: list[str], particles: frozenset[str], others: frozenset[str]) -> bool:
    """Whether ``particles`` make up a twentieth of the words and more than ``others`` do."""
    own = sum(word in particles for word in words)
    return own * 20 >= len(words) and own > sum(word in others for word in words)
