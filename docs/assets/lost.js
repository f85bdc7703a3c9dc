/* An address that is not there: a host has one page for all of them. Show that of the address's language, and the page it may mean. */
(() => {
  const zh = document.documentElement.lang.startsWith("zh")
  const all = sel => [...document.querySelectorAll(sel)]
  const parts = path => path.replace(/\.html?$/, "").split("/").filter(Boolean)
  const top = all("a.md-select__link[hreflang]").filter(a => location.pathname.startsWith(a.pathname)).pop()
  if (!top) return
  if (zh !== (top.hreflang === "zh")) {
    document.write("<template id=rest>")   // what follows is the theme's scripts: they must not start on a page that goes
    const stay = () => { const rest = document.getElementById("rest"); rest.replaceWith(rest.content) }
    return fetch(top.pathname + "404.html").then(r => r.ok ? r.text() : Promise.reject()).then(page => { document.open(); document.write(page); document.close() }, stay)
  }
  const asked = parts(location.pathname), at = a => asked.lastIndexOf(parts(a.pathname).pop())
  const near = all(".md-nav__link[href]").filter(a => a.pathname !== top.pathname && at(a) >= 0).sort((a, b) => at(b) - at(a))[0]
  if (!near) return
  const step = parts(near.pathname).length > parts(top.pathname).length + 1 && asked[at(near) + 1] // a section explains no step
  const link = document.createElement("a"), guess = document.createElement("p")
  link.href = near.pathname + (step ? "#" + step : "")
  link.textContent = near.textContent.trim()
  guess.append(zh ? "你要找的可能是：" : "Perhaps you want: ", link)
  document.getElementById("no-such-page").after(guess)
})()
