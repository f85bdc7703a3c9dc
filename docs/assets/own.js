/* A reader's own values, ?own-host=…&own-nodes=…, in place of the definition's, but in what was recorded. Nothing is stored.
   The site writes two things before this: WAS, name of a value → what it is in the definition, of a range the size that has
   all its addresses too (10.96.0.0/12/18), and the words T. */
const params = new URLSearchParams(location.search), carried = location.search.match(/(?<=[?&])own-[^&]+/g)?.join("&")
// its first address, its size, the least that will do
const range = (text, [ip, ...sizes] = text.split("/")) => [ip.split(".").reduce((n, part) => n * 256 + +part, 0), ...sizes]
const FORMS = { host: /^[a-z\d]+((\.|-+)[a-z\d]+)*$/i, path: /^\/[\w.~/-]*$/, nodeport: /^[1-9]\d{0,4}$/ }   // the rest are ranges
export const usable = (name, own, [first, size] = range(own)) => FORMS[name] ? FORMS[name].test(own) && !(own > 65535)
  : /^\d+(\.\d+){3}(\/\d+)$/.test(own) && own.split(/\D/).every(part => part < 256) && size <= +range(WAS[name])[2] && !(first << size)

/* -- in place of the definition's -- */
const words = {}, moves = [], own = [], wrong = []
for (const [name, was] of Object.entries(WAS)) {
  const key = "own-" + name, to = params.get(key)?.trim(), fits = to && usable(name, to)
  params.delete(key)
  if (to) (fits ? own : wrong).push(to)
  if (fits) FORMS[name] ? words[was] = to : moves.push([range(was), range(to)])
}
const LOOKED_FOR = new RegExp([/(?<![\d.])\d+(\.\d+){3}(\/\d+)?(?!\d)/.source, ...Object.keys(words).map(was => was.replace(/^\b/, "\\b") + "(?![\\w-])")].join("|"), "g")
function value(was) {
  const [ip, size] = range(was), [from, to] = moves.find(([from]) => !((ip ^ from[0]) >>> 32 - from[1])) ?? []
  return to ? [24, 16, 8, 0].map(at => ip - from[0] + to[0] >>> at & 255).join(".") + (size ? "/" + (size === from[1] ? to[1] : size) : "") : words[was] ?? was
}

/* Texts (4) are looked at one by one; a command has its colours, there a value may stand in several pieces. */
function fill(root) {
  const runs = new Map(), walker = document.createTreeWalker(root, 4)
  for (let node; node = walker.nextNode();) {
    const run = node.parentElement.closest(".own-value,pre,script")
    if (!run || run.localName === "pre") runs.set(run ?? node, [...runs.get(run) ?? [], node])
  }
  for (const nodes of runs.values()) {
    const text = nodes.map(node => node.data).join(""), around = nodes[0].parentElement, recorded = around.closest(".recorded")
    const spot = at => [nodes.find(node => at < node.length || (at -= node.length) < 0), at]
    for (const { 0: was, index } of [...text.matchAll(LOOKED_FOR)].reverse()) {
      const to = value(was)
      if (to === was || recorded && (recorded.lastElementChild.dataset.kept = T.kept)) continue
      const range = new Range(), [last, end] = spot(index + was.length - 1)
      range.setStart(...spot(index))
      range.setEnd(last, end + 1)
      range.deleteContents()
      const made = document.createElementNS(around.namespaceURI, "tspan")
      made.setAttribute("class", "own-value")             // what a walk copies is not replaced again
      made.append(to)
      range.insertNode(made)
    }
  }
}

/* -- on to other pages -- */
const make = (tag, props) => Object.assign(document.createElement(tag), props)
function carry(href) {
  const to = new URL(href, location)
  if (to.origin === location.origin && !/[?&]own-/.test(to.search)) to.search = carried + to.search.replace("?", "&")
  return to.href
}
if (carried) {
  for (const e of document.querySelectorAll("[data-copy*='/']")) e.dataset.copy = carry(e.dataset.copy)
  for (const type of ["pointerdown", "click"]) addEventListener(type, e => {
    const a = e.target.closest("a[href]:not(.own-value *)"), href = a?.getAttribute("href")
    if (href && href[0] !== "#") a.setAttribute("href", carry(href))
  }, true)
  if (!document.querySelector(".own-values")) {
    const bar = make("p", { className: "own-value", textContent: T.with + (own.join(T.comma) || "–") + (wrong[0] ? " · " + T.unused + wrong.join(T.comma) : "") })
    bar.append(
      " · ", make("a", { textContent: T.change, href: new URL(`../reference/your-own-names/?${carried}#fill-in`, import.meta.url) }),
      " · ", make("a", { textContent: T.leave, href: location.pathname + (params.size ? "?" + params : "") }),
      make("link", { rel: "stylesheet", href: new URL("own.css", import.meta.url) }))
    document.querySelector("article").prepend(bar)
    fill(document.body)
    for (const e of document.querySelectorAll(".around")) e.ariaLabel = e.ariaLabel?.replace(LOOKED_FOR, value)
    new MutationObserver(es => es.forEach(e => fill(e.target))).observe(document.body, { childList: true, subtree: true })
  }
}
