// Looks at every letter of the generated parts as a reader gets it.
// Gives {texts, smallest, faintest, faults}: how much was looked at, and what is wrong, as [kind, text, detail].
// `within` narrows the look to what lies inside that selector.
(within = ".md-content") => {
  const PARTS = ".home, .symptoms, .symptom, .by-hop, .terms, .versions, .reading, .questions, .forms, .ladder, .seqfig, .map, .boxes, .here, .step-head, .passes, .steps, .route-facts, .wide-table, .compare, .own-values, .recorded > .by, .step, .stepper, .packet .ends"
  const SILENT = "title, desc, script, style, .headerlink" // not meant for eyes; the last one is the theme's
  const SMALLEST = 12, FAINTEST = 4.5
  const faults = [], seen = { texts: 0, smallest: 99, faintest: 99 }
  const fault = (kind, text, detail = "") => faults.push([kind, String(text).trim().slice(0, 40), String(detail)])

  // -- colour ---------------------------------------------------------------------------------------------------------
  const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true })
  const painted = new Map()
  const paint = (...layers) => { // colours from the bottom up → what is seen, as [r, g, b, a]
    const key = layers.join("|")
    if (!painted.has(key)) {
      pen.clearRect(0, 0, 1, 1)
      for (const layer of layers) { pen.fillStyle = layer; pen.fillRect(0, 0, 1, 1) }
      painted.set(key, [...pen.getImageData(0, 0, 1, 1).data])
    }
    return painted.get(key)
  }
  const css = ([r, g, b]) => `rgb(${r},${g},${b})`
  const opaque = colour => paint(colour)[3] === 255
  const invisible = colour => paint(colour)[3] === 0
  const luminance = rgb => {
    const [r, g, b] = rgb.slice(0, 3).map(v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const contrast = (colour, under) => {
    const [a, b] = [luminance(paint(under, colour)), luminance(paint(under))]
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
  }
  // what one element's own background may put on top of `unders`: a gradient gives one colour for each of its stops
  function over(unders, style) {
    const put = (colour, list) => opaque(colour) ? [colour] : list.map(u => css(paint(u, colour)))
    const list = put(style.backgroundColor, unders)
    const stops = style.backgroundImage.match(/(?:rgba?|color|oklab|oklch|hsla?)\([^()]*\)/g) ?? []
    if (!stops.length) return list
    return [...new Set(stops.flatMap(stop => put(stop, list)))]
  }
  const grounds = new Map()
  function ground(element) {
    if (!element) return ["rgb(255,255,255)"]
    if (!grounds.has(element)) grounds.set(element, over(ground(element.parentElement), getComputedStyle(element)))
    return grounds.get(element)
  }
  function groundInPicture(text, svg) {
    const { x, y, width, height } = text.getBoundingClientRect(), cx = x + width / 2, cy = y + height / 2
    let unders = ground(svg.parentElement)
    for (const shape of svg.querySelectorAll("rect, circle")) {
      const b = shape.getBoundingClientRect(), fill = getComputedStyle(shape).fill
      const before = shape.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING
      if (before && fill !== "none" && b.left <= cx && cx <= b.right && b.top <= cy && cy <= b.bottom)
        unders = unders.map(u => css(paint(u, fill)))
    }
    return unders
  }

  // -- one piece of text ----------------------------------------------------------------------------------------------
  const inactive = element => element.closest(":disabled, [aria-disabled=true]")
  function legible(text, size, colour, unders, element) {
    seen.texts++
    seen.smallest = Math.min(seen.smallest, size)
    if (size < SMALLEST - 0.05) fault("small", text, `${size.toFixed(2)} px`)
    if (inactive(element)) return
    const worst = Math.min(...unders.map(u => contrast(colour, u)))
    seen.faintest = Math.min(seen.faintest, worst)
    if (worst < FAINTEST) fault("faint", text, `${worst.toFixed(2)}:1, ${colour} on ${unders}`)
  }
  // the box the ink is in: one em high, whatever the font's ascent says
  function ink(rect, size) {
    const middle = (rect.top + rect.bottom) / 2
    return { left: rect.left, right: rect.right, top: middle - size / 2, bottom: middle + size / 2 }
  }
  const overlap = (a, b) => [Math.min(a.right, b.right) - Math.max(a.left, b.left), Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top)]
  const onTop = (a, b) => overlap(a, b).every(d => d > 1) && !(b.round && clear(a, b))
  const nearest = (low, at, high) => Math.max(low, Math.min(at, high)) - at
  function clear(box, disc) { // a disc has no corners
    const x = (disc.left + disc.right) / 2, y = (disc.top + disc.bottom) / 2, radius = (disc.right - disc.left) / 2
    return Math.hypot(nearest(box.left, x, box.right), nearest(box.top, y, box.bottom)) > radius - 1
  }
  const inside = (a, b, room = 0) => a.left >= b.left + room && a.right <= b.right - room && a.top >= b.top - 1 && a.bottom <= b.bottom + 1
  function apart(inks, others = inks) {
    const together = Map.groupBy(others, b => b.group), done = new Set()
    for (const list of together.values()) list.sort((a, b) => a.top - b.top)
    for (const a of inks) {
      done.add(a)
      for (const b of together.get(a.group) ?? []) {
        if (b.top > a.bottom) break // as do all behind it
        if (!done.has(b) && onTop(a, b)) fault("overlap", a.text, `${b.text} (${overlap(a, b).map(Math.round)} px)`)
      }
    }
  }

  // -- words ----------------------------------------------------------------------------------------------------------
  function withinItsBoxes(text, box, element, part) {
    for (let e = element; ; e = e.parentElement) {
      const style = getComputedStyle(e), b = e.getBoundingClientRect()
      if (/auto|scroll/.test(style.overflowX) && e.tabIndex === 0) return // it can be scrolled into view
      if (style.display !== "inline" && style.display !== "contents") {
        const out = Math.max(box.right - b.right, b.left - box.left)
        if (out > 1.5) return fault("outside", text, `${out.toFixed(1)} px beyond ${e.localName}.${e.className}`)
        const cut = style.overflow !== "visible" && Math.max(box.bottom - b.bottom, b.top - box.top)
        if (cut > 1 || (style.overflow !== "visible" && e.scrollWidth > e.clientWidth + 1)) return fault("clipped", text, `by ${e.localName}.${e.className}`)
      }
      if (e === part) break
    }
    if (box.right > innerWidth + 0.5 || box.left < -0.5) fault("off-screen", text, `${Math.round(box.left)}…${Math.round(box.right)} of ${innerWidth}`)
  }
  const silent = new Map()
  function isSilent(element) { // also what is clipped away and left to screen readers
    if (!element) return false
    if (!silent.has(element)) silent.set(element, element.matches(SILENT) || getComputedStyle(element).clipPath === "inset(50%)" || isSilent(element.parentElement))
    return silent.get(element)
  }
  function look(node) {
    const element = node.parentElement, part = element.closest(PARTS), style = getComputedStyle(element)
    const size = parseFloat(style.fontSize)
    if (!part || isSilent(element) || element.closest("svg") || !size || invisible(style.color)) return []
    const range = document.createRange()
    range.selectNodeContents(node)
    const rects = [...range.getClientRects()].filter(r => r.width && r.height)
    if (!rects.length || !element.checkVisibility({ visibilityProperty: true })) return []
    const text = node.data.trim()
    legible(text, size, style.color, ground(element), element)
    const group = element.closest(".stepper, .packet, .heads") ?? part // these float above the rest
    return rects.map(rect => {
      const box = ink(rect, size)
      withinItsBoxes(text, box, element, part)
      return { ...box, text, group }
    })
  }
  function words(root) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT), inks = []
    while (walker.nextNode()) if (walker.currentNode.data.trim()) inks.push(...look(walker.currentNode))
    apart(inks)
  }
  // numbers, arrows and separators that only the style sheet writes
  function writtenByStyle(root) {
    for (const element of root.querySelectorAll("*")) {
      if (!element.closest(PARTS) || isSilent(element) || !element.getClientRects().length) continue
      for (const which of ["::before", "::after"]) {
        const style = getComputedStyle(element, which)
        if (!/counter|attr|"[^"]+"/.test(style.content) || style.display === "none") continue
        legible(`${which} ${style.content}`, parseFloat(style.fontSize), style.color, over(ground(element), style), element)
      }
    }
  }

  // -- pictures -------------------------------------------------------------------------------------------------------
  function picture(svg) {
    const scale = svg.getScreenCTM().a, frame = svg.getBoundingClientRect()
    const drawn = e => e.getClientRects().length // a map has places for two widths, and two ways
    const labels = [...svg.querySelectorAll("text")].filter(drawn).map(element => {
      const style = getComputedStyle(element), size = parseFloat(style.fontSize) * scale, text = element.textContent
      legible(text, size, style.fill, groundInPicture(element, svg), element)
      return { ...ink(element.getBoundingClientRect(), size), element, text, kind: element.classList }
    })
    const shape = (label, selector) => { // the nearest one drawn before the label
      const found = [...svg.querySelectorAll(selector)].filter(s => drawn(s) && s.compareDocumentPosition(label.element) & Node.DOCUMENT_POSITION_FOLLOWING)
      return found.at(-1).getBoundingClientRect()
    }
    const bare = (selector, text) => [...svg.querySelectorAll(selector)].map(e => {
      const { left, right, top, bottom } = e.getBoundingClientRect()
      return { left, right, top, bottom, text, round: e.localName === "circle" }
    })
    for (const label of labels) {
      if (!inside(label, frame)) fault("clipped", label.text, "by its picture")
      for (const [kind, selector, room] of [["an", ".a", 2], ["bt", ".bx", 2], ["sb", ".sf", 1], ["n", ".nd", 1]])
        if (label.kind.contains(kind) && !inside(label, shape(label, selector), room * scale)) fault("out of its shape", label.text, selector)
    }
    apart(labels)
    apart(labels.filter(l => l.kind.contains("mt")), [...bare(".nd", "a number"), ...bare(".sf", "a box"), ...bare(".a", "a name's box")])
  }

  // -- the page -------------------------------------------------------------------------------------------------------
  function page() {
    const wide = document.documentElement.scrollWidth, screen = document.documentElement.clientWidth
    if (wide > screen) fault("sideways", location.pathname, `${wide} px wide on ${screen}`)
    const ids = [...document.querySelectorAll("[id]")].map(e => e.id)
    for (const id of new Set(ids.filter((id, i) => ids.indexOf(id) !== i))) fault("two of one id", id)
  }

  for (const root of document.querySelectorAll(within)) {
    words(root)
    writtenByStyle(root)
    for (const svg of root.querySelectorAll("svg.seq")) if (svg.getClientRects().length) picture(svg)
  }
  page()
  return { ...seen, faults }
}
