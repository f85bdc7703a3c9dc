"""The path in ten minutes is no longer than that, and tells every term where it is first read."""

import re

import pytest
from requestflow.pages import front, loop, markdown
from worlds import ROOT

PAGE, AFTER = "request/index.md", "hops"  # the page, and the first heading that is not of this part
LIMITS = {"en": 1200, "zh": 2000}  # words; characters, a Latin word or an address being one
VALUE = re.compile(r"\[\]\(flow:[^)]*\)")
LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
COUNTED = re.compile(r"[一-鿿]|[^\s一-鿿，。；：、（）“”]*[A-Za-z0-9][^\s一-鿿，。；：、（）“”]*")
PAGES = loop.load(ROOT / "docs")
TOLD = 150  # characters between a term and the words that tell it, in either direction
TERMS = {  # term → the words that tell it
    "en": {
        "DNS": "turns names into addresses",
        "load balancer": "spreads connections",
        "node": "runs containers",
        "port P": "a kernel picks",
        "DNAT": "destination network address translation",
        "NodePort": "every node accepts",
        "Service": "one stable address",
        "Pod": "share an IP address",
        "connection tracking": "table of open connections",
        "kube-proxy": "program on every node",
        "ingress controller": "takes in HTTP",
        "SNAT": "source network address translation",
        "bridge": "network switch inside the kernel",
        "veth": "pair of virtual network devices",
        "TLS": "Transport Layer Security",
        "SNI": "server name indication",
        "Ingress object": "is configuration",
        "EndpointSlice": "API objects that list",
        "network namespace": "only its containers see",
        "SYN": "opens a connection",
    },
    "zh": {
        "DNS": "把域名变成地址",
        "负载均衡器": "把连接分给各个节点",
        "节点": "运行容器的机器",
        "端口 P": "由内核临时挑选",
        "DNAT": "目的地址转换",
        "NodePort": "每个节点都为某个 Service 开放",
        "Service": "一个稳定的地址",
        "Pod": "共用一个 IP 地址",
        "conntrack": "内核登记连接的表",
        "kube-proxy": "每个节点上都有",
        "Ingress 控制器": "替整个集群接收",
        "SNAT": "源地址转换",
        "网桥": "内核里的一台交换机",
        "veth": "成对的虚拟网卡",
        "TLS": "传输层安全协议",
        "SNI": "服务器名称指示",
        "Ingress 对象": "只是",
        "EndpointSlice": "列出 Service",
        "网络命名空间": "只有它的容器看得到",
        "SYN": "发起连接的第一个包",
    },
}


def text(source: str) -> str:
    """Give what is read from the first heading to the hops, with one word for every value and no marker."""
    lines = markdown.lines_of(source)
    (end,) = (h.line for h in markdown.headings(source) if h.id == AFTER)
    kept = [line for line in lines[: end - 1] if not line.startswith("<!--")]
    words = VALUE.sub("192.0.2.1", "\n".join(kept).partition("\n# ")[2])
    return re.sub(r" \{#[\w-]+\}|[`*]", "", LINK.sub(r"\1", words))


def length(words: str) -> int:
    return len(COUNTED.findall(words))


@pytest.mark.parametrize(
    ("words", "n"),
    [
        ("## A packet, sent to 192.0.2.1:Q; GET /cart.", 7),
        ("把目的地址换成 10.244.2.20:8443（DNAT）。", 9),
        ("- \n\n —", 0),
    ],
)
def test_words_and_characters_are_counted(words, n):
    assert length(words) == n


@pytest.mark.parametrize("language", LIMITS)
def test_the_part_is_read_in_ten_minutes(language):
    read = length(text(PAGES[language][PAGE]))
    assert LIMITS[language] * 0.6 < read <= LIMITS[language]


@pytest.mark.parametrize("language", LIMITS)
def test_a_part_that_has_grown_is_found(language):
    source = PAGES[language][PAGE]
    more = {"en": "one more word ", "zh": "又多四字"}[language] * 500
    assert length(text(source.replace("\n## ", f"\n{more}\n\n## ", 1))) > LIMITS[language]
    assert length(text(source + f"\n{more}\n")) == length(text(source)), "what stands below is not counted"


@pytest.mark.parametrize("language", LIMITS)
def test_the_whole_route_is_on_its_map_above_the_words(language):
    source = PAGES[language][PAGE]
    assert source.index("<!-- flow:map ours -->") < source.index("\n## ")
    assert front.matter(source)["checked"]


@pytest.mark.parametrize(("language", "term"), [(language, term) for language in TERMS for term in TERMS[language]])
def test_a_term_is_told_where_it_is_first_read(language, term):
    part = text(PAGES[language][PAGE])
    part = " ".join(part[part.index("\n## ") :].split())  # what stands above says what the part is
    at, told = part.index(term), part.index(TERMS[language][term])
    assert abs(told - at) <= TOLD


@pytest.mark.parametrize("language", LIMITS)
def test_every_hop_is_linked_from_the_part_and_from_the_list(language):
    source = PAGES[language][PAGE]
    part, _, below = source.partition(f"{{#{AFTER}}}")
    hops = re.findall(r"^\d\. \[[^\]]+\]\((\w[\w-]*\.md)\)", below, re.MULTILINE)
    assert len(hops) == 9 == len(set(hops))
    assert [hop for hop in hops if f"]({hop})" not in part] == []
