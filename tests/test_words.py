"""The words of generated parts read as a writer would set them."""

from requestflow.view.words import closed


def test_a_chinese_name_in_a_chinese_label_needs_no_space() -> None:
    assert closed("选中 入口节点，改写目的地址") == "选中入口节点，改写目的地址"


def test_a_latin_name_keeps_its_spaces() -> None:
    assert closed("被 node-1 拒绝") == "被 node-1 拒绝"
