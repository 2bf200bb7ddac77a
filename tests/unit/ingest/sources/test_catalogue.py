"""The catalogue and the user's file: what is on, how it is asked, and which mistakes are told."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.clean.urls import host
from ingest.errors import SourceError
from ingest.registry.check_channels import channel_problems
from ingest.registry.load import load
from ingest.registry.model import Registry
from ingest.sources.catalogue import HostPaces, read_sources, user_agent
from ingest.sources.source import Sources
from ingest.sources.sources_file import add, switch
from ingest.sources.web.model import FetchRules, HostRules
from warehouse.contracts import TABLES

DOCS = Path(__file__).parents[4] / "docs"
OUTLETS = [
    {
        "outlet_id": outlet_id,
        "outlet_name": name,
        "domains": domains,
        "network": None,
        "outlet_kind": "online",
        "clock_zone": "WIB",
        "has_local_z_stamps": False,
        "source": "uji",
    }
    for outlet_id, name, domains in (
        ("kabar", "Kabar Misal", ["kabar.example"]),
        ("kota", "Kabar Kota", ["kota.kabar.example"]),
        ("warta", "Warta", ["warta.example"]),
    )
]
CHANNELS = [
    ("https://kabar.example/rss/politik", "kabar", "feed", "politik"),
    ("https://kabar.example/rss/hukum", "kabar", "feed", "hukum"),
    ("https://news.kabar.example/sitemap_news.xml", "kabar", "sitemap", None),
    ("https://kota.kabar.example/rss", "kota", "feed", None),
]


def registry_of(*channels: tuple[str, str, str, str | None]) -> Registry:
    rows = [(*channel, "uji") for channel in channels]
    return Registry(
        {
            "outlets": pl.DataFrame(OUTLETS, schema=TABLES["registry.outlets"].polars_schema()),
            "channels": pl.DataFrame(rows, schema=TABLES["registry.channels"].polars_schema(), orient="row"),
        }
    )


REGISTRY = registry_of(*CHANNELS)


def read(folder: Path, text: str | None) -> Sources:
    path = folder / "sources.yml"
    if text is not None:
        path.write_text(text, "utf-8")
    return read_sources(path, REGISTRY)


@pytest.mark.parametrize("text", [None, "", "# hanya komentar\n", "sources:\n", "fetch:\nsources:\n  kabar:\n"])
def test_nothing_is_on_that_was_not_switched_on(tmp_path: Path, text: str | None) -> None:
    sources = read(tmp_path, text)
    assert [source.source_id for source in sources.sources] == ["kabar", "kota"]
    assert sources.switched_on == ()
    assert sources.rules == FetchRules(sources.rules.user_agent, host_rules=sources.rules.host_rules)
    assert not sources.rules.host_rules


def test_a_file_that_says_everything(tmp_path: Path) -> None:
    sources = read(
        tmp_path,
        """
contact: humas@contoh.example
fetch: {seconds_between_requests: 3, connections: 7, max_tries: 2}
sources:
  kota: on
  kabar:
    on: true
    only: politik
    feeds: https://kabar.example/rss/daerah
    seconds_between_requests: 5
    revisit_hours: [24, 6, 6]
    feed_minutes: 15
  desa:
    name: Situs Desa
    outlet: warta
    feeds: [https://desa.example/feed/]
    sitemaps: [https://desa.example/sitemap.xml]
    on: yes
""",
    )
    by_id = {source.source_id: source for source in sources.switched_on}
    kabar, desa, kota = by_id["kabar"], by_id["desa"], by_id["kota"]
    assert [channel.url for channel in kabar.channels] == [
        "https://kabar.example/rss/politik", "https://kabar.example/rss/daerah",
    ]  # fmt: skip
    assert (kabar.revisit_hours, kabar.feed_minutes, kabar.sitemap_minutes) == ((6, 24), 15, 1440)
    assert (kabar.origin, kabar.outlet_id, kabar.source_name) == ("catalogue", "kabar", "Kabar Misal")
    assert (desa.origin, desa.outlet_id, desa.source_name) == ("own", "warta", "Situs Desa")
    assert [channel.kind for channel in desa.channels] == ["feed", "sitemap"]
    assert kota.pace == HostRules(3.0, 1)
    rules = sources.rules
    assert (rules.connections, rules.max_tries, rules.default_host) == (7, 2, HostRules(3.0, 1))
    assert rules.user_agent.startswith("Kliping/")
    assert rules.user_agent.endswith(" (+mailto:humas@contoh.example)")
    paces = {name: rules.host_rules.get(name, rules.default_host).seconds_between_requests for name in (
        "kabar.example", "news.kabar.example", "www.kabar.example", "kota.kabar.example", "xkabar.example",
        "desa.example", "foto.desa.example",
    )}  # fmt: skip
    assert paces == {
        "kabar.example": 5.0, "news.kabar.example": 5.0, "www.kabar.example": 5.0, "kota.kabar.example": 3.0,
        "xkabar.example": 3.0, "desa.example": 3.0, "foto.desa.example": 3.0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("sources: {kabr: on}", "the source kabr is not in the catalogue and lists no feeds or sitemaps; did you mean"),
        ("sources: {kabar: {onn: on}}", "says 'sources.kabar.onn', which is none of: on, name, outlet, feeds"),
        ("fetch: {pause: 1}", "says 'fetch.pause', which is none of: seconds_between_requests, requests_at_once"),
        ("source: {}", "says 'source', which is none of: contact, fetch, sources"),
        ("- kabar", "must be a mapping of contact, fetch, sources"),
        ("sources: [kabar]", "is wrong at 'sources'"),
        ("sources: {kabar: mungkin}", "is wrong at 'sources.kabar.on'"),
        ("contact: tidak ada", "is wrong at 'contact': write a mail address or the address of a web page"),
        ("contact: 'a@b.id) jahat\\n'", "is wrong at 'contact'"),
        ("fetch: {seconds_between_requests: 0.1}", "fetch.seconds_between_requests is 0.1; the least is 0.5"),
        ("fetch: {backoff_seconds: 0}", "fetch.backoff_seconds is 0; the least is 0.5"),
        ("sources: {kabar: {seconds_between_requests: 0}}", "sources.kabar.seconds_between_requests is 0; the least"),
        ("fetch: {requests_at_once: 5}", "is wrong at 'fetch.requests_at_once': Input should be less than or equal"),
        ("fetch: {connect_to: kabar.example}", "is wrong at 'fetch.connect_to': write host:port"),
        ("sources: {kabar: {only: [olahraga]}}", "has no section 'olahraga'; its sections are hukum, politik"),
        ("sources: {kabar: {outlet: warta}}", "the source kabar is of the catalogue and of the outlet kabar"),
        ("sources: {desa: {feeds: [desa.example]}}", "lists 'desa.example', which is not an http(s) address"),
        ("sources: {kabar: on, desa: {feeds: ['http://kabar.example/rss/hukum']}}", "is listed by desa and kabar"),
        ("sources: {desa: {feeds: ['https://d.example/a', 'http://www.d.example/a/']}}", "lists https://d.example/a t"),
        ("sources: {desa: {feeds: ['https://d.example/a'], outlet: kabarr}}", "which is unknown; did you mean kabar?"),
        ("sources: {Desa Kami: {feeds: ['https://d.example/a']}}", "must be called by small letters"),
        ("sources: {desa: {feeds: ['https://d.example/a'], only: [x]}}", "says only"),
        ("sources: {kabar: on, kabar: off}", 'is not YAML: while constructing a mapping'),
        ("sources: {kabar: on", "is not YAML"),
        ("a: &a [*a]", "says 'a', which is none of"),
    ],
)  # fmt: skip
def test_each_mistake_is_told_in_one_sentence_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(SourceError) as caught:
        read(tmp_path, text)
    sentence = str(caught.value)
    assert told in sentence
    assert sentence.startswith(str(tmp_path / "sources.yml"))
    assert "\n" not in sentence


def test_a_file_that_is_not_text(tmp_path: Path) -> None:
    (tmp_path / "sources.yml").write_bytes(b"contact: \xff\xfe")
    with pytest.raises(SourceError, match="is not UTF-8"):
        read(tmp_path, None)


def test_a_copy_of_a_site_may_be_asked_as_fast_as_one_likes(tmp_path: Path) -> None:
    rules = read(tmp_path, "fetch: {connect_to: '127.0.0.1:80', seconds_between_requests: 0, backoff_seconds: 0}").rules
    assert (rules.connect_to, rules.allow_private) == ("127.0.0.1:80", True)
    assert rules.default_host == HostRules(0.0, 1)
    assert not read(tmp_path, "").rules.allow_private


def test_of_sources_that_share_a_host_the_slower_pace_holds(tmp_path: Path) -> None:
    rules = read(
        tmp_path,
        """
sources:
  kabar: {on: true, seconds_between_requests: 9}
  tambahan: {feeds: [https://kabar.example/lain], on: true, seconds_between_requests: 1, requests_at_once: 3}
""",
    ).rules
    assert rules.host_rules["kabar.example"] == HostRules(9.0, 1)


def test_what_was_written_before_the_catalogue_knew_of_it_stays_right(tmp_path: Path) -> None:
    sources = read(
        tmp_path,
        """
sources:
  lama: {feeds: [http://www.kabar.example/rss/hukum], on: true}
  kota: {name: Kota Lama, outlet: kota, feeds: [http://kota.kabar.example/rss/, https://kota.kabar.example/lain]}
""",
    )
    listed = {source.source_id: [channel.url for channel in source.channels] for source in sources.sources}
    assert listed == {
        "kabar": ["https://kabar.example/rss/politik", "https://news.kabar.example/sitemap_news.xml"],
        "kota": ["https://kota.kabar.example/rss", "https://kota.kabar.example/lain"],
        "lama": ["http://www.kabar.example/rss/hukum"],
    }
    assert sources.sources[1].source_name == "Kota Lama"


labels = st.text("abc", min_size=1, max_size=3)


@given(st.lists(labels, min_size=1, max_size=4), st.lists(labels, min_size=1, max_size=4))
def test_a_host_is_covered_by_whole_labels_only(domain: list[str], name: list[str]) -> None:
    paces = HostPaces({".".join(domain): HostRules(7.0)})
    assert (".".join(name) in paces) == (name[-len(domain) :] == domain)
    assert paces.get(".".join([*name, *domain])) == HostRules(7.0)
    assert list(paces) == [".".join(domain)]


@pytest.mark.parametrize(
    ("contact", "behind"),
    [(None, ""), ("a@b.id", " (+mailto:a@b.id)"), ("https://b.id/kliping", " (+https://b.id/kliping)")],
)
def test_the_user_agent_says_who_asks(contact: str | None, behind: str) -> None:
    name, _, rest = user_agent(contact).partition("/")
    assert name == "Kliping"
    assert rest.partition(" ")[0][0].isdigit()
    assert user_agent(contact).endswith(behind)


# --- the shipped catalogue --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shipped() -> Registry:
    return load()


def test_the_catalogue_has_feeds_of_many_outlets(shipped: Registry) -> None:
    channels = shipped["channels"]
    assert channels["outlet_id"].n_unique() >= 45
    assert set(channels["channel_kind"]) == {"feed", "sitemap"}
    assert not [url for url in channels["channel_url"] if "apikey" in url]
    assert all(len(source) > 10 for source in channels["source"])
    assert Counter(host(url) for url in channels["channel_url"])["rss.tempo.co"] >= 10


def test_the_file_of_channels_is_sorted(shipped: Registry) -> None:
    path = Path(load.__code__.co_filename).with_name("channels.csv")
    content = path.read_bytes()
    lines = content.decode("utf-8").splitlines()
    assert b"\r" not in content
    assert content[:1] == b"c"
    assert [line.split(",")[0] for line in lines[1:]] == sorted(shipped["channels"]["channel_url"])


def test_the_example_of_the_docs_can_be_read(shipped: Registry) -> None:
    sources = read_sources(DOCS / "sources.yml", shipped)
    assert [source.source_id for source in sources.switched_on] == ["antara", "situs-desa", "tempo"]
    antara = sources.switched_on[0]
    assert len(antara.channels) == 4
    defaults = FetchRules(sources.rules.user_agent, host_rules=sources.rules.host_rules)
    assert sources.rules == defaults


@pytest.mark.parametrize(
    ("channel", "told"),
    [
        (("ftp://kabar.example/x", "kabar", "feed", None), "'ftp://kabar.example/x' is not an http(s) address"),
        (("http://www.kabar.example/rss/hukum/", "kabar", "feed", None), "are one address"),
        (("https://x.example/rss", "tiada", "feed", None), "the outlet tiada of https://x.example/rss is unknown"),
        (("https://warta.example/rss", "kabar", "feed", None), "does not lie on a host of kabar"),
        (("https://kota.kabar.example/rss2", "kabar", "feed", None), "does not lie on a host of kabar"),
    ],
)  # fmt: skip
def test_channels_that_contradict_the_registry_are_told(channel: tuple[str, str, str, str | None], told: str) -> None:
    assert list(channel_problems(REGISTRY)) == []
    (problem,) = channel_problems(registry_of(*CHANNELS, channel))
    assert told in problem


# --- editing ----------------------------------------------------------------------------------------------------------

WRITTEN = """\
# berkas kami
contact: humas@contoh.example  # meja piket

sources:
  # sumber utama
  kabar: {on: true, only: [politik]}  # cukup politik
  kota: off   # nanti
"""


def test_switching_leaves_comments_and_order_alone(tmp_path: Path) -> None:
    path = tmp_path / "config" / "sources.yml"
    path.parent.mkdir()
    path.write_text(WRITTEN)
    path.chmod(0o640)
    switch(path, ["kota"], is_on=True)
    assert path.read_text() == WRITTEN.replace("kota: off   # nanti", "kota: on    # nanti")
    switch(path, ["kabar", "kota"], is_on=False)
    assert "kabar: {on: false, only: [politik]}" in path.read_text()
    assert [line for line in path.read_text().splitlines() if "#" in line and "{" not in line] == [
        "# berkas kami", "contact: humas@contoh.example  # meja piket", "  # sumber utama", "  kota: off   # nanti",
    ]  # fmt: skip
    assert path.stat().st_mode & 0o777 == 0o640
    assert [entry.name for entry in path.parent.iterdir()] == ["sources.yml"]
    assert read_sources(path, REGISTRY).switched_on == ()


def test_a_file_is_made_and_grows(tmp_path: Path) -> None:
    path = tmp_path / "config" / "sources.yml"
    switch(path, ["kabar"], is_on=True)
    switch(path, ["kota"], is_on=False)
    add(path, "desa", {"name": "Desa: satu", "feeds": ["https://desa.example/feed"], "on": True})
    assert path.read_text().startswith("# ")
    sources = read_sources(path, REGISTRY)
    assert [source.source_id for source in sources.switched_on] == ["desa", "kabar"]
    assert "kota" not in path.read_text()
    with pytest.raises(SourceError, match="has a source desa already"):
        add(path, "desa", {"feeds": ["https://lain.example/feed"]})


def test_a_file_that_is_wrong_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "sources.yml"
    path.write_text("fetsch: {}\n")
    with pytest.raises(SourceError, match="which is none of"):
        switch(path, ["kabar"], is_on=True)
    path.write_text(WRITTEN)
    with pytest.raises(SourceError, match="is wrong at"):
        add(path, "desa", {"feeds": 7})
    assert path.read_text() == WRITTEN
