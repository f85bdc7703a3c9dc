/* The form for a reader's own values: it shows those of its address, tells what cannot be used, and leads on with the rest. */
import { usable } from "./own.js"

const form = document.querySelector(".own-values"), boxes = [...form.querySelectorAll("input")]
const asked = new URLSearchParams(location.search), named = box => box.name.replace("own-", "")
function wrong() {
  return boxes.filter(box => {
    const hint = box.nextElementSibling, bad = box.value && !usable(named(box), box.value)
    hint.dataset.hint ??= hint.textContent
    hint.textContent = (bad ? form.dataset.wrong : "") + hint.dataset.hint
    box.ariaInvalid = bad ? "true" : null
    return bad
  })
}
for (const box of boxes) box.value = asked.get(box.name)?.trim() ?? ""
wrong()
form.onsubmit = e => {
  e.preventDefault()
  for (const box of boxes) box.value = box.value.trim()
  const [bad] = wrong(), given = boxes.filter(box => box.value).map(box => `${box.name}=${box.value}`).join("&")
  bad ? bad.focus() : location = form.action + (given && "?" + given)
}
