"""The watch list as people write it, and the one sentence that they get for a mistake."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ingest.entities.watch import Topic, Watch, read_watch
from ingest.errors import WatchError

ROOT = Path(__file__).parents[3]
TOPIC = """
  - id: beras
    name: Harga beras
    kind: isu
    owner: Humas
    query: '"harga beras" OR beras NEAR/5 naik'
"""


def written(folder: Path, text: str) -> Watch:
    path = folder / "watch.yml"
    path.write_text(text, "utf-8")
    return read_watch(path)


def test_no_file_and_an_empty_one_watch_nothing(tmp_path: Path) -> None:
    assert read_watch(tmp_path / "watch.yml") == written(tmp_path, "") == written(tmp_path, "topics:\n") == Watch()


def test_a_topic_is_read(tmp_path: Path) -> None:
    (topic,) = written(tmp_path, f"topics:{TOPIC}    valid_from: 2024-10-21\n    note: Rapat\n").topics
    assert (topic.id, topic.kind, topic.owner, topic.note) == ("beras", "isu", "Humas", "Rapat")
    assert (topic.valid_from, topic.valid_to) == (date(2024, 10, 21), None)
    assert str(topic.expression) == '"harga beras" OR beras NEAR/5 naik'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("topics: [", "cannot be read as YAML"),
        ("- beras", "must be a mapping with the one key topics"),
        ("topics: beras", "must be a mapping with the one key topics"),
        ("topics: [beras]", "topic number 1: must be a mapping of id"),
        ("tema: []", "tema: is not known"),
        (f"topics:{TOPIC}{TOPIC}", "the topic beras is there twice"),
        (f"topics:{TOPIC}    nama: x", "topic beras, nama: is not known"),
        (f"topics:{TOPIC.replace('isu', 'tema')}", "kind: must be one of company, person, programme, isu"),
        (f"topics:{TOPIC.replace('id: beras', 'id: Harga Beras')}", "topic Harga Beras, id: must be small letters"),
        (f"topics:{TOPIC.replace('    owner: Humas', '')}", "topic beras, owner: is missing"),
        (f"topics:{TOPIC.replace('OR beras', 'OR OR beras')}", "query: at character 18: a term is missing behind OR"),
        (f"topics:{TOPIC}    valid_from: '2024-10-21'", "valid_from: write a day as 2024-10-21"),
        (f"topics:{TOPIC}    valid_from: 2024-10-21 10:00:00", "valid_from: write a day as 2024-10-21"),
        (
            f"topics:{TOPIC}    valid_from: 2024-10-21\n    valid_to: 2024-10-20",
            "beras: valid_to lies before valid_from",
        ),
        ('topics: [{id: a, name: a, kind: isu, owner: a, query: "harga beras"}]', "YAML takes quotation marks"),
        (f"topics:{TOPIC.replace('Humas', '3').replace('isu', 'x')}", "(and 1 more mistakes)"),
    ],
)
def test_a_mistake_is_told_in_one_sentence(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(WatchError) as refused:
        written(tmp_path, text)
    assert str(refused.value).startswith(f"{tmp_path / 'watch.yml'}")
    assert told in str(refused.value)
    assert "\n" not in str(refused.value)


def topic(**changes: object) -> Topic:
    given = {"id": "beras", "name": "Beras", "kind": "isu", "owner": "Humas", "query": "beras"} | changes
    return Topic.model_validate(given)


def test_bounds_belong_to_a_topic_and_shut_out_what_has_no_date() -> None:
    bounded = topic(valid_from=date(2024, 10, 21), valid_to=date(2024, 10, 22))
    days = [date(2024, 10, day) for day in (20, 21, 22, 23)]
    assert [bounded.watches(day) for day in days] == [False, True, True, False]
    assert [bounded.watches(None), topic(valid_to=days[0]).watches(None), topic().watches(None)] == [False, False, True]


def test_the_version_is_that_of_what_hits_depend_on() -> None:
    version = Watch(topics=(topic(),)).version
    for same in (topic(name="Lain"), topic(owner="Lain"), topic(note="Lain"), topic(kind="programme")):
        assert Watch(topics=(same,)).version == version
    assert Watch(topics=(topic(query="( beras )"),)).version == version
    for other in (topic(id="padi"), topic(query="padi"), topic(query="=beras"), topic(valid_to=date(2024, 1, 1))):
        assert Watch(topics=(other,)).version != version
    two = (topic(), topic(id="padi"))
    assert Watch(topics=two).version == Watch(topics=two[::-1]).version
    assert Watch().version != version


def test_the_sample_in_the_docs_is_a_watch_list() -> None:
    watch = read_watch(ROOT / "docs" / "watch.yml")
    assert len(watch.topics) >= 4
    assert {topic.kind for topic in watch.topics} == {"company", "person", "programme", "isu"}
