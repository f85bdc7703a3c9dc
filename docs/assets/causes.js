/* What a product prints, alone or in its line of a log → its cause. Loaded by symptoms.js when what is typed looks like that.
   The site writes one thing before this, CAUSES: [anchor on /fix/, its name, where to type its first command, that, what
   is printed, {} in the place of values]. */
const SHOWN = 2, LEAST = 4, PART = 8           // causes at once; letters of a text, of a part of one
const ANY = "*", OTHERS = /\{\}|\d+\.\d+\.\d+\.\d|^[a-z\d-]+(\.[a-z\d-]+)+(:\d+)?\/?$|^\D?\d{4,}\D?$|^error:[\dA-F]{8}$/   // addresses, names with dots, large numbers: a reader's differ
const OWN = /^([a-z]\w*\.)+(?=[A-Z])|^net::(?=ERR)|^.+\/(?=<)/   // before a name: packages of Java, Chromium's net, a backend of HAProxy
const TIMES = /^-?\d+(\/[-+]?\d+){4}$/         // of HAProxy: what took how long, -1 what was not reached

/* words without the signs around them, small but for flags of HAProxy */
const word = part => OTHERS.test(part) ? ANY : part.endsWith("--") ? part : TIMES.test(part) ? part.replace(/(?<![-\d])\d+/g, "0") : part.replace(OWN, "").toLowerCase().replace(/^[.:!]+|[.:!?]+$/g, "")
const split = text => text.split(/[\s"'“”‘’,;()[\]=，。；（）]+|(?<!net):+(?=[a-z_])/i).map(word).filter(Boolean)
const size = words => words.join("").replaceAll(ANY, "").length

/* a text stands in what is typed: a value of a text is any word */
const printed = (text, typed) => typed.some((_, at) => text.every((word, n) => word === typed[at + n] || word === ANY && at + n < typed.length))

/* how much of a text is typed, one word after another, the last perhaps begun; half as much where its beginning
   is not. Two words are more often something else, as "proxy protocol" */
const begun = (typed, text) => typed.length > text.length ? 0 : Math.max(0, ...text.map((_, at) => {
  const met = typed.filter((word, n) => text[at + n] === word || n === typed.length - 1 && text[at + n]?.startsWith(word))
  const weight = size(met) / (at ? 2 : 1)
  return weight >= PART && typed.length !== 2 && typed.every((word, n) => met.includes(word) || text[at + n] === ANY) ? weight : 0
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
