/* What a product prints, alone or in its line of a log → its cause. Loaded by search.js when what is typed looks like that.
   The site writes one thing before this, CAUSES: [anchor on /fix/, its name, where to type its first command, that, what
   is printed, {} in the place of values]. */
const SHOWN = 2, LEAST = 4, PART = 8           // causes at once; letters of a text, of a part of one
const ANY = "*", OTHERS = /\{\}|\d+\.\d+\.\d+\.\d|^[a-z\d-]+(\.[a-z\d-]+)+(:\d+)?\/?$|^\D?\d{4,}\D?$/   // addresses, names with dots, large numbers: a reader's differ

/* words without the signs around them, small but for flags of HAProxy; what it calls a backend is left out */
const word = part => OTHERS.test(part) ? ANY : part.endsWith("--") ? part : part.toLowerCase().replace(/^[.:!=]+|[.:!?=]+$|^.+\/(?=<)/g, "")
const split = text => text.split(/[\s"'“”‘’,;()[\]，。；（）]+/).map(word).filter(Boolean)
const size = words => words.join("").replaceAll(ANY, "").length

/* a text stands in what is typed: a value of a text is any word */
const printed = (text, typed) => typed.some((_, at) => text.every((word, n) => word === typed[at + n] || word === ANY && at + n < typed.length))

/* how much of a text is typed, one word after another, the last perhaps begun */
const begun = (typed, text) => Math.max(0, ...text.map((_, at) => {
  const met = typed.filter((word, n) => text[at + n] === word || n === typed.length - 1 && text[at + n]?.startsWith(word))
  return size(met) >= PART && typed.every((word, n) => met.includes(word) || text[at + n] === ANY) ? size(met) : 0
}))

/* The causes of the longest text that is typed, or that has what is typed in it; none where too many have. */
export function causes(typed) {
  const words = split(typed)
  const shared = text => size(text) >= LEAST && printed(text, words) ? size(text) + .5 : begun(words, text)   // all of a text before a part of one
  const found = KNOWN.map(cause => ({ ...cause, weight: Math.max(...cause.texts.map(shared)) }))
  const best = Math.max(1, ...found.map(cause => cause.weight)), first = found.filter(cause => cause.weight === best)
  return first.length > SHOWN ? [] : first
}

const KNOWN = CAUSES.map(([anchor, name, place, run, printed]) => ({ anchor, name, place, run, texts: printed.map(split) }))
