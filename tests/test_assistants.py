"""What assistants are told: computed from the definition when they ask, and by a real client over stdin and stdout."""

import asyncio
import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from houses import CALM, ROOT
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from requestflow import assistants
from requestflow.pages.answers import Answers, Unknown
from requestflow.problems import FlowError

EN, ZH = Answers(ROOT, "en"), Answers(ROOT, "zh")
OWN = {"addresses": {"192.0.2.0/24": "10.20.0.0/24"}, "names": {"host": "shop.mine.test"}}


def test_every_route_is_listed_with_its_page(flow):
    listed = EN.routes()
    assert [one["id"] for one in listed] == list(flow.routes)
    assert next(one for one in listed if one["id"] == "dsr")["page"] == "routes/dsr/"
    assert next(one for one in ZH.routes() if one["id"] == "dsr")["page"] == "zh/routes/dsr/"


def test_a_route_has_every_step_with_the_packet_before_and_after(flow, routes):
    told = EN.route("through-service")
    assert [step["id"] for step in told["steps"]] == [hop.id for hop in routes["through-service"]]
    rewrite = next(step for step in told["steps"] if step["id"] == "nodeport-dnat")
    assert rewrite["before"]["destination"] != rewrite["after"]["destination"]


def test_a_step_says_where_it_is_told_and_what_breaks_it():
    told = ZH.step("nodeport-dnat")
    assert told["page"] == "zh/request/kube-proxy/#nodeport-dnat"
    assert told["in"]["through-service"]["id"] == "nodeport-dnat"
    assert told["breaks"] and not [words for words in told["breaks"].values() if "](" in words]


def test_a_trace_has_the_addresses_of_who_asks_and_none_of_the_example_in_their_place():
    told = json.dumps(EN.trace("through-service", OWN))
    assert "10.20.0.11" in told and "shop.mine.test" in told and "192.0.2." not in told


@pytest.mark.parametrize(
    ("own", "what"),
    [
        ({"nodes": {}}, "own.nodes: 'nodes' is not in the definition"),
        ({"addresses": {"192.0.2.0/24": "10.0.0.0/8"}}, "are not of one size"),
        ({"participants": {"node-1": {"interfaces": {"eth0": "x"}}}}, "own.participants.node-1.interfaces.eth0: "),
    ],
)
def test_addresses_that_fit_nothing_are_refused_in_words(own, what):
    with pytest.raises(FlowError, match=what):
        EN.trace("through-service", own)


def test_a_symptom_gives_the_commands_that_decide_with_values_filled_in():
    told = EN.fix("504")
    assert told["symptoms"]["504"]["ask"] and told["causes"]
    commands = [check["run"] for cause in told["causes"].values() for check in cause["checks"]]
    assert not [run for run in commands if "{host}" in run]


def test_a_text_that_was_printed_leads_to_its_cause():
    assert "dns-no-record" in EN.fix("curl: (6) Could not resolve host: shop.example.com")["causes"]
    assert "dns-no-record" in EN.fix("dns_probe_finished_nxdomain")["causes"]


def test_what_nothing_has_is_said_with_what_is_near():
    with pytest.raises(Unknown, match="Did you mean 'through-service'"):
        EN.route("trough-service")
    with pytest.raises(Unknown, match="Did you mean 'nodeport-dnat'"):
        EN.step("nodeport-dna")
    with pytest.raises(Unknown, match="Ask with one of: "):
        EN.fix("zyzzyva")


def apart(talk):
    """Run a coroutine in a thread of its own: tests of the browser leave an event loop running in theirs."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(talk())).result()


async def asked(client: Client, name: str, **given):
    return await client.call_tool(name, given)


def test_a_client_lists_the_tools_and_is_answered():
    async def talk():
        around = os.environ | CALM | {"PYTHONPATH": "hooks"}
        command = StdioServerParameters(command=sys.executable, args=["-m", "requestflow", "mcp"], cwd=ROOT, env=around)
        async with Client(stdio_client(command)) as client:
            names = {tool.name for tool in (await client.list_tools()).tools}
            told = await asked(client, "trace", id="through-service", own=OWN)
            wrong = await asked(client, "route", id="trough-service")
        return names, told, wrong

    names, told, wrong = apart(talk)
    assert names == {"routes", "route", "step", "trace", "fix"}
    assert "10.20.0.11" in told.content[0].text and not told.is_error
    assert wrong.is_error and "Did you mean 'through-service'" in wrong.content[0].text


def test_every_tool_says_what_it_gives():
    tools = apart(assistants.server(ROOT).list_tools)
    assert len(tools) == 5 and all(tool.description and "language" in tool.input_schema["properties"] for tool in tools)
