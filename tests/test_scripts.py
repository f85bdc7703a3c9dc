"""A script goes out smaller and does the same: what is kept and what is not, word by word."""

import pytest
from requestflow.mkdocs.scripts import slim

SAME = {
    "/* about */\n\nlet a = 1   // why\n  , b = 2\n": "let a=1\n,b=2\n",
    "  return  x\n": "return x\n",
    "return\nx\n": "return\nx\n",
    "a + +b - -c + d++\n": "a+ +b- -c+d++\n",
    "typeof x in y\n": "typeof x in y\n",
    "s = ' a , b // no comment '\n": "s=' a , b // no comment '\n",
    's = "say \\" /* no */ "\n': 's="say \\" /* no */ "\n',
    "s = ` a ${ b + ` ${ c } ` } /* no */ `\n": "s=` a ${b+` ${c} `} /* no */ `\n",
    "s = `\n  two lines\n`\n": "s=`\n  two lines\n`\n",
    'x.replace( / "a" \\/ [/ ] /g , "b" )\n': 'x.replace(/ "a" \\/ [/ ] /g,"b")\n',
    "a = b / c / d\n": "a=b/c/d\n",
    "const $ = _ => ({ ..._ })\n": "const $=_=>({..._})\n",
    "a ?? b ?. c\n": "a??b?.c\n",
    "/* a */ f() /* b\n */ g()\n": "f()\ng()\n",
}


@pytest.mark.parametrize("script", SAME)
def test_a_script_loses_what_is_for_its_writers_and_nothing_else(script: str):
    assert slim(script) == SAME[script]


@pytest.mark.parametrize("script", SAME)
def test_a_slim_script_stays_as_it_is(script: str):
    assert slim(SAME[script]) == SAME[script]
