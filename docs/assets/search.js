/* The search dialog. Loaded when it is opened for the first time, and with it Pagefind, which asks for parts of its index. */
import { signs } from "./symptoms.js"

const zh = document.documentElement.lang.startsWith("zh")
const T = zh
  ? { name: "搜索", hint: "504、客户端 IP、NodePort …", close: "关闭", keys: "↑ ↓ 选择 · Enter 打开 · Esc 关闭", none: q => `没有找到“${q}”`, count: n => `${n} 个页面`, more: n => `再显示 ${n} 个页面`, colon: "：", steps: "查看全部步骤", fails: "搜索索引加载失败。" }
  : { name: "Search", hint: "504, client IP, NodePort …", close: "Close", keys: "↑ ↓ choose · Enter opens · Esc closes", none: q => `Nothing found for “${q}”`, count: n => n === 1 ? "1 page" : `${n} pages`, more: n => n === 1 ? "1 more page" : `${n} more pages`, colon: ": ", steps: "See all steps", fails: "The search index could not be loaded." }
const PAGES = 5, SECTIONS = 3, PAUSE = 150   // shown at once, with symptoms; of a page; ms after a key
const LONGEST = 8                            // letters of a Chinese word
const RANKING = { termFrequency: 0.4, pageLength: 0.2, termSaturation: 1.2, metaWeights: { title: 6, words: 12 } }

const make = (tag, props = {}, ...kids) => {
  const e = document.createElement(tag)
  for (const [k, v] of Object.entries(props)) k in e ? e[k] = v : e.setAttribute(k, v)
  e.append(...kids)
  return e
}

let dialog, field, said, list, elsewhere, from, pagefind, known, waiting, turn = 0

/* Open the dialog; `index` is Pagefind's script, `steps` the page to go to when there is no index. */
export async function open(index, steps) {
  dialog ??= build(steps)
  const made = await dialog
  if (!made.open) made.showModal()
  field.select()
  from = index
  pagefind ??= load(from)
  pagefind.catch(() => {})                     // told when words are looked for
}

/* Pagefind would cut a Chinese query with the browser's dictionary, its index was cut with another. A language tag that the
   browser cannot use keeps it from that (it is read only here); `cut` does it with the words of the index. */
async function load(index) {
  try {
    const [made, words] = await Promise.all([import(index), zh ? fetch(new URL("words.zh.txt", index)).then(r => r.text()) : ""])
    const page = document.documentElement, { lang } = page
    if (zh) page.lang = "zh-_"
    const instance = made.createInstance({ noWorker: true, excerptLength: 24, ranking: RANKING })
    page.lang = lang
    known = new Set(words.split(" "))
    return instance
  } catch (error) {
    pagefind = undefined                       // the next word tries again
    throw error
  }
}

/* Chinese into the words of the index, the longest first, and what it has no word for as one, or sign by sign; Latin letters
   beside it stand alone, as do the parts of an address and of a name with underscores */
const cut = (text, by = "") => text.replace(/[-./:_=()]/g, " ").replace(/\p{sc=Han}+/gu, run => {
  const words = [""]
  for (let at = 0; at < run.length;) {
    let n = Math.min(LONGEST, run.length - at)
    while (n > 1 && !known.has(run.slice(at, at + n))) n--
    n > 1 ? words.push(run.slice(at, at + n), "") : words.push(words.pop() + by + run[at])
    at += n
  }
  return ` ${words.join(" ")} `
})

/* The pages that have these words, the best first; three words and more are a message: pages that have it as a whole come before. */
export async function find(text) {
  text = text.replace(/[<>[\]]/g, " ")           // no word of the index has them
  if (/^\s*\w?\s*$/.test(text)) return []        // one letter begins half of all words
  const { search } = await (pagefind ??= load(from))
  const found = async query => (await search(query)).results
  if (!zh) {
    const results = await found(text)
    if (results.length < 2 || !/\S\s+\S+\s+\S/.test(text) || text.includes('"')) return results
    const whole = new Set((await found(`"${text}"`)).map(r => r.id))
    return results.sort((a, b) => whole.has(b.id) - whole.has(a.id))
  }
  const results = await found(cut(text)), ids = results.map(r => r.id)
  if (results.length >= PAGES) return results
  return [...results, ...(await found(cut(text.replace(/[的了是在和与]/g, " "), " "))).filter(r => !ids.includes(r.id))]
}

async function build(steps) {
  field = make("input", { type: "search", id: "find-words", placeholder: T.hint, autocomplete: "off", spellcheck: false, enterKeyHint: "search", "aria-label": T.name, "aria-controls": "find-pages", "aria-describedby": "find-keys", oninput: () => { clearTimeout(waiting); waiting = setTimeout(look, PAUSE) } })
  field.setAttribute("autocapitalize", "off")
  said = make("p", { className: "said", role: "status" })
  list = make("ol", { id: "find-pages", role: "list", onclick: e => { if (e.target.closest("a") && !e.ctrlKey && !e.metaKey && !e.shiftKey) box.close() } })
  elsewhere = make("a", { href: steps, hidden: true }, T.steps)
  const bar = make("form", { role: "search", onsubmit: e => { e.preventDefault(); clearTimeout(waiting); look().then(() => links()[0]?.click()) } }, field, make("button", { type: "button", onclick: () => box.close(), "aria-label": T.close, title: T.close }, "✕"))
  const box = make("dialog", { className: "find-box", "aria-label": T.name, onkeydown: keys, onclick: e => { if (e.target === box) box.close() } }, bar, make("div", { className: "found" }, said, list, elsewhere), make("p", { className: "keys", id: "find-keys" }, T.keys))
  const style = make("link", { rel: "stylesheet", href: new URL("search.css", import.meta.url) })
  await new Promise(done => { style.onload = style.onerror = done; document.head.append(style) })
  document.body.append(box)
  return box
}

const links = () => [...list.querySelectorAll("a,button")]

/* arrows go from the field through the results and back; a letter typed at a result goes on in the field */
function keys(e) {
  const all = [field, ...links()], at = all.indexOf(document.activeElement)
  const step = { ArrowDown: 1, ArrowUp: -1 }[e.key]
  if (step && !e.isComposing) {
    e.preventDefault()
    all[(at + step + all.length) % all.length].focus()
  } else if (at > 0 && (e.key.length === 1 && e.key !== " " || e.key === "Backspace") && !e.ctrlKey && !e.metaKey && !e.altKey) field.focus()
}

async function look() {
  const mine = ++turn, words = field.value.trim(), known = await signs(words)
  try {
    const found = await find(words)
    if (mine === turn) await show(words, known, found, PAGES - known.length, mine)
  } catch {
    if (mine === turn) tell(T.fails, known, true)
  }
}

/* say how it went; where no page was found, signs stand alone */
function tell(how, known, astray) {
  said.textContent = how
  elsewhere.hidden = !astray || !how
  if (astray) list.replaceChildren(...known.map(sign))
}

async function show(words, known, found, limit, mine) {
  const pages = await Promise.all(found.slice(0, limit).map(r => r.data()))
  if (mine !== turn) return
  const astray = words.length > 1 && !found.length
  tell(found.length ? T.count(found.length) : astray && !known.length ? T.none(words) : "", known, astray)
  if (astray) return
  const left = found.length - pages.length, first = limit > PAGES ? list.children.length - 1 : 0
  list.replaceChildren(...known.map(sign), ...pages.map(item))
  if (left > 0) list.append(make("li", { className: "more" }, make("button", { type: "button", onclick: () => show(words, known, found, limit + PAGES, mine) }, T.more(Math.min(left, PAGES)))))
  if (first) list.children[first].querySelector("a").focus()   // the first of those that came with "more"
}

/* a symptom or a cause, and the command to begin with */
const sign = ({ anchor, name, place, run, url }) => make("li", { className: "sign" }, make("div", {}, make("a", { href: url, "aria-describedby": `sign-${anchor}` }, name), make("p", { id: `sign-${anchor}` }, place && `${place}${T.colon}`, make("code", {}, run))))

/* a page, and the sections in it where the words are, the best first */
function item(page) {
  const weight = s => s.weighted_locations.reduce((sum, l) => sum + l.balanced_score, 0)
  const sections = page.sub_results.filter(s => s.anchor && s.anchor.element !== "h1").sort((a, b) => weight(b) - weight(a)).slice(0, SECTIONS)
  const top = make("div", {}, make("a", { href: page.url }, page.meta.title))
  if (!sections.length) top.append(excerpt(page.excerpt))
  return make("li", {}, top, ...sections.length ? [make("ul", { role: "list" }, ...sections.map(s => make("li", {}, make("a", { href: s.url }, s.title), excerpt(s.excerpt))))] : [])
}

/* marked words, as text: nothing in a page can become an element here */
function excerpt(html) {
  const text = part => part.replace(/&lt;/g, "<").replace(/&gt;/g, ">")
  const parts = html.replace(/^[\s.,;:，。；：、）)]+/, "").replace(/<\/mark>(\s*)<mark>/g, "$1").split(/<\/?mark>/)
  return make("p", {}, ...parts.map((part, n) => n % 2 ? make("mark", {}, text(part)) : text(part)))
}
