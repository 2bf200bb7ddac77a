"""Alerts: the file and its mistakes, each told once, targets that refuse, hang and come back, secrets."""

from __future__ import annotations

import io
import json
import logging
from datetime import datetime, timedelta
from email import message_from_string, policy
from pathlib import Path
from time import monotonic
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from ingest.errors import SourceError
from orchestration.alerting import Told, tell_due
from orchestration.alerts import Alerts, AlertsError, SourceFailed, Spike, examine, masked, read_alerts
from orchestration.alerts_command import app
from orchestration.alerts_facts import checks, failed_sources, late_edition, note_failed_run, runs, spikes
from orchestration.alerts_send import Alert, deliver, due, read_ledger, send
from orchestration.edition import edition, edition_id
from tests.servers.alert_targets import Webhook, mail_server
from tests.small_snapshot import publish_rows
from warehouse.layout import Layout

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 11, 23, 23, 30)  # 06:30 WIB of the 24th
ENVIRONMENT = {"TOKEN": "rahasia-sekali"}


def config(address: str, *rules: str) -> Alerts:
    return Alerts.model_validate(
        {"targets": {"tim": address}, "rules": {rule: {"targets": ["tim"]} for rule in rules or ("run_failed",)}}
    )


def alert(key: str, line: str = "sebuah baris") -> Alert:
    return Alert(f"run_failed:{key}", "run_failed", "{count} proses gagal", line, "Lihat `kliping doctor`.")


def write(tmp_path: Path, text: str) -> Layout:
    layout = Layout(tmp_path)
    layout.config.mkdir(parents=True, exist_ok=True)
    layout.alerts.write_text(text)
    return layout


# --- the file ---------------------------------------------------------------------------------------------------------


def test_the_example_is_right() -> None:
    names = (
        "TELEGRAM_TOKEN TELEGRAM_CHAT SLACK_TOKEN_A SLACK_TOKEN_B SLACK_TOKEN_C MAIL_USER MAIL_PASSWORD WEBHOOK_HOST"
    )
    values = "123456789:abcdefghijklmnopqrst 12345 T1JJ3T3L2 A1BRTD4JD TIiajkdnlazkcOXrIdevi7FQ budi sandi kail.example"
    alerts, mistakes = examine(ROOT / "docs" / "alerts.yml", dict(zip(names.split(), values.split(), strict=True)))
    assert mistakes == []
    assert list(alerts.rules.on()) == ["source_failed", "check_failed", "run_failed", "edition_late", "spike"]
    _, mistakes = examine(ROOT / "docs" / "alerts.yml", {})
    assert len(mistakes) == len(names.split())


def test_no_file_tells_nobody(tmp_path: Path) -> None:
    assert read_alerts(tmp_path / "alerts.yml", {}) == Alerts()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("targets: {tim: json://x/rahasia-sekali, tim: [", "cannot be read as YAML: see line 1"),
        ("- a", "must be a mapping with the keys targets and rules"),
        ("rule: {}", "rule: is not known; the file has targets and rules"),
        ("targets: {tim: 5}", "targets tim: must be text"),
        ("targets: {Tim: 'json://x/rahasia-sekali'}", "targets Tim: must be small letters, digits and hyphens"),
        ("targets: {tim: '${NIHIL}'}", "the environment variable NIHIL is not set"),
        ("targets: {tim: 'kirim://x/rahasia-sekali'}", "target tim: kirim:// is not known; use mailto, tgram"),
        ("targets: {tim: 'rahasia-sekali'}", "target tim: is no address"),
        ("targets: {tim: 'tgram://rahasia-sekali'}", "target tim: tgram://*** lacks a part"),
        ("rules: {spike: {targets: [tim]}}", "rule spike: there is no target tim; the targets are none"),
        ("rules: {spikes: {targets: [tim]}}", "rules spikes: is not known; the rules are source_failed, check_failed"),
        ("rules: {spike: {targets: []}}", "rules spike targets: must name at least one target"),
        (
            "rules: {run_failed: {targets: [tim], min_z: 3}}",
            "rules run_failed min_z: is not known; the rule has enabled",
        ),
        ("rules: {source_failed: {targets: [tim], after_hours: 0}}", "after_hours: input should be greater than 0"),
        ("rules: {spike: {enabled: 1, targets: [tim]}}", "rules spike enabled: must be true or false"),
    ],
)
def test_each_mistake_is_one_sentence_without_a_secret(tmp_path: Path, text: str, told: str) -> None:
    path = write(tmp_path, text).alerts
    alerts, mistakes = examine(path, ENVIRONMENT)
    assert len(mistakes) == 1
    assert told in mistakes[0]
    assert mistakes[0].startswith(str(path))
    assert "rahasia" not in mistakes[0]
    assert alerts == Alerts()
    with pytest.raises(AlertsError, match=r"^((?!rahasia).)*$"):
        read_alerts(path, ENVIRONMENT)


def test_all_mistakes_are_told(tmp_path: Path) -> None:
    path = write(tmp_path, "targets: {a: x, b: 'foo://y'}\nrules: {spike: {targets: [c]}}").alerts
    assert len(examine(path, {})[1]) == 3


def test_a_rule_that_is_off_may_name_a_target_that_is_gone(tmp_path: Path) -> None:
    path = write(tmp_path, "rules: {spike: {enabled: false, targets: [c]}}").alerts
    alerts, mistakes = examine(path, {})
    assert (mistakes, alerts.rules.on()) == ([], {})


@given(st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=8, max_size=20))
def test_of_an_address_the_scheme_alone_is_shown(secret: str) -> None:
    for address in (f"json://host/{secret}", f"mailto://u:{secret}@h", f"tgram://{secret}/1/", secret, f"://{secret}"):
        assert secret not in masked(address)
        assert secret not in repr(config(address))


# --- told once --------------------------------------------------------------------------------------------------------


def test_each_alert_is_told_once_and_those_of_a_rule_together(tmp_path: Path, webhook: Webhook) -> None:
    layout, rules = Layout(tmp_path), config(webhook.address)
    alerts = [alert("a"), alert("b")]
    rows = send(layout, rules, due(alerts, rules, [], NOW), NOW)
    assert [(row["key"], row["outcome"]) for row in rows] == [("run_failed:a", "ok"), ("run_failed:b", "ok")]
    assert [body["title"] for body in webhook.bodies] == ["Kliping: 2 proses gagal"]
    assert webhook.bodies[0]["message"].splitlines() == ["- sebuah baris", "- sebuah baris", "", alerts[0].advice]
    assert read_ledger(layout) == rows
    messages = due([*alerts, alert("c")], rules, read_ledger(layout), NOW)
    assert [[one.key for one in message.alerts] for message in messages] == [["run_failed:c"]]


def test_a_long_list_is_cut_and_counted(webhook: Webhook) -> None:
    rules = config(webhook.address)
    (message,) = due([alert(str(n)) for n in range(40)], rules, [], NOW)
    assert message.title == "Kliping: 40 proses gagal"
    assert message.body.count("\n- ") == 15
    assert "dan 25 lagi" in message.body


def test_a_target_that_refuses_is_tried_three_times(tmp_path: Path, webhook: Webhook) -> None:
    layout, rules = Layout(tmp_path), config(webhook.address)
    webhook.status = 500
    for attempt in (1, 2, 3):
        (row,) = send(layout, rules, due([alert("a")], rules, read_ledger(layout), NOW), NOW)
        assert (row["attempt"], row["outcome"], row["error"]) == (attempt, "failed", "refused with status 500")
    assert due([alert("a")], rules, read_ledger(layout), NOW) == []


def test_a_target_that_comes_back_is_told(tmp_path: Path, webhook: Webhook) -> None:
    layout, rules = Layout(tmp_path), config(webhook.address)
    webhook.status = 503
    send(layout, rules, due([alert("a")], rules, [], NOW), NOW)
    webhook.status = 200
    later = NOW + timedelta(minutes=10)
    assert due([alert("a")], rules, read_ledger(layout), later, retry_after=timedelta(minutes=30)) == []
    (row,) = send(layout, rules, due([alert("a")], rules, read_ledger(layout), later), later)
    assert (row["attempt"], row["outcome"]) == (2, "ok")
    assert due([alert("a")], rules, read_ledger(layout), later) == []


def test_a_target_that_hangs_costs_its_limit_once(tmp_path: Path, webhook: Webhook) -> None:
    layout, rules = Layout(tmp_path), config(webhook.address, "run_failed", "check_failed")
    webhook.seconds = 2.0
    other = Alert("check_failed:x", "check_failed", "x", "y", "z")
    began = monotonic()
    rows = send(layout, rules, due([alert("a"), other], rules, [], NOW), NOW, seconds=0.3)
    assert monotonic() - began < 1.5
    assert [(row["key"], row["error"]) for row in rows] == [("run_failed:a", "no answer within 0.3 s")]


def test_nobody_listens(tmp_path: Path) -> None:
    layout, rules = Layout(tmp_path), config("json://127.0.0.1:9/rahasia-sekali")
    (row,) = send(layout, rules, due([alert("a")], rules, [], NOW), NOW)
    assert row["error"] == "it could not be reached, or refused"


def test_a_half_written_line_of_the_ledger_costs_itself(tmp_path: Path, webhook: Webhook) -> None:
    layout, rules = Layout(tmp_path), config(webhook.address)
    send(layout, rules, due([alert("a")], rules, [], NOW), NOW)
    ledger = layout.alert_log / "ledger.jsonl"
    ledger.write_text(ledger.read_text() + '{"key": "run_fai')
    send(layout, rules, due([alert("b")], rules, read_ledger(layout), NOW), NOW)
    assert [row["key"] for row in read_ledger(layout)] == ["run_failed:a", "run_failed:b"]


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        ("text", "- Harga <b>cabai</b> & bawang *naik* di pasar_induk"),
        ("html", "- Harga &lt;b&gt;cabai&lt;/b&gt; &amp; bawang *naik* di pasar_induk"),
    ],
)
def test_a_headline_is_escaped_for_its_target(form: str, shown: str) -> None:
    line = "- Harga <b>cabai</b> & bawang *naik* di pasar_induk"
    with mail_server() as (port, letters):
        address = f"mailto://127.0.0.1:{port}?from=a@uji.example&to=b@uji.example&format={form}"
        assert deliver(address, "Kliping: lonjakan", line, 10) is None
    body = message_from_string(letters[0], policy=policy.default).get_body(("html" if form == "html" else "plain",))
    assert body is not None
    assert shown in body.get_content().replace("&nbsp;", " ")


def test_no_secret_is_written_or_logged(
    tmp_path: Path, webhook: Webhook, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = io.StringIO()
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [*root.handlers, logging.StreamHandler(heard)])
    level = root.level
    root.setLevel(logging.DEBUG)
    layout = write(
        tmp_path,
        f"targets: {{tim: '{webhook.address.replace('rahasia-sekali', '${TOKEN}')}',"
        " mati: 'json://127.0.0.1:9/${TOKEN}'}\n"
        "rules: {run_failed: {targets: [tim, mati]}}\n",
    )
    rules = read_alerts(layout.alerts, ENVIRONMENT)
    webhook.status = 404
    send(layout, rules, due([alert("a")], rules, [], NOW), NOW)
    root.setLevel(level)
    assert len(webhook.bodies) == 1
    told = capfd.readouterr()
    assert "rahasia" not in heard.getvalue() + told.out + told.err
    assert all("rahasia" not in path.read_text() for path in layout.alert_log.iterdir() if path.is_file())


# --- what there is to tell --------------------------------------------------------------------------------------------


def source(name: str, verdict: str, last: datetime | None, failing: int = 2) -> dict[str, Any]:
    return {
        "source_id": name, "source_name": name.title(), "verdict": verdict, "last_success_utc": last,
        "channel_count": 2, "failing_channel_count": failing, "failure_count": 1200, "attempt_count": 1300,
    }  # fmt: skip


def test_a_source_that_fails_is_told_after_its_hours() -> None:
    frame = pl.DataFrame(
        [
            source("a", "failing", NOW - timedelta(hours=7)),
            source("b", "failing", NOW - timedelta(hours=5)),
            source("c", "failing", None),
            source("d", "failing", NOW, failing=1),  # some channels answer: the verdict itself waits for a day
            source("e", "late", NOW - timedelta(days=3)),  # not asked: Kliping stood still
            source("f", "fine", NOW),
        ],
        schema_overrides={"last_success_utc": pl.Datetime("us")},
    )
    rule = SourceFailed(targets=("tim",))
    found = failed_sources(frame, rule, NOW)
    assert [one.key.split(":")[1] for one in found] == ["a", "c", "d"]
    assert found[0].subject == "{count} dari 6 sumber gagal diambil"
    assert "terakhir berhasil 23-11-2026 23.30 WIB; 2 dari 2 kanal dan 1.200 dari 1.300 percobaan" in found[0].line
    again = failed_sources(frame, rule, NOW + timedelta(hours=1))
    assert [one.key for one in again if one.key in {o.key for o in found}] == [one.key for one in found]


def test_a_broken_check_is_told_with_all_that_were_looked_at(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    layout.checks.mkdir()
    rows = [
        {"rule": name, "table": "clean.zones", "kind": "frame", "passed": name != "tiles", "unexpected_count": 1234}
        for name in ("tiles", "covers", "is_sorted")
    ]
    (layout.checks / "clean.json").write_text(json.dumps(rows))
    (found,) = checks(layout)
    assert found.subject == "{count} dari 3 pemeriksaan gagal"
    assert found.line == "tiles pada clean.zones (tahap clean): 1.234 baris"


def test_a_failed_run_is_told_for_some_days(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    note_failed_run(layout, "0123456789abcdef", "unattended", "Tidak\nbisa dibaca.", NOW)
    note_failed_run(layout, "0123456789abcdef", "unattended", "Tidak\nbisa dibaca.", NOW)
    (found,) = runs(layout, NOW + timedelta(days=2))
    assert found.line == "unattended 01234567, 24-11-2026 06.30 WIB: Tidak bisa dibaca."
    assert runs(layout, NOW + timedelta(days=4)) == []


def test_an_edition_is_late_from_a_quarter_past_six(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    at = datetime(2026, 11, 23, 23, 15)
    assert late_edition(layout, at) == []  # nothing was ever published
    layout.published.mkdir()
    layout.latest.write_text("x\n")
    assert late_edition(layout, at - timedelta(seconds=1)) == []
    (found,) = late_edition(layout, at)
    assert "belum siap (batas 24-11-2026 06.15 WIB)" in found.line
    day = at.date() + timedelta(days=1)
    layout.editions.mkdir()
    for ready, told in ((at + timedelta(minutes=20), 1), (at, 0)):
        made = edition(day, ready_at=ready, snapshot_id="x", article_count=1, day_only_count=0, sources=[])
        (layout.editions / f"{edition_id(day)}.json").write_text(json.dumps(made))
        later = late_edition(layout, at + timedelta(hours=1))
        assert len(later) == told
        assert all("baru siap 24-11-2026 06.35 WIB" in one.line and one.key == found.key for one in later)


# --- all of it --------------------------------------------------------------------------------------------------------


def test_telling_never_raises(tmp_path: Path, webhook: Webhook) -> None:
    layout = write(tmp_path, "targets: [")
    assert "line 1" in str(tell_due(layout, pytest.fail, NOW).error)
    rules = "run_failed: {targets: [tim]}, source_failed: {targets: [tim]}"
    write(tmp_path, f"targets: {{tim: '{webhook.address}'}}\nrules: {{{rules}}}\n")
    note_failed_run(layout, "abc", "unattended", "Galat.", NOW)

    def broken() -> Any:
        raise ZeroDivisionError

    told = tell_due(layout, broken, NOW)
    assert "ZeroDivisionError" in str(told.error)
    layout.alerts.write_text(layout.alerts.read_text().replace("source_failed", "spike"))
    assert tell_due(layout, broken, NOW).ok_count == 1
    assert tell_due(layout, broken, NOW) == Told()
    assert len(webhook.bodies) == 1


def test_a_rule_that_cannot_be_judged_leaves_the_others(tmp_path: Path, webhook: Webhook) -> None:
    layout = write(
        tmp_path,
        f"targets: {{tim: '{webhook.address}'}}\n"
        "rules: {source_failed: {targets: [tim]}, run_failed: {targets: [tim]}}\n",
    )
    note_failed_run(layout, "abc", "unattended", "Galat.", NOW)

    def refused() -> Any:
        raise SourceError("sumber tak terbaca")

    told = tell_due(layout, refused, NOW)
    assert told.ok_count == 1
    assert told.error == "The rule source_failed could not be judged: sumber tak terbaca"
    assert not told.is_fine


# --- spikes, from a snapshot ------------------------------------------------------------------------------------------


def spiking(layout: Layout) -> None:
    """Two bodies that spike today, one of them a unit, and one of last week."""
    today = (NOW + timedelta(hours=7)).date()
    spikes, coverage = [], []
    for agency, day, count, z in (
        ("bmkg", today, 1204, 9.25),
        ("kemendagri.polpum", today, 12, 4.0),
        ("kpu", today - timedelta(days=7), 99, 8.0),
        ("polri", today, 4, 7.0),
    ):
        key = {"date_code": str(day), "published_date": day, "agency_id": agency, "is_rolled_up": True}
        share = {"agency_coverage": count, "completeness": "incomplete" if agency == "bmkg" else "complete"}
        spikes.append({**key, **share, "median_coverage": 310.5, "z_score": z})
        coverage.append({**key, **share, "attention_denominator": 20345})
    names = [("bmkg", "BMKG"), ("kemendagri.polpum", "Ditjen Polpum"), ("kpu", "KPU"), ("polri", "Polri")]
    publish_rows(
        layout,
        {
            "rpt_spikes": spikes,
            "rpt_agency_coverage_daily": coverage,
            "dim_agencies": [
                {"agency_id": id_, "agency_name": name, "top_agency_id": id_.partition(".")[0], "valid_from": today}
                for id_, name in names
            ],
            "fct_articles": [
                {"article_id": str(n), "title": f"Hujan <b>{n}</b>", "published_at_utc": NOW - timedelta(hours=n)}
                for n in range(3)
            ],
            "fct_mentions": [
                {"mention_id": str(n), "article_id": str(n), "agency_id": "bmkg", "top_agency_id": "bmkg",
                 "published_date": today}
                for n in range(3)
            ],
        },
    )  # fmt: skip


def test_top_bodies_that_spike_are_told_with_their_usual_and_headlines(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    rule = Spike(targets=("tim",))
    assert spikes(layout, rule, NOW) == []  # nothing is published
    spiking(layout)
    (found,) = spikes(layout, rule, NOW)
    assert found.key == "spike:bmkg:2026-11-24"
    assert found.line == (
        "BMKG: 1.204 dari 20.345 artikel pada 24-11-2026, hari yang belum lengkap; biasanya 310,5 (z 9,2)"
        "\n  Hujan <b>0</b>\n  Hujan <b>1</b>"
    )
    assert [one.key for one in spikes(layout, Spike(targets=("tim",), bodies=("kemendagri.polpum",)), NOW)] == [
        "spike:kemendagri.polpum:2026-11-24"
    ]
    assert spikes(layout, Spike(targets=("tim",), min_z=9.5), NOW) == []
    assert len(spikes(layout, Spike(targets=("tim",), days=8, min_articles=4), NOW)) == 3


# --- the commands -----------------------------------------------------------------------------------------------------


def call(layout: Layout, *words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, [*words, "--data", str(layout.root)], env=ENVIRONMENT)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


def test_the_commands(tmp_path: Path, webhook: Webhook) -> None:
    layout = Layout(tmp_path)
    code, told = call(layout, "check")
    assert (code, "There is no" in told) == (1, True)
    address = webhook.address.replace("rahasia-sekali", "${TOKEN}")
    write(
        tmp_path, f"targets: {{tim: '{address}', lain: 'json://127.0.0.1:9/x'}}\nrules: {{spike: {{targets: [tim]}}}}\n"
    )
    spiking(layout)
    code, told = call(layout, "check", "--json")
    assert (code, json.loads(told)["targets"]) == (0, {"tim": "json://***", "lain": "json://***"})
    code, told = call(layout, "list", "--json")
    pending = json.loads(told)["pending"]
    assert code == 0
    code, told = call(layout, "test", "tim", "--dry-run")
    assert (code, webhook.bodies) == (0, [])
    assert "Kliping: pesan percobaan" in told
    code, told = call(layout, "test", "tim", "--json")
    assert (code, [row["outcome"] for row in json.loads(told)]) == (0, ["ok"])
    code, told = call(layout, "test")
    assert code == 1
    assert "lain (json://***): failed" in told
    code, told = call(layout, "test", "siapa")
    assert (code, "There is no target siapa" in told.replace("\n", " ")) == (1, True)
    ledger = json.loads(call(layout, "list", "--json")[1])["ledger"]
    assert [(row["rule"], row["target"], row["outcome"]) for row in ledger] == [
        ("test", "tim", "ok"), ("test", "tim", "ok"), ("test", "lain", "failed"),
    ]  # fmt: skip
    assert isinstance(pending, list)  # of the day that it really is
    write(tmp_path, "targets: {tim: 'foo://x'}\n")
    code, told = call(layout, "check")
    assert (code, "foo:// is not known" in told) == (1, True)
