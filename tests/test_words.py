"""The words of generated parts read as a writer would set them."""

import pytest
from requestflow.view.words import WORDS, closed


def test_a_chinese_name_in_a_chinese_label_needs_no_space() -> None:
    assert closed("选中 入口节点，改写目的地址") == "选中入口节点，改写目的地址"


def test_a_latin_name_keeps_its_spaces() -> None:
    assert closed("被 node-1 拒绝") == "被 node-1 拒绝"


@pytest.mark.parametrize("said", ["answered_no", "refused", "dropped_at", "dies", "expired", "sends_to"])
def test_who_does_it_stands_apart_from_chinese_only_where_its_name_ends_in_latin_letters(said: str) -> None:
    words = getattr(WORDS["zh"], said)
    assert "shop Pod " in closed(words.format(who="shop Pod") + "。")
    assert "客户端 " not in closed(words.format(who="客户端"))
