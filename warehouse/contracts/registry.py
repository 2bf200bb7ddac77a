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
    columns("agency_id lineage_id source"),
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

REGIONS = Table(
    "registry", "regions", "province, regency or city",
    "Provinces, regencies and cities with the codes of Kepmendagri.",
    ("region_code",),
    columns("region_code region_name region_level parent_code source"),
    frozenset({"parent_code"}),
    {"region_level": ("province", "regency", "city")},
)  # fmt: skip

TABLES = (AGENCIES, AGENCY_PERIODS, ALIASES, ROLES, SUCCESSIONS, OUTLETS, REGIONS)
