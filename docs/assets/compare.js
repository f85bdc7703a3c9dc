/* Two routes beside each other, in the order chosen: what differs in words, on two maps and step by step.
   ?a=…&b=… keeps the choice, &all also that what is the same is shown. A map is asked for when its route is chosen. */
(() => {
  const make = (tag, props, ...kids) => {
    const e = document.createElement(tag)
    for (const [k, v] of Object.entries(props)) k in e ? e[k] = v : e.setAttribute(k, v)
    e.append(...kids)
    return e
  }

  const root = document.querySelector(".compare"), find = sel => root.querySelector(sel)
  const { words, steps, facts, routes } = JSON.parse(find("script").textContent)
  const { a, b, swap } = find("form").elements, all = find("[name=all]"), copy = find("[data-copy]")
  const name = id => a.querySelector(`[value="${id}"]`).text
  const fill = (text, values) => text.replace(/{(\w+)}/g, (_, key) => values[key])

  /* what the address asks for; an id that is not there is said, with the one most like it by its pairs of letters */
  const pairs = word => new Set([...word].slice(1).map((c, i) => word[i] + c))
  const alike = (x, y) => 2 * [...pairs(x)].filter(p => pairs(y).has(p)).length / (pairs(x).size + pairs(y).size)
  const nearest = id => Object.keys(routes).map(r => [alike(id, r), r]).filter(([much]) => much > .4).sort((x, y) => y[0] - x[0])[0]?.[1]
  const query = new URLSearchParams(location.search), gone = [], own = location.search.match(/[?&]own-[^&]+/g)?.join("").replace("?", "&") ?? ""
  for (const select of [a, b]) {
    const id = query.get(select.name)
    if (!id) continue
    select.value = id in routes ? id : nearest(id) ?? ""
    if (!(id in routes)) gone.push(fill(select.value ? words.near : words.far, { id, name: select.value && name(select.value) }))
  }
  all.checked = query.has("all")
  if (gone.length) find("form").after(make("p", { className: "gone", role: "status" }, gone.join(" ")))

  for (const li of root.querySelectorAll("[data-pair]")) {
    const [x, y] = li.dataset.pair.split(" ")
    li.replaceChildren(make("a", { href: `?a=${x}&b=${y}` }, li.textContent))
  }

  /* the steps of both, each route's in its own order; [of the first, of the second], one may be missing */
  function merged(first, second) {
    const order = first.map(row => row[0]), of = rows => Object.fromEntries(rows.map((row, i) => [row[0], [i + 1, ...row]]))
    let at = 0
    for (const [id] of second) {
      const i = order.indexOf(id)
      i < 0 ? order.splice(at++, 0, id) : at = Math.max(at, i + 1)
    }
    const [x, y] = [of(first), of(second)]
    return order.map(id => [x[id], y[id]])
  }
  const kind = ([x, y]) => !x ? "less" : !y ? "more" : x[4] !== y[4] || x[5] !== y[5] ? "moved" : x[3] !== y[3] ? "else" : "same"
  const lit = (own, other) => make(other === undefined || own === other ? "span" : "ins", {}, own)

  function cell(row, other) {
    if (!row) return make("td", { className: "lacks" }, words.missing)
    const [n, id, label, ends, src, dst] = row, td = make("td", { "data-step": id }, make("b", {}, n), make("a", { href: steps[id] }, label), make("small", {}, lit(ends, other?.[3])))
    if (src) td.append(make("code", {}, lit(src, other?.[4]), " → ", lit(dst, other?.[5])))
    return td
  }

  function table(x, y, rows) {
    const head = make("tr", {}, ...[a, b].map(s => make("th", { scope: "col" }, make("a", { href: routes[s.value].href }, name(s.value)))))
    const told = facts.flatMap((fact, i) => {
      const className = x.facts[i] === y.facts[i] ? "same" : "differs"
      return [make("tr", { className }, make("th", { colSpan: 2, scope: "colgroup" }, fact)), make("tr", { className }, ...[x, y].map(r => make("td", { innerHTML: r.facts[i] })))]
    })
    const made = rows.map(pair => make("tr", { className: kind(pair) === "same" ? "same" : "differs" }, cell(...pair), cell(pair[1], pair[0])))
    find(".chosen").replaceChildren(make("thead", {}, head), make("tbody", {}, ...told), make("tbody", {}, ...made))
  }

  /* the maps; where one does not come, words and table say everything */
  const asked = {}
  const ask = id => asked[id] ??= fetch(`${root.dataset.maps}${id}.svg`).then(r => r.ok ? r.text() : Promise.reject()).catch(() => { delete asked[id]; return "" })
  function side(id, changed) {
    const { tall, lines } = routes[id], place = make("div", { style: `min-height:${tall}px` })
    ask(id).then(svg => {
      if (!svg && place.isConnected) find("figure").hidden = true
      place.innerHTML = svg
      place.style = ""
      for (const mark of place.querySelectorAll("a[data-step]")) {
        mark.setAttribute("href", steps[mark.dataset.step])
        mark.classList.add(changed.has(mark.dataset.step) ? "more" : "even")
      }
    })
    return make("div", {}, make("p", {}, make("b", {}, name(id))), place, make("p", { className: "key" }, ...lines.map((words, i) => make("span", { className: `c${i + 1}` }, words))))
  }

  function summary(rows) {
    const n = { less: 0, more: 0, moved: 0, else: 0, same: 0 }, [x, y] = [a, b].map(s => name(s.value))
    for (const pair of rows) n[kind(pair)]++
    const how = Object.values(n).map((n, i) => n && fill(words.how[i] ?? "", { n })).filter(Boolean)
    const last = how.length - 1, but = rows.length - n.same
    const said = !but ? words.same : n.less + n.more === rows.length ? words.apart : words.differ[+(but > 1)]
    return fill(said, { ...n, a: x, b: y, n: but, how: how.map((h, i) => h + (i < last - 1 ? words.comma : i < last ? words.and[+(last > 1)] : "")).join("") })
  }

  /* what sets them apart for who uses them: what only one does, or both in another way */
  function meaning(x, y) {
    return words.means.flatMap(([both, only], i) => {
      const [p, q] = [[x, y], [y, x]].map(([own, other]) => own.means[i].filter(said => !other.means[i].includes(said)).join(words.comma))
      return p && q ? fill(both, { x: p, y: q }) : p || q ? fill(only, { a: words.which[+!p], x: p || q }) : []
    })
  }

  function show() {
    const x = routes[a.value], y = routes[b.value], none = !x || !y
    find(".compared").hidden = copy.hidden = none
    if (none) return
    const rows = merged(x.rows, y.rows), changed = new Set(rows.filter(pair => kind(pair) !== "same").map(([p, q]) => (p ?? q)[1]))
    find(".means").replaceChildren(...meaning(x, y).map(said => make("li", {}, said)))
    find(".differ").textContent = summary(rows)
    table(x, y, rows)
    find("figure").hidden = !x.lines || !y.lines
    if (x.lines && y.lines) find(".sides").replaceChildren(...[a, b].map(s => side(s.value, changed)))
    find(".compared").classList.toggle("whole", all.checked)
    return copy.href = `?a=${a.value}&b=${b.value}${all.checked ? "&all" : ""}${own}`
  }
  function chosen() {
    find(".gone")?.remove()
    if (show()) history.replaceState(history.state, "", copy.href)
  }
  find("form").onchange = all.onchange = chosen
  find("form").onsubmit = () => false
  swap.onclick = () => {
    [a.value, b.value] = [b.value, a.value]
    chosen()
  }
  show()
})()
