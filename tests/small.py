"""A definition small enough to read at a glance: one lookup, two steps, one stage; and pages that explain it."""

from pathlib import Path

from requestflow.model import reading
from requestflow.model.definition import Flow, Language
from requestflow.pages import loop
from requestflow.problems import refuse

FLOW = """\
names: {host: shop.example}
ports: {dns: 53}
zones: {outside: {name: {en: outside, zh: 外部}}}
participants:
  client:
    {name: {en: [Client, C], zh: [客户端, 客]}, kind: client, zone: outside, interfaces: {eth0: 192.0.2.7/24},
     page: index.md}
  resolver:
    {name: {en: [Resolver, R], zh: [解析器, 解]}, kind: resolver, zone: outside, interfaces: {eth0: 192.0.2.53/24},
     listens: [dns/udp], page: way.md}
networks:
  link: {}
connections:
  lookup: {name: {en: the lookup, zh: 查询}}
stages:
  resolve: {name: {en: [Resolve, Resolve], zh: [解析, 解析]}, page: way.md}
routes:
  whole:
    {name: {en: The lookup, zh: 整次查询}, page: index.md, network: link,
     stages: {resolve: [ask, reply]}}
steps:
  ask:
    {opens: lookup, from: client, to: resolver, packet: "client:D > resolver:dns/udp",
     label: {en: ["Asks for {host}", ask], zh: ["查询 {host}", 问]},
     sentence: {en: A connection needs an address., zh: 建立连接要的是地址。}}
  reply:
    {answers: lookup, from: resolver, to: client,
     label: {en: [Replies, reply], zh: [应答, 答]},
     sentence: {en: "The client has asked this one.", zh: 客户端问的就是它。}}
procedures:
  start:
    {name: {en: It starts, zh: 启动}, lanes: {one: {en: [One, A], zh: [一, 甲]}, two: {en: [Two, B], zh: [二, 乙]}},
     calls: [{from: one, to: two, label: {en: [calls, call], zh: [呼叫, 呼]}}]}
boxes:
  nest: {name: {en: "at {client}", zh: "位于 {client}"}, inside: [{name: {en: inner, zh: 内}}]}
"""
HOME = "# Home {#home}\n"
WAY = "# Way {#way}\n\n## Ask {#ask .step}\n\n## Reply {#reply .step}\n"


def line(of: str) -> int:
    """The line of the definition on which a text stands first."""
    return FLOW[: FLOW.index(of)].count("\n") + 1


def closed(pages: dict[Language, loop.Pages], flow: Flow) -> loop.Explained:
    """Give where every step is explained; raises FlowError, also where the languages only differ."""
    explained, differences = loop.explanations(pages, flow)
    refuse(differences)
    return explained


def read(folder: Path, text: str = FLOW) -> Flow:
    """Write the definition and read it as the site does."""
    file = folder / "flow.yml"
    file.write_text(text, "utf-8")
    return reading.read(file)
