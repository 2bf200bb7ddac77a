"""What speaks against a match: surroundings in which a body's form is not the body.

Belongs here: rules that hold for every body. Does not: forms that are usually something else (prior 0 in the registry),
nor names of laws and buildings, which count as the body's name.

- An address: ``kpu.go.id``, ``humas@kemendagri``, ``S-1150/MK.011``.
- A document's number: ``LP/B/188/IV/2025/SPKT``.
- Another name: ``RS Polri``, ``Komnas PA``, ``BPJS hewan``.
- A foreign body: ``Menteri Luar Negeri Jepang``, ``Mahkamah Agung AS``; and what else the article writes of it
  (``Menlu Pompeo``) where it does not speak of Indonesia at all.
- A rank: ``Mayjen TNI Kristomei`` names an officer.
- An acronym that the article defines otherwise: ``Koperasi Simpan Pinjam (KSP)``.

Offsets are bytes of the scanned buffer; ``bounds`` are those of the stretch beyond which a rule must not look.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

_COUNTRIES = """
Afganistan, Afghanistan, Afrika Selatan, Albania, Aljazair, Amerika, Amerika Serikat, Andorra, Angola, Arab Saudi,
Argentina, Armenia, AS, Australia, Austria, Azerbaijan, Bahama, Bahrain, Bangladesh, Barbados, Belanda, Belarus,
Belarusia, Belgia, Belize, Benin, Bhutan, Bolivia, Bosnia, Botswana, Brasil, Brazil, Brunei, Brunei Darussalam,
Bulgaria, Burkina Faso, Burundi, Ceko, Chad, Chile, China, Cile, Cina, Denmark, Djibouti, Ekuador, El Salvador,
Eritrea, Estonia, Eswatini, Ethiopia, Etiopia, Fiji, Filipina, Finlandia, Gabon, Gambia, Gaza, Georgia, Ghana,
Guatemala, Guinea, Guyana, Haiti, Hamas, Honduras, Hong Kong, Hongaria, Hungaria, India, Inggris, Irak, Iran,
Irlandia, Islandia, Israel, Italia, Jamaika, Jepang, Jerman, Kamboja, Kamerun, Kanada, Kazakhstan, Kenya,
Kirgizstan, Kolombia, Korea, Korea Selatan, Korea Utara, Korsel, Korut, Kosovo, Kosta Rika, Kroasia, Kuba, Kuwait,
Laos, Latvia, Lebanon, Lesotho, Libanon, Liberia, Libya, Liechtenstein, Lituania, Luksemburg, Madagaskar,
Makedonia, Maladewa, Malawi, Malaysia, Mali, Malta, Maroko, Mauritania, Mauritius, Meksiko, Mesir, Moldova, Monako,
Mongolia, Montenegro, Mozambik, Myanmar, Namibia, Nepal, Niger, Nigeria, Nikaragua, Norwegia, Oman, Pakistan,
Palestina, Panama, Pantai Gading, Papua Nugini, Paraguay, Perancis, Peru, PNG, Polandia, Portugal, Prancis, Qatar,
Rumania, Rusia, Rwanda, Saudi, Selandia Baru, Senegal, Serbia, Sierra Leone, Singapura, Siprus, Slovakia, Slovenia,
Somalia, Spanyol, Sri Lanka, Sudan, Sudan Selatan, Suriah, Suriname, Swedia, Swiss, Taiwan, Tajikistan, Taliban,
Tanzania, Thailand, Timor Leste, Tiongkok, Togo, Tunisia, Turki, Turkiye, Turkmenistan, UEA, Uganda, Ukraina, Uni
Emirat Arab, Uni Soviet, Uruguay, US, Uzbekistan, Vanuatu, Vatikan, Venezuela, Vietnam, Yaman, Yordania, Yunani,
Zambia, Zimbabwe
"""
Stems = tuple[bytes, ...]
Bounds = tuple[int, int]

COUNTRIES = frozenset(name.strip().lower().encode() for name in _COUNTRIES.split(","))

_NEXT_WORDS = re.compile(rb" ([A-Z][\w-]*)((?: [A-Z][\w-]*){0,2})")
_INDONESIA = re.compile(rb"(?<!\w)(?:Indonesia|INDONESIA|RI|WNI|TNI)(?!\w)")
_RANK = re.compile(
    rb"(?<!\w)(?:jenderal|letjen|letnan jenderal|mayjen|mayor jenderal|brigjen|brigadir jenderal|kolonel|letkol|mayor"
    rb"|kapten|laksamana|laksamana (?:madya|muda|pertama)|laksdya|laksda|laksma"
    rb"|marsekal|marsekal (?:madya|muda|pertama)|marsdya|marsda|marsma)\.? $",
    re.IGNORECASE,
)
_RANK_LENGTH = 24
_OTHER_BEFORE = re.compile(rb"(?<!\w)(?:RS|Rumah Sakit|Rumah Sakit Pusat|RSP|PT|Komnas|Universitas|Akademi) \Z")
_OTHER_BEHIND = re.compile(rb" (?i:hewan)\b")
_HANDLE = re.compile(rb"[@#][\w.]*\Z")  # @infoBMKG, #MenteriBaru
_HANDLE_LENGTH = 30
_TOKEN_BEFORE = re.compile(rb"\S*\Z")
_TOKEN_BEHIND = re.compile(rb"\S*")
_NUMBER_LENGTH = 60
_RANKED = b"TNI"
_WORD = re.compile(rb"[\w-]+")
_DEFINITION_LENGTH = 120
_SMALL_WORDS = frozenset(
    (b"dan", b"dan/atau", b"atau", b"di", b"dari", b"untuk", b"atas", b"of", b"the", b"and", b"for")
)
_STEM = 4  # letters of a word that a misprinted name still has: Pemberantas(an), Standar(d)isasi


def is_address(buffer: bytes, start: int, end: int, bounds: Bounds) -> bool:
    """Whether ``buffer[start:end]`` is part of an address of the web, of mail, or of a document's number."""
    before, behind = buffer[max(start - 1, bounds[0]) : start], buffer[end : min(end + 2, bounds[1])]
    if behind[:1] == b"@" or _HANDLE.search(buffer, max(bounds[0], start - _HANDLE_LENGTH), start):
        return True
    if b"/" in (before, behind[:1]) and _is_document_number(buffer, start, end, bounds):
        return True
    if behind[:1] == b"." and (behind[1:].islower() or behind[1:].isdigit()):
        return True
    return before == b"/" and buffer[start:end].islower()


def _is_document_number(buffer: bytes, start: int, end: int, bounds: Bounds) -> bool:
    """Whether the span lies in a number such as ``LP/B/188/IV/2025/SPKT``: two strokes and a digit without a space."""
    first, last = max(bounds[0], start - _NUMBER_LENGTH), min(bounds[1], end + _NUMBER_LENGTH)
    token = _TOKEN_BEFORE.search(buffer, first, start), _TOKEN_BEHIND.match(buffer, end, last)
    text = b"".join(part[0] for part in token if part)
    return text.count(b"/") >= 2 and any(byte in b"0123456789" for byte in text)


def is_rank(buffer: bytes, start: int, form: bytes, bounds: Bounds) -> bool:
    """Whether ``form``, which begins at ``start``, is the service named in an officer's rank."""
    return form == _RANKED and _RANK.search(buffer[max(bounds[0], start - _RANK_LENGTH) : start]) is not None


def is_other_name(buffer: bytes, start: int, end: int, bounds: Bounds) -> bool:
    """Whether the span is part of the name of something else: a hospital of the police, Komnas PA, BPJS Hewan."""
    before = buffer[max(bounds[0], start - _RANK_LENGTH) : start]
    return _OTHER_BEFORE.search(before) is not None or _OTHER_BEHIND.match(buffer, end, bounds[1]) is not None


def is_foreign(buffer: bytes, end: int, bounds: Bounds) -> bool:
    """Whether a country's name follows directly behind ``end``."""
    words = _NEXT_WORDS.match(buffer, end, bounds[1])
    if not words:
        return False
    rest = words[2].split()
    return any(b" ".join((words[1], *rest[:count])).lower() in COUNTRIES for count in range(len(rest) + 1))


def speaks_of_indonesia(buffer: bytes, stretches: Iterable[Bounds]) -> bool:
    """Whether one of the ``stretches`` names Indonesia."""
    return any(_INDONESIA.search(buffer, *bounds) for bounds in stretches)


def is_defined_otherwise(buffer: bytes, start: int, acronym: bytes, names: Collection[Stems], bounds: Bounds) -> bool:
    """Whether ``acronym``, bracketed at ``start``, stands behind words of its initials that are none of ``names``."""
    if buffer[start - 1 : start] != b"(" or buffer[start + len(acronym) : start + len(acronym) + 1] != b")":
        return False
    line = buffer[max(bounds[0], start - _DEFINITION_LENGTH) : start - 1].rpartition(b"\n")[2]
    words = [word for word in _WORD.findall(line) if word.lower() not in _SMALL_WORDS][-len(acronym) :]
    if b"".join(word[:1] for word in words).upper() != acronym or not words[0][:1].isupper():
        return False
    return stems(words) not in names


def stems(words: Iterable[bytes]) -> Stems:
    """The beginnings of the words that count, by which a misprinted name is still known."""
    return tuple(word.lower()[:_STEM] for word in words if word.lower() not in _SMALL_WORDS)
