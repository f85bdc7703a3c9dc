/* Two routes side by side, in the order chosen: two columns of the table of all steps; ?a=…&b=… keeps the choice. */
(() => {
  const T = document.documentElement.lang.startsWith("zh")
    ? { route: "路线", gone: ids => `没有名为 ${ids} 的路线，现在显示的是：` }
    : { route: "Route", gone: ids => `No route is called ${ids}. Shown instead:` }
  const make = (tag, props, ...kids) => {
    const e = document.createElement(tag)
    for (const [k, v] of Object.entries(props)) k in e ? e[k] = v : e.setAttribute(k, v)
    e.append(...kids)
    return e
  }

  for (const table of document.querySelectorAll("table.compare")) {
    const rows = [...table.rows].map(row => [row, [...row.cells]]), ids = table.dataset.routes.split(" ")
    const names = rows[0][1].slice(1).map(c => c.textContent)
    const query = new URLSearchParams(location.search)
    const pick = (key, at) => make("select", { "aria-label": T.route, onchange: chosen, name: key }, ...names.map((n, i) => make("option", { value: ids[i], selected: ids[i] === (query.get(key) ?? ids[at]) }, n)))
    const a = pick("a", 0), b = pick("b", 1)
    const gone = ["a", "b"].map(key => query.get(key)).filter(id => id && !ids.includes(id))
    const place = table.closest(".wide-table")
    if (gone.length) place.before(make("p", { className: "gone", role: "status" }, T.gone(gone.join(", "))))
    place.before(make("p", { className: "compare-pick" }, a, make("span", {}, "↔"), b))
    function show() {
      for (const [row, cells] of rows) {
        const [x, y] = [a, b].map(s => cells[s.selectedIndex + 1]), head = row.parentNode === table.tHead
        row.replaceChildren(cells[0], x, x === y ? x.cloneNode(true) : y)
        row.hidden = !head && !x.textContent && !y.textContent
        row.className = head ? "" : x.textContent === y.textContent ? "same" : "differs"
      }
    }
    function chosen() {
      show()
      history.replaceState(history.state, "", `?a=${a.value}&b=${b.value}`)
    }
    show()
  }
})()
