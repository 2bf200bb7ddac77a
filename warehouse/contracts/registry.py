"""Contracts of the registry: facts about bodies, outlets and regions, each with its source."""

from __future__ import annotations

from warehouse.contracts.base import Table
from warehouse.contracts.columns import columns

KINDS = (
    "ministry", "agency", "commission", "legislature", "judiciary", "police", "military",
    "prosecution", "regional", "central_bank", "audit", "presidency", "public_body",
)  # fmt: skip

AGENCIES = Table(
    "registry", "agencies", "agency",
    "Bodies of the state and their units, whether they still exist or not.",
    ("agency_id",),
    columns("agency_id lineage_id unit_id region_code source"),
    frozenset({"unit_id", "region_code"}),
)  # fmt: skip

AGENCY_PERIODS = Table(
    "registry", "agency_periods", "agency and period",
    "Name, acronym, kind and parent of a body by date; a pure rename is a new period of the same agency.",
    ("agency_id", "valid_from"),
    columns("agency_id valid_from valid_to agency_name acronym kind parent_id source"),
    frozenset({"valid_to", "acronym", "parent_id"}),
    {"kind": KINDS},
)  # fmt: skip

ALIASES = Table(
    "registry", "aliases", "written form of a body",
    "Names, acronyms and short forms under which the press writes of a body. Official names and acronyms of "
    "the periods are forms too and are not repeated here.",
    ("alias_id",),
    columns("alias_id agency_id surface alias_kind is_exact_case prior valid_from valid_to source"),
    frozenset({"valid_from", "valid_to"}),
    {"alias_kind": ("name", "acronym", "short")},
)  # fmt: skip

ROLES = Table(
    "registry", "roles", "title of an office that stands for a body",
    "Offices whose title encodes the body: Menteri Dalam Negeri, Mendagri, Dirjen Polpum.",
    ("role_id",),
    columns("role_id agency_id surface capacity is_exact_case prior valid_from valid_to source"),
    frozenset({"valid_from", "valid_to"}),
    {"capacity": ("head", "deputy", "acting", "spokesperson", "official")},
)  # fmt: skip

SUCCESSIONS = Table(
    "registry", "successions", "predecessor and successor",
    "Which body took over from which, many to many.",
    ("predecessor_id", "successor_id"),
    columns("predecessor_id successor_id succeeded_on succession_kind source"),
    frozenset(),
    {"succession_kind": ("split", "merger", "mandate")},
)  # fmt: skip

OUTLETS = Table(
    "registry", "outlets", "outlet",
    "News outlets with their hosts, network and clock.",
    ("outlet_id",),
    columns("outlet_id outlet_name domains network outlet_kind clock_zone has_local_z_stamps source"),
    frozenset({"network"}),
    {
        "outlet_kind": ("online", "newspaper", "magazine", "agency", "television", "radio", "government", "factcheck"),
        "clock_zone": ("WIB", "WITA", "WIT"),
    },
)  # fmt: skip

CHANNELS = Table(
    "registry", "channels", "feed or sitemap",
    "Feeds and news sitemaps of outlets, by the address under which they were found; nothing says that one still "
    "answers. Which of them are asked is the user's choice (sources.yml).",
    ("channel_url",),
    columns("channel_url outlet_id channel_kind section source"),
    frozenset({"section"}),
    {"channel_kind": ("feed", "sitemap")},
)  # fmt: skip

REGION_LEVELS = ("province", "regency", "city", "district")

REGIONS = Table(
    "registry", "regions", "province, regency, city or district, and code",
    "Regions with the codes of Kepmendagri; a region that got a new code has a row for each, the old one closed.",
    ("region_code",),
    columns("region_code region_name region_level level_word parent_code successor_code valid_from valid_to source"),
    frozenset({"level_word", "parent_code", "successor_code", "valid_from", "valid_to"}),
    {"region_level": REGION_LEVELS},
)  # fmt: skip

REGION_NAMES = Table(
    "registry", "region_names", "written form of a region",
    "Former names, acronyms and short forms of regions (Jabar, Kaltara, DIY, Solo); region_name is not repeated here. "
    "A former name that says until when it held is the region's official name until then; a bound one is a common "
    "word besides (Mitra, Palas) and names the region only behind a unit or a level word.",
    ("region_code", "surface"),
    columns("region_code surface name_kind is_exact_case valid_from valid_to source"),
    frozenset({"valid_from", "valid_to"}),
    {"name_kind": ("official", "former", "short", "acronym", "bound")},
)  # fmt: skip

REGIONAL_UNITS = Table(
    "registry", "regional_units", "kind of body that exists region by region",
    "What is composed with regions: Polres, Dinas Kesehatan, Kejaksaan Negeri. With a region's code it is a body: "
    "<unit_id>.<region_code>.",
    ("unit_id",),
    columns(
        "unit_id unit_name acronym kind region_levels region_codes parent_unit_id has_level_word valid_from valid_to "
        "source"
    ),
    frozenset({"acronym", "parent_unit_id", "valid_from", "valid_to"}),
    {"kind": KINDS},
)  # fmt: skip

UNIT_FORMS = Table(
    "registry", "unit_forms", "written form of a regional unit",
    "Names, acronyms and offices of regional units as the press writes them before a region: Pemkab, Bupati, Dinkes.",
    ("unit_id", "surface"),
    columns("unit_id surface via region_levels is_exact_case prior valid_from valid_to source"),
    frozenset({"valid_from", "valid_to"}),
    {"via": ("name", "role")},
)  # fmt: skip

REGIONAL_EXCEPTIONS = Table(
    "registry", "regional_exceptions", "regional body that the composition gets wrong",
    "Regional bodies that do not exist, bear another name, belong to another body than the rule says, or have no units "
    "of their own. An absent body's parent_id is the body that does its work and that units below belong to.",
    ("unit_id", "region_code"),
    columns("unit_id region_code exception_kind agency_name acronym parent_id source"),
    frozenset({"agency_name", "acronym", "parent_id"}),
    {"exception_kind": ("absent", "changed", "without_units")},
)  # fmt: skip

HOLDERS = Table(
    "registry", "holders", "person, office and term",
    "Who held a national office, from when to when and in what capacity; terms may overlap.",
    ("holder_id",),
    columns("holder_id agency_id person_name office capacity valid_from valid_to source"),
    frozenset({"valid_to"}),
    {"capacity": ("head", "deputy", "acting")},
)  # fmt: skip

HOLDER_NAMES = Table(
    "registry", "holder_names", "written form of an office holder's name",
    "Names under which the press writes of office holders, each of several words; person_name is not repeated here.",
    ("person_name", "surface"),
    columns("person_name surface source"),
)  # fmt: skip

TABLES = (
    AGENCIES, AGENCY_PERIODS, ALIASES, ROLES, SUCCESSIONS, HOLDERS, HOLDER_NAMES, OUTLETS, CHANNELS, REGIONS,
    REGION_NAMES, REGIONAL_UNITS, UNIT_FORMS, REGIONAL_EXCEPTIONS,
)  # fmt: skip
