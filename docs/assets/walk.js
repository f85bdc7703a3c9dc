/* A walk through a route, step by step: the bar says where the packet is and what became of it, the map shows it. flow.js loads
   this when a walk starts. Without the sentences, which are in a file of the route, the bar has the words of the ladder. */
const walkRoute = (() => {
  const T = document.documentElement.lang[0] == "z"
    ? { at: (n, m) => `第 <b>${n}</b> / ${m} 步`, before: "之前", after: "之后", prev: "上一步", next: "下一步", explain: "详解", end: "关闭" }
    : { at: (n, m) => `Step <b>${n}</b> of ${m}`, before: "before", after: "after", prev: "Previous", next: "Next", explain: "Explain", end: "Close" }
  const here = document.currentScript.src, root = document.documentElement
  const calm = matchMedia("(prefers-reduced-motion: reduce)")
  const ROOM = 180     // px that the ladder needs between map and bar, else the map does not stay above it
  const SWIPE = 40     // px
  const DEAR = 60      // times as bad to cover as anything else on the map
  const FAR = 80       // px² that a px away from the packet is as bad as
  const PATIENCE = 3000  // ms to wait for the sentences
  let flow, make, ladder, rows, sentences, start, bar, out, prev, next, explain, place, packet, listening, at = -1

  /* Go to a step of a ladder, starting a walk where there is none; `from` is the button it began with. */
  async function walkTo(to, step, from, tools) {
    const said = to === ladder || await load(to.dataset.route, tools)
    if (to !== ladder) {                                        // nor was it started meanwhile
      if (ladder) leave()
      flow = tools
      make = tools.make
      ladder = to
      rows = [...ladder.querySelectorAll("li[data-step]")]
      sentences = said
      start = from ?? (flow.map ?? ladder).querySelector(".walk")
      open()
    }
    go(rows.findIndex(r => r.dataset.step === step))
  }

  let style
  async function load(route, tools) {
    style ??= tools.load("link", { rel: "stylesheet", href: new URL("walk.css", here).href })
    const file = fetch(new URL(`../diagrams/${route}-walk.json`, here), { signal: AbortSignal.timeout(PATIENCE) })
    const [said] = await Promise.allSettled([file.then(r => r.json()), style])
    return said.value ?? {}
  }

  // -- the bar ----------------------------------------------------------------------------------------------------------
  function open() {
    const button = (text, className, onclick) => make("button", { type: "button", className, onclick, onmousedown: e => e.preventDefault() }, text)
    prev = button(T.prev, "back", () => go(at - 1))
    next = button(T.next, "go", () => go(at + 1))
    const end = button("✕", "x", stop)
    end.title = end.ariaLabel = T.end
    explain = make("a", { title: "Enter", onclick: explained }, T.explain)
    out = make("output", { "aria-live": "polite" })
    const done = make("div", { className: "bar", "aria-hidden": "true" }, ...rows.map(r => make("i", { className: r.previousElementSibling ? "" : "gap" })))
    bar = make("section", { className: "stepper", "aria-label": flow.name, tabIndex: -1 }, done, out, prev, explain, next, end)
    document.body.append(bar)
    root.classList.add("walking")
    bar.focus({ preventScroll: true })
    listen()
  }

  function say(row) {
    const where = make("p", { className: "at" }), words = sentences[row.dataset.step] ?? row.querySelector(".msg").textContent
    where.innerHTML = T.at(row.style.getPropertyValue("--n"), ladder.dataset.steps)
    where.append(" · ", ...copy(row, ".who")[0].childNodes)
    out.replaceChildren(where, make("p", { className: "sentence" }, words), make("div", { className: "became" }, ...became(row)))
    explain.href = row.querySelector(".msg").href
    prev.ariaDisabled = !at                                     // not disabled: that would drop the focus
    next.ariaDisabled = at === rows.length - 1
    bar.firstChild.childNodes.forEach((part, n) => part.classList.toggle("did", n <= at))
    root.style.setProperty("--flow-bar", `${bar.offsetHeight}px`)
  }

  /* What a row shows of its packet, without some of it. */
  const copy = (row, what, ...gone) => [...row.querySelectorAll(what)].map(e => {
    const made = e.cloneNode(true)
    for (const sel of gone) made.querySelectorAll(sel).forEach(x => x.remove())
    return made
  })
  const line = (...parts) => make("p", { className: "ends" }, ...parts.flatMap(p => [p, " "]))
  function became(row) {
    if (!row.querySelector(".addr ins")) return [line(...copy(row, ".addr,.envelope,.within"))]
    return [["del", "ins"], ["ins", "del"]].map(([has, gone]) => line(make("span", { className: "when" }, has === "del" ? T.before : T.after), ...copy(row, ".addr", gone, ".new .vh")))
  }

  // -- going ------------------------------------------------------------------------------------------------------------
  function go(to) {
    if (to < 0 || to >= rows.length || to === at) return
    const row = rows[at = to], { step } = row.dataset
    flow.light(step)
    say(row)
    history.replaceState(history.state, "", "#" + flow.named(ladder, step))
    if (place === undefined) pin()
    carry(true)
    bring(row)
    if (document.activeElement === document.body) bar.focus({ preventScroll: true })
  }

  function leave() {
    listening.abort()
    unpin()
    packet?.remove()
    bar.remove()
    root.classList.remove("walking")
    flow.light("")
    ladder = undefined
    at = -1
  }
  function stop() {
    leave()
    history.replaceState(history.state, "", location.pathname + location.search)
    start.focus({ preventScroll: true })
  }
  function explained() {
    if (explain.href.split("#")[0] === location.href.split("#")[0]) leave()    // in place: its heading is lit
  }

  const places = () => [bar, ladder, flow.map].filter(Boolean)
  function listen() {
    listening = new AbortController()
    const { signal } = listening
    let from
    addEventListener("keydown", key, { signal })
    addEventListener("resize", () => { pin(); carry() }, { signal })
    addEventListener("touchstart", e => { from = e.touches.length === 1 && places().some(x => x.contains(e.target)) ? e.touches[0] : undefined }, { signal, passive: true })
    addEventListener("touchend", e => {
      if (!from) return
      const { clientX, clientY } = e.changedTouches[0], across = clientX - from.clientX
      if (Math.abs(across) > Math.max(SWIPE, 2 * Math.abs(clientY - from.clientY))) go(at - Math.sign(across))
    }, { signal })
  }

  function key(e) {
    if (flow.busy(e)) return
    const inBar = bar.contains(e.target), shown = inBar || places().slice(1).some(flow.onScreen)
    const to = { ArrowRight: shown && at + 1, ArrowLeft: shown && at - 1, Home: inBar && 0, End: inBar && rows.length - 1 }[e.key] ?? false
    if (e.key === "Escape") stop()
    else if (e.key === "Enter" && !e.target.closest?.("a,button,summary,label")) explain.click()
    else if (to !== false) go(to)
    else return
    e.preventDefault()
  }

  // -- what is on the screen --------------------------------------------------------------------------------------------
  const header = () => document.querySelector(".md-header").offsetHeight
  const rect = e => e.getBoundingClientRect()
  const motion = far => far || calm.matches ? "auto" : "smooth"

  /* Where there is room for both, the map stays above the ladder; its place on the page stays empty, so nothing moves. */
  function pin() {
    unpin()
    place = null
    const { map } = flow, picture = map?.querySelector("svg").getBoundingClientRect()
    if (!picture?.height || innerHeight - header() - bar.offsetHeight - picture.height < ROOM) return
    const { left, width, height } = rect(map)
    place = make("div", { className: "map map-place", style: `height:${height}px` })
    map.after(place)
    map.classList.add("pinned")
    map.style.cssText = `left:${left}px;top:${header()}px;width:${width}px`
    root.style.setProperty("--flow-top", `${header() + map.offsetHeight}px`)
  }
  function unpin() {
    place?.remove()
    place = undefined
    flow.map?.classList.remove("pinned")
    flow.map?.removeAttribute("style")
    root.style.removeProperty("--flow-top")
  }

  /* Bring a step before the reader: its row below the map, or the map where that fills the screen. */
  function bring(row) {
    if (flow.map && !place) return bringMap()
    flow.unfold(row)
    row.scrollIntoView({ block: "nearest", behavior: motion(Math.abs(rect(row).top) > 2 * innerHeight) })
  }
  function bringMap() {
    const on = mark() ?? flow.map, words = rect(packet?.lastChild ?? on)
    const top = header(), bottom = rect(bar).top
    let first, last
    for (const part of [flow.map.querySelector("svg"), on]) {
      first = Math.min(rect(part).top, words.top)
      last = Math.max(rect(part).bottom, words.bottom)
      if (last - first <= bottom - top) break
    }
    if (first >= top && last <= bottom) return
    const by = Math.min(words.top - top, Math.max(words.bottom - bottom, (first + last - top - bottom) / 2))
    scrollBy({ top: by, behavior: motion(Math.abs(by) > 2 * innerHeight) })
  }
  const mark = () => flow.map?.querySelector("a.on")

  // -- the packet on the map --------------------------------------------------------------------------------------------
  /* Put it at the end of its line, or of its chip, its addresses beside it; `moves`: it comes along the line. */
  function carry(moves) {
    packet?.remove()
    packet = undefined
    const on = mark(), row = rows[at]
    if (!on || !row.querySelector(".addr")) return
    const line = [...on.querySelectorAll("path:not(.h)")].find(p => p.getClientRects().length)
    const words = make("div", { className: "ends" }, ...copy(row, ".addr", ".vh"))
    packet = make("div", { className: "packet", "aria-hidden": "true" }, make("i", {}), words)
    flow.map.append(packet)
    const frame = rect(flow.map), { e, f } = (line ?? on.querySelector(".sf")).getScreenCTM()
    Object.assign(packet.style, { left: `${(line ? e : rect(on).right - 16) - frame.left}px`, top: `${f - frame.top}px` })
    if (line) packet.style.offset = `path("M${line.getAttribute("d").split("M")[1].replaceAll("m0 0", "")}") 100% 0deg`
    beside(words, line ? rect(packet.firstChild) : rect(on), on)
    if (line && moves && !calm.matches) packet.animate({ offsetDistance: ["0%", "100%"] }, { duration: 700, easing: "ease-in-out" })
  }

  /* Put words near something on the map or out of its lower edge, where they cover least of what names machines and of the step. */
  function beside(words, near, on) {
    const frame = rect(flow.map.querySelector("svg")), { width, height } = rect(words)
    const names = "g>.an,g>.ad,.bt", things = [...flow.map.querySelectorAll(`${names},.a,.sf,.nd`), ...on.children]
      .map(e => [rect(e), e.matches(names) || on.contains(e) ? DEAR : 1]).concat([[near, DEAR]])
    const over = (at, size, from, to) => Math.min(size, to - from, at + size - from, to - at)     // below 0: so far away
    const origin = rect(packet)
    let least = 1 / 0
    for (let x = frame.left; x + width <= frame.right; x += 8) for (let y = frame.top; y < frame.bottom; y += 4) {
      const common = r => [over(x, width, r.left, r.right), over(y, height, r.top, r.bottom)]
      let bad = FAR * Math.hypot(...common(near).map(n => Math.min(0, n - 4)))
      if (bad < least) for (const [r, dear] of things) {
        const [across, down] = common(r)
        if (across > 0 && down > 0) bad += dear * across * down
      }
      if (bad < least) least = bad, words.style.cssText = `left:${x - origin.left}px;top:${y - origin.top}px`
    }
  }

  return walkTo
})()
