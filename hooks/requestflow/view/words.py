"""The words the generated parts of a page are made of, in both languages."""

import re
from dataclasses import dataclass

from ..model.definition import Language

BETWEEN_CHINESE = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")


def closed(text: str) -> str:
    """Take the space away where a name filled into Chinese turned out to be Chinese too."""
    return BETWEEN_CHINESE.sub("", text)


def numbered(words: tuple[str, str], n: int) -> str:
    """Give the words for one or for several, with their number."""
    return words[n != 1].format(n)


@dataclass(frozen=True)
class Words:
    """One language's words; every field must be filled, so no language can lack one."""

    to: str
    was: str
    now: str
    comma: str
    colon: str
    step_of: str  # {n}, {all}
    whole: str  # {all}
    sequence: str  # {steps}
    folded: str
    ours: tuple[str, str, str]  # before, between and after the names of two routes
    folded_route: str
    fewer: tuple[str, str]  # {} of one and of several, as in the next three
    more_steps: tuple[str, str]
    readdressed: tuple[str, str]
    so_many: tuple[str, str]
    links: tuple[str, str]
    compare_both: str
    compare_with: str
    pictures: tuple[str, str]
    tables: tuple[str, str]
    examples: tuple[str, str]
    points: tuple[str, str]
    source: str
    destination: str
    behind: str  # {routes}
    behind_rules: str  # {routes}
    routes: str
    proof: str
    recorded: str  # {maker}, {modes}
    moved: str
    maker: str  # {version}
    unseen: str  # {why}
    unrecorded: str
    modes_and: str
    link: str
    previous: str
    next: str
    around: str
    here: str
    undo: str
    refuse: str
    drop: str
    envelope: str  # {outer}
    work: str
    inside: str  # {connection}
    request_line: str
    answer_line: str
    message_line: str
    map_message: str
    rewrite_box: str
    letters: str  # {letters}
    beside_request: str
    beside_answer: str
    steps_of: str  # {steps}, {all}
    arrives: str
    leaves: str
    step: str
    what: str
    recording: str
    moved_on: str
    in_routes: str
    source_text: str
    picture_file: str
    print_edition: str
    contents: str
    ipvs_note: str
    ebpf_note: str
    semicolon: str
    cost: str
    costs: tuple[tuple[str, str], ...]  # steps, connections, moves, NAT entries; of one, and of any other number
    sees: str
    picks: str
    tls_ends: str
    ends: str
    like: str
    no_tls: str
    tls_fails: str
    tls_unreached: str
    tls_later: str
    nobody: str
    per_request: str
    per_connection: str
    answered: str
    answered_no: str
    refused: str
    dropped_at: str
    dies: str
    expired: str
    expire: str
    route: str
    steps: str
    connections: str
    nat: str
    who: str
    sees_source: str
    is_told: str
    aside: str  # {words}
    sends_to: str  # {who}
    belongs_to: str  # {whose}
    service_address: str
    entry_node: str  # in a label, for the node that a route names
    first_route: str
    second_route: str
    choose_route: str
    swap: str
    copy_link: str
    elsewhere: str
    show_all: str
    pairs: str
    beside: tuple[str, str, str]  # before, between and after the names of two routes
    lit: str
    unlit: str
    comparing: dict[str, str | list[str]]  # for docs/assets/compare.js, which fills the braces
    which: tuple[str, str]  # of two routes
    meaning: dict[str, tuple[str, str, str]]  # how it is said of one route; what sets two apart; what only one has
    own: dict[str, str]  # of the form for own values; {size}
    page: str
    checked: str  # {version}, {day}
    checked_on: str  # {day}
    made_with: str  # {maker}, {linux}, {day}
    captures: str
    captures_note: str
    look: str
    request: str
    answer: str
    rewritten: str
    after_step: str
    before_step: str
    untouched: str
    own_table: str
    log: str
    edit: str
    unclear: str
    repository: str
    report_title: str  # {page}
    report: str  # {page}, {language}, {versions}
    draft: str
    draft_page: str
    draft_route: str
    key: str
    may_be: str
    written: str
    means: str
    stands_in: str
    required: str
    default: str
    optional: str
    one_verb: str
    needed_with: str  # {verb}
    only_with: str  # {verb}
    one_of: str
    list_of: str
    by_id: str
    by_name: str
    either: str
    between: str
    pair: str
    like_this: str
    breaks: str
    places: dict[str, str]  # where a command is typed, if not anywhere
    who_says: dict[str, str]  # who says no
    command: str  # {n}
    next_commands: str  # {count}
    all_causes: str  # {count}
    shows: str
    says_no: str
    behind_only: str
    balancers: dict[str, str]  # kinds of load balancer
    breaks_at: str
    explained: str
    ask: str
    ask_at: str  # {at}
    run_at: str  # {at}; RUN is the command
    otherwise: str
    mend: str
    known: str
    measured: str
    documented: str
    derived: str
    printed: str  # {count}
    status: str
    product: str
    by_proxy: str
    causes: str
    map_of: str  # {route}
    way_there: str
    way_back: str
    map_new: str  # {route}
    map_gone: str  # {route}
    as_of: str  # {day}
    newest: str  # {version}
    since: str  # {since}
    until: str  # {until}
    from_to: str  # {since}, {until}
    planned: str
    claim_source: str
    held_against: str  # {version}, {day}
    kinds: dict[str, str]  # what may stand in a place
    onboarding: str
    roles: dict[str, str]  # who reads
    by: dict[str, str]  # by when
    so_long: str  # {}: minutes
    so_many_items: tuple[str, str]
    takes: str  # {items}, {minutes}
    read: str  # {page}
    as_markdown: str
    shown_by: str
    short_link: str
    with_words: str
    own_page: str
    in_html: str  # {ending}
    in_markdown: str  # {ending}
    host: str  # stands for where a site is, that does not know it


LANGUAGE_NAMES: dict[Language, str] = {"en": "English", "zh": "中文"}  # each in itself
WORDS: dict[Language, Words] = {
    "en": Words(
        to="to",
        was="was",
        now="now",
        comma=", ",
        colon=": ",
        step_of="Step <b>{n}</b> of {all}",
        sequence="Steps {steps} as a sequence diagram",
        folded="Read on",
        ours=("The text follows “", "”; map, steps and pictures show “", "”, which is yours."),
        folded_route="Map and steps",
        fewer=("{} step fewer", "{} steps fewer"),
        more_steps=("{} step more", "{} steps more"),
        readdressed=("{} other address", "{} other addresses"),
        so_many=("{} cause", "{} causes"),
        links=("{} link", "{} links"),
        compare_both="compare the two",
        compare_with="compare with",
        pictures=("{} picture", "{} pictures"),
        tables=("{} table", "{} tables"),
        examples=("{} example", "{} examples"),
        points=("{} point", "{} points"),
        whole="All {all} steps, address by address",
        source="source",
        destination="destination",
        routes="routes",
        behind="Routes ({routes}), how it is known, steps around it",
        behind_rules="Rules by mode, routes ({routes}), how it is known, steps around it",
        proof="proof",
        recorded="recorded{maker}, {modes} mode",
        moved="; the addresses or names have changed since, the recording shows those of then",
        maker=" with kube-proxy {version}",
        unseen="derived, not recorded: {why}",
        unrecorded="derived, not recorded",
        modes_and=" and ",
        link="Link to this step",
        previous="Previous",
        next="Next",
        around="Previous and next step",
        here="You are here",
        undo="undo",
        refuse="no",
        drop="drop",
        envelope="inside {outer}",
        work="match",
        inside="inside the {connection}",
        request_line="the request",
        answer_line="the answer",
        message_line="a message",
        map_message="without a number: a message inside a connection",
        rewrite_box="addresses rewritten",
        letters="A letter in place of a port ({letters}): one a kernel picks for each connection.",
        beside_request="Beside each arrow: where the packet is addressed to.",
        beside_answer="Beside each arrow: where the answer says it comes from.",
        steps_of="Steps {steps} of {all}.",
        arrives="comes from",
        leaves="ends at",
        step="step",
        what="what happens",
        recording="Recorded",
        moved_on="Recorded before the definition changed: the addresses here are those of the recording.",
        in_routes="routes",
        source_text="source text",
        picture_file="picture",
        print_edition="all pages, to print",
        contents="Contents",
        ipvs_note="documented, not recorded",
        ebpf_note="without kube-proxy a map lookup takes the place of the chains; specific to each implementation",
        semicolon="; ",
        cost="cost",
        costs=(
            ("{} step", "{} steps"),
            ("{} connection", "{} connections"),
            ("{} move", "{} moves"),
            ("{} conntrack entry with a rewrite", "{} conntrack entries with a rewrite"),
        ),
        sees="sees as source",
        picks="picks a backend",
        tls_ends="TLS ends at",
        ends="ends",
        like="like",
        no_tls="no TLS",
        tls_fails="nowhere: the handshake fails",
        tls_unreached="nowhere: the connection ends before TLS",
        tls_later="after what is drawn here",
        nobody="nobody",
        per_request="per request",
        per_connection="per connection",
        answered="answered",
        answered_no="answered with a no by {who}",
        refused="refused by {who}",
        dropped_at="dropped at {who}",
        dies="reset by {who}",
        expired="forgotten by {who}",
        expire="forget",
        route="route",
        steps="steps",
        connections="connections",
        nat="NAT entries",
        who="who",
        sees_source="sees as source",
        is_told="is told",
        aside=" ({words})",
        sends_to="{who} sends to",
        belongs_to="(the {whose})",
        service_address="(a Service address)",
        entry_node="the entry node",
        first_route="Compare",
        second_route="with",
        choose_route="Choose a route",
        swap="Swap the two routes",
        copy_link="Copy link",
        elsewhere="What you look for has moved: ",
        show_all="Show what is the same too",
        pairs="Each route beside the one it is like:",
        beside=("", " beside ", ""),
        lit="differs",
        unlit="the same in both",
        comparing={
            "near": "No route is called {id}. The nearest is “{name}”, shown here instead.",
            "far": "No route is called {id}. Choose another.",
            "missing": "no such step",
            "same": "“{a}” and “{b}” are the same in every step.",
            "apart": "“{a}” and “{b}” have no step in common: the first has {more}, the second {less}."
            " What can be compared is who rewrites which address, and who sees it:",
            "differ": ["“{a}” differs from “{b}” in 1 step: {how}.", "“{a}” differs from “{b}” in {n} steps: {how}."],
            "how": [
                "it lacks {n}",
                "it has {n} more",
                "in {n} the addresses differ",
                "in {n} only the machine is another",
            ],
            "and": [" and ", ", and "],
        },
        which=("the first", "the second"),
        meaning={
            "source": (
                "{who} to {address}",
                "The source is rewritten in the first by {x}, in the second by {y}.",
                "Only in {a} is the source rewritten by {x}.",
            ),
            "sees": ("{who} sees {address}", "In the first, {x}; in the second, {y}.", "Only in {a}, {x}."),
            "answer": (
                "{way}",
                "The answer goes {x} in the first, {y} in the second.",
                "Only in {a} does an answer come back: {x}.",
            ),
            "destination": (
                "{who} to {address}",
                "The destination is rewritten in the first by {x}, in the second by {y}.",
                "Only in {a} is the destination rewritten by {x}.",
            ),
            "tls": ("{who}", "TLS ends in the first at {x}, in the second at {y}.", "Only in {a} does TLS end at {x}."),
            "tunnel": (
                "{device} ({protocol})",
                "A packet travels within another one, in the first by {x}, in the second by {y}.",
                "Only in {a} does a packet travel within another one, by {x}.",
            ),
            "ends": (
                "{said} ({connection})",
                "Neither gets an answer: in the first, {x}; in the second, {y}.",
                "Only {a} gets no answer: {x}.",
            ),
        },
        own={
            "host": "Host",
            "path": "Path",
            "nodeport": "NodePort",
            "nodes": "Nodes",
            "clients": "Clients",
            "public": "Public addresses",
            "pods": "Pods",
            "services": "Services",
            "host-hint": "letters, digits, hyphens and dots",
            "path-hint": "begins with /",
            "nodeport-hint": "a number up to 65535",
            "range-hint": "a whole range of /{size} or larger: its first address and its size",
            "show": "Show the request with them",
            "without": "This form needs JavaScript: without it every page keeps the values of the example.",
            "with": "With your own values: ",
            "unused": "Not used: ",
            "change": "Change",
            "leave": "Back to the example",
            "wrong": "Cannot be used. Write: ",
            "kept": "It stays as it was recorded.",
        },
        page="page",
        checked="Checked with Kubernetes {version} on {day}",
        checked_on="Checked on {day}",
        made_with="recorded with {maker} on Linux {linux}, {day}",
        captures="Where each tool sees which address",
        captures_note=(
            "An interface is what tcpdump -ni is given on that machine. A capture sees a packet that comes in before "
            "the machine's rules rewrite it, and one that goes out after them; between a Pod's veth and the bridge "
            "the first of them have been asked already. The answer beside a connection-tracking entry is the one it "
            "waits for."
        ),
        look="where you look",
        request="request",
        answer="answer",
        rewritten="rewritten by step",
        after_step="after",
        before_step="before",
        untouched="not rewritten",
        own_table="its table or log",
        log="log",
        edit="Edit this page",
        unclear="This was unclear",
        repository="Repository",
        report_title="Unclear: {page}",
        report="What is unclear or wrong:\n\n\n\nPage: {page}\nLanguage: {language}\n{versions}\n",
        draft="Draft",
        draft_page="Draft: this page is shown only while serving; a build leaves it out.",
        draft_route="shown only while serving; a build leaves it out",
        key="key",
        may_be="what may stand there",
        written="needed",
        means="what it means",
        stands_in="Under ",
        required="required",
        default="default ",
        optional="optional",
        one_verb="one of the verbs",
        needed_with="with {verb}, required there",
        only_with="with {verb} only",
        one_of="one of ",
        list_of="list, each: ",
        by_id="for each id: ",
        by_name="for each name: ",
        either=" or ",
        between=", ",
        pair="[long, short]",
        like_this=", like ",
        breaks="When it breaks",
        places={
            "client": "on the client",
            "load-balancer": "on the load balancer",
            "node": "on the node",
            "pod": "in the Pod",
            "proxy": "on the proxy",
        },
        who_says={
            "nobody": "nobody: silence",
            "reset": "a kernel, by a TCP reset: nothing listens",
            "icmp": "a kernel, by ICMP port unreachable: a rule rejects",
            "neighbour": "a kernel: nobody answers its ARP request",
            "proxy": "the proxy that has the request",
            "load-balancer": "the load balancer",
            "application": "the application",
            "client": "the client itself",
            "resolver": "the resolver",
            "kubernetes": "Kubernetes, in an event or a condition",
        },
        command="command {n}",
        next_commands="Next commands: {count}",
        all_causes="All causes: {count}",
        shows="Shows as",
        says_no="Who says no",
        behind_only="Only behind a load balancer that",
        balancers={
            "rewrites": "rewrites the destination to a node's",
            "keeps": "hands on the public address",
            "proxy": "opens a connection of its own",
            "pods": "has Pods as targets",
        },
        breaks_at="Breaks",
        explained="explained here",
        ask="Command",
        ask_at="Command, {at}",
        run_at="RUN {at}",
        otherwise="; else: ",
        mend="Mend",
        known="Known from",
        measured="a recording",
        documented="documentation",
        derived="derived from the rules on this site, not recorded",
        printed="As it is printed: {count}",
        status="Status",
        product="Written by",
        by_proxy="Status, by proxy",
        causes="Causes",
        map_of="Map: {route}",
        way_there="There",
        way_back="Back",
        map_new="not in “{route}”",
        map_gone="only in “{route}”",
        as_of="As of {day}.",
        newest="newest known: {version}",
        since="since {since}",
        until="up to {until}",
        from_to="{since} to {until}",
        planned="planned",
        claim_source="source",
        held_against="checked {day} with {version}",
        kinds={
            "id": "id",
            "line": "words on one line",
            "number": "number from 1 to 65535",
            "interfaces": "address with prefix, a list of them, or nothing",
            "text": "text",
            "yes_no": "true or false",
            "day": "YYYY-MM-DD",
            "address": "IP address",
            "interface": "address with prefix",
        },
        onboarding="Onboarding",
        roles={
            "backend": "backend",
            "frontend": "frontend",
            "sre": "SRE",
            "platform": "platform",
            "security": "security",
        },
        by={"ten": "Ten minutes", "hour": "One hour", "week": "First week"},
        so_long="{} min",
        so_many_items=("{} item", "{} items"),
        takes="{items}, {minutes}",
        read="Read: {page}",
        as_markdown="As Markdown, to copy",
        shown_by="Shown by",
        short_link="Short link",
        with_words="Short link in Markdown",
        own_page="On its page",
        in_html="In HTML, {ending}",
        in_markdown="In Markdown, {ending}",
        host="https://HOST/",
    ),
    "zh": Words(
        to="到",
        was="由",
        now="改为",
        comma="，",
        colon="：",
        step_of="第 <b>{n}</b> 步，共 {all} 步",
        sequence="第 {steps} 步的时序图",
        folded="展开全文",
        ours=("正文讲的是“", "”；地图、步骤和图画的是“", "”，也就是你的路线。"),
        folded_route="地图与步骤",
        fewer=("少 {} 步", "少 {} 步"),
        more_steps=("多 {} 步", "多 {} 步"),
        readdressed=("{} 处地址不同", "{} 处地址不同"),
        so_many=("{} 种原因", "{} 种原因"),
        links=("{} 个链接", "{} 个链接"),
        compare_both="两条对照",
        compare_with="可对照",
        pictures=("{} 幅图", "{} 幅图"),
        tables=("{} 张表", "{} 张表"),
        examples=("{} 个示例", "{} 个示例"),
        points=("{} 点", "{} 点"),
        whole="全部 {all} 步，逐个地址",
        source="源地址",
        destination="目的地址",
        routes="所属路线",
        behind="所属路线（{routes} 条）、依据、前后步骤",
        behind_rules="各模式的规则、所属路线（{routes} 条）、依据、前后步骤",
        proof="依据",
        recorded="已实测（{maker}{modes} 模式）",
        moved="；地址或名字后来改过，抓包记录里仍是当时的",
        maker="kube-proxy {version}，",
        unseen="推导得出，没有实测：{why}",
        unrecorded="推导得出，没有实测",
        modes_and=" 与 ",
        link="本步骤的链接",
        previous="上一步",
        next="下一步",
        around="上一步与下一步",
        here="当前位置",
        undo="还原",
        refuse="拒绝",
        drop="丢弃",
        envelope="装在 {outer} 之内",
        work="匹配",
        inside="在{connection}之内",
        request_line="请求",
        answer_line="应答",
        message_line="消息",
        map_message="没有编号：连接里的消息",
        rewrite_box="改写地址",
        letters="用字母表示的端口（{letters}）由内核为每条连接临时分配。",
        beside_request="箭头旁是数据包的目的地址。",
        beside_answer="箭头旁是应答的源地址。",
        steps_of="第 {steps} 步，共 {all} 步。",
        arrives="来自",
        leaves="止于",
        step="步骤",
        what="发生什么",
        recording="实测记录",
        moved_on="定义后来改过：此处仍是抓包时的地址。",
        in_routes="路线",
        source_text="源文本",
        picture_file="图片",
        print_edition="打印版（全部页面）",
        contents="目录",
        ipvs_note="据文档，没有实测",
        ebpf_note="没有 kube-proxy 时，以查映射表代替这些链；各实现不同",
        semicolon="；",
        cost="代价",
        costs=(("{} 步",) * 2, ("{} 条连接",) * 2, ("{} 次转发",) * 2, ("{} 条含改写的 conntrack 条目",) * 2),
        sees="各段接收方看到的源地址",
        picks="选择后端",
        tls_ends="TLS 终结于",
        ends="结局",
        like="同",
        no_tls="不涉及",
        tls_fails="握手失败",
        tls_unreached="未到 TLS",
        tls_later="在图示之后",
        nobody="无",
        per_request="每个请求",
        per_connection="每条连接",
        answered="得到应答",
        answered_no="由 {who} 返回拒绝",
        refused="被 {who} 拒绝",
        dropped_at="在 {who} 被丢弃",
        dies="被 {who} 重置",
        expired="在 {who} 过期",
        expire="过期",
        route="路线",
        steps="步数",
        connections="连接",
        nat="NAT 条目",
        who="谁",
        sees_source="看到的源地址",
        is_told="另外得知",
        aside="（{words}）",
        sends_to="{who} 发往",
        belongs_to="（{whose}）",
        service_address="（Service 地址）",
        entry_node="入口节点",
        first_route="对比",
        second_route="与",
        choose_route="选一条路线",
        swap="两条路线互换",
        copy_link="复制链接",
        elsewhere="你要找的内容已移到：",
        show_all="相同之处也显示",
        pairs="每条路线对照作为其基础的那一条：",
        beside=("“", "”与“", "”"),
        lit="有差异",
        unlit="两边相同",
        comparing={
            "near": "没有名为 {id} 的路线；最接近的是“{name}”，这里显示的是它。",
            "far": "没有名为 {id} 的路线，请另选一条。",
            "missing": "没有这一步",
            "same": "“{a}”与“{b}”每一步都相同。",
            "apart": "“{a}”与“{b}”没有共同的步骤：前者 {more} 步，后者 {less} 步。"
            "能对照的是：由谁改写哪个地址，谁看到哪个地址。",
            "differ": ["与“{b}”相比，“{a}”有 1 步不同：{how}。", "与“{b}”相比，“{a}”有 {n} 步不同：{how}。"],
            "how": ["少 {n} 步", "多 {n} 步", "{n} 步地址不同", "{n} 步只是换了机器"],
            "and": ["，", "，"],
        },
        which=("前者", "后者"),
        meaning={
            "source": ("{who} 改为 {address}", "改写源地址：前者，{x}；后者，{y}。", "只有{a}这样改写源地址：{x}。"),
            "sees": ("{who} 看到 {address}", "前者，{x}；后者，{y}。", "只有在{a}里，{x}。"),
            "answer": ("{way}", "应答经过：前者，{x}；后者，{y}。", "只有{a}有应答回来：{x}。"),
            "destination": (
                "{who} 改为 {address}",
                "改写目的地址：前者，{x}；后者，{y}。",
                "只有{a}这样改写目的地址：{x}。",
            ),
            "tls": ("{who}", "TLS 终结于：前者，{x}；后者，{y}。", "只有在{a}里，TLS 这样终结：{x}。"),
            "tunnel": (
                "{device}（{protocol}）",
                "包外再套一层封装：前者，{x}；后者，{y}。",
                "只有{a}在包外再套一层封装：{x}。",
            ),
            "ends": ("{connection}{said}", "两者都得不到应答：前者，{x}；后者，{y}。", "只有{a}得不到应答：{x}。"),
        },
        own={
            "host": "主机名",
            "path": "路径",
            "nodeport": "NodePort",
            "nodes": "节点",
            "clients": "客户端",
            "public": "公网地址",
            "pods": "Pod",
            "services": "Service",
            "host-hint": "字母、数字、连字符和点",
            "path-hint": "以 / 开头",
            "nodeport-hint": "不大于 65535 的数",
            "range-hint": "整个地址段，/{size} 或更大：首个地址加前缀长度",
            "show": "用这些值看请求全程",
            "without": "这个表单需要 JavaScript；未启用时，各页仍显示示例的值。",
            "with": "你的值：",
            "unused": "未采用：",
            "change": "修改",
            "leave": "恢复示例",
            "wrong": "不能用，应为：",
            "kept": "实测输出，保持原样。",
        },
        page="页面",
        checked="{day} 对照 Kubernetes {version} 核对",
        checked_on="{day} 核对",
        made_with="抓包于 {day}，{maker}、Linux {linux}",
        captures="在哪里、用什么工具，看到哪个地址",
        captures_note=(
            "接口名就是在那台机器上抓包时写在 tcpdump -ni 后面的名字。进来的包，抓到的是规则改写之前的样子；"
            "出去的包，是改写之后的。在 Pod 的 veth 与网桥之间，最先的一批规则已经查过。"
            "连接跟踪条目旁边的应答，是该条目正在等待的那个。"
        ),
        look="在哪里看",
        request="请求",
        answer="应答",
        rewritten="在哪步改写之前或之后",
        after_step="在此之后：",
        before_step="在此之前：",
        untouched="未改写",
        own_table="自己的表或日志",
        log="日志",
        edit="编辑本页",
        unclear="这里没讲清楚",
        repository="代码仓库",
        report_title="没讲清楚：{page}",
        report="哪里不清楚或不对：\n\n\n\n页面：{page}\n语言：{language}\n{versions}\n",
        draft="草稿",
        draft_page="草稿：本页只在本地预览时显示，构建时略去。",
        draft_route="只在本地预览时显示，构建时略去",
        key="键",
        may_be="可以写什么",
        written="是否必填",
        means="含义",
        stands_in="位置：",
        required="必填",
        default="默认 ",
        optional="可省略",
        one_verb="动词之一",
        needed_with="与 {verb} 同用，此时必填",
        only_with="只与 {verb} 同用",
        one_of="以下之一：",
        list_of="列表，每项：",
        by_id="每个 id：",
        by_name="每个名字：",
        either="，或",
        between="、",
        pair="[长, 短]",
        like_this="，例如 ",
        breaks="出错时",
        places={
            "client": "在客户端上",
            "load-balancer": "在负载均衡器上",
            "node": "在节点上",
            "pod": "在 Pod 里",
            "proxy": "在代理上",
        },
        who_says={
            "nobody": "无人拒绝，也没有任何回应",
            "reset": "内核，用 TCP RST：没有进程监听",
            "icmp": "内核，用 ICMP 端口不可达：有规则拒绝",
            "neighbour": "内核：它的 ARP 请求无人应答",
            "proxy": "接到请求的代理",
            "load-balancer": "负载均衡器",
            "application": "应用",
            "client": "客户端自己",
            "resolver": "解析器",
            "kubernetes": "Kubernetes，写在事件或状况里",
        },
        command="第 {n} 条命令",
        next_commands="接下来的命令：{count} 条",
        all_causes="全部原因：{count} 种",
        shows="表现",
        says_no="谁拒绝",
        behind_only="只出现在这种负载均衡器后面",
        balancers={
            "rewrites": "把目的地址改成节点的",
            "keeps": "原样转交公网地址",
            "proxy": "自己另开连接",
            "pods": "直接以 Pod 为后端",
        },
        breaks_at="出在哪一步",
        explained="详细解释",
        ask="命令",
        ask_at="{at}执行的命令",
        run_at="{at}执行 RUN",
        otherwise="；否则：",
        mend="怎样修复",
        known="依据",
        measured="实测记录",
        documented="文档",
        derived="由本站的规则推导，没有实测",
        printed="产品输出的原文：{count} 条",
        status="状态码",
        product="由谁返回",
        by_proxy="各代理的状态码",
        causes="原因",
        map_of="地图：{route}",
        way_there="去程",
        way_back="回程",
        map_new="“{route}”里没有",
        map_gone="只有“{route}”才有",
        as_of="截至 {day}。",
        newest="已知最新版：{version}",
        since="{since} 起",
        until="到 {until} 为止",
        from_to="{since} 到 {until}",
        planned="计划中",
        claim_source="来源",
        held_against="{day} 核对，当时为 {version}",
        kinds={
            "id": "id",
            "line": "一行文字",
            "number": "1 到 65535 的数",
            "interfaces": "地址加前缀长度，可写成列表，也可不写",
            "text": "文字",
            "yes_no": "true 或 false",
            "day": "YYYY-MM-DD",
            "address": "IP 地址",
            "interface": "地址加前缀长度",
        },
        onboarding="入职阅读",
        roles={
            "backend": "后端",
            "frontend": "前端",
            "sre": "SRE",
            "platform": "平台",
            "security": "安全",
        },
        by={"ten": "十分钟", "hour": "一小时", "week": "第一周"},
        so_long="{} 分钟",
        so_many_items=("{} 项", "{} 项"),
        takes="{items}，{minutes}",
        read="已读：{page}",
        as_markdown="Markdown 格式，可复制",
        shown_by="依据",
        short_link="短链接",
        with_words="Markdown 短链接",
        own_page="所在页面",
        in_html="HTML，{ending}",
        in_markdown="Markdown，{ending}",
        host="https://HOST/",
    ),
}
