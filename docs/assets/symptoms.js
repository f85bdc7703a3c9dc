/* What somebody with a fault types → the symptoms that have these words and the causes that print it, shown before all pages.
   The site writes one thing before this, SYMPTOMS: [anchor on /fix/, its name, where to type its first command, that, words
   that bring there]. */
const SHOWN = 3, SHARE = 3                     // before the pages; a symptom's words are at least a third of what was typed
const LINE = 6, SAID = 9, LONG = 7             // words of a line of a log at least, of a sentence at most; letters that lead from a line
const STATUS = /\bHTTP\/[\d.]+"? ([1-5]\d\d)\b/      // in the log of a proxy, in what curl -i prints
const BESIDE = /(?<!\S)(?:\d[\d.:/]*[a-z]?(?:\d+s)?|a|an|the|is|are|my|i|it|to|of|in|for|with|from|get|getting|error|errors|http|https|k8s|k3s|kubernetes|nginx|ingress|traefik|haproxy|envoy|istio|caddy|pod|pods|service|问题|报错|错误|怎么办)(?!\S)/g   // say nothing of the symptom
const SAME = [   // said in many ways
  ["can't", /\b(?:can ?not|could ?n[o']t|couldn't|could not|unable to)\b/g],
  ["fails", /\b(?:fail(?:s|ed|ing|ure|ures)?|broken|(?:not|never|isn't|doesn't|does not|won't) work(?:ing)?|problems?|issues?|trouble)\b/g],
  ["large", /\b(?:big|huge|larger|bigger)\b/g],
  ["hangs", /\b(?:hang|hanging|hung|stalls?|stalled|stuck|freezes?)\b/g],
  ["不通", /不了|不到|不上|不行|没反应/g],
]
const CALM = /(?<!\S)(?:what|vs|difference|settings?|management|rotation|lifecycle|explained|(?:idle|read|session|keep-?alive) timeouts?)(?!\S)|什么是|区别|原理|过程|设置|管理|转换/   // looks for an explanation
const LOG = /[A-Z]{2}|[a-z][A-Z]|[_<>=[\]():]|--|\S\s+\S/   // signs of a log, or two words

const HAN = /\p{sc=Han}/u
const alike = text => SAME.reduce((said, [one, others]) => said.replace(others, one), text)
const SIGNS = /(?:[\s,:;!?"“”‘()`。、[\]]|[./](?!\d)|'(?!\w)|(?<!\w)')+/g
const tidy = text => alike(text.normalize("NFKC").toLowerCase().replace(/’/g, "'")).replace(/\p{sc=Han}+/gu, " $& ").replace(SIGNS, " ").trim()
const count = text => text.match(/\p{sc=Han}{1,2}|[^\s\p{sc=Han}]+/gu)?.length ?? 0
const letters = text => text.replace(/\s/g, "").length

/* of two that fit alike the narrower, and those are later */
const KNOWN = SYMPTOMS.map(([anchor, name, place, run, words]) => ({
  anchor, name, place, run, words: words.map(tidy).sort((a, b) => b.length - a.length)
})).reverse()

/* the symptoms of a text; `line`: it may be one of a log that no cause is known for */
function symptoms(text, line) {
  const about = { many: count(text.replace(BESIDE, " ")), size: count(text), calm: CALM.test(text), line }
  return KNOWN.map(one => ({ ...one, weight: weight(text, one.words, about) })).filter(one => one.weight)
}

/* a word, or so much of it that it can be no other: whole words of several may be something else, as "readiness probe" */
const begins = (text, word) => text === word || word.startsWith(text) && (HAN.test(word) ? text.length * 4 > word.length * 3 : text.length * 2 > word.length && word[text.length] !== " ")

/* how long the longest word of a symptom is that a text has: where it is one of them, even if typed half, or they are enough of
   it, in any order; in a line of a log without a cause a long one is */
function weight(text, words, { many, size, calm, line }) {
  if (words.some(word => begins(text, word))) return letters(text) + 1
  if (calm) return 0
  let rest = ` ${text} `
  const met = words.filter(word => {
    const parts = (size > SAID ? [word] : word.split(" ")).map(part => HAN.test(part) ? part : ` ${part} `)
    const has = parts.every(part => rest.includes(part))
    if (has) rest = parts.reduce((left, part) => left.replace(part, "  "), rest)
    return has
  })
  const has = met.reduce((sum, word) => sum + count(word), 0)
  return met.length && (has * SHARE >= many || line && size > LINE && letters(met[0]) >= LONG) ? letters(met[0]) : 0
}

/* What leads to a command before all pages: causes of what a product printed, symptoms that have these words, those first
   that have more of it, and a symptom before a cause that has no more. */
export async function signs(text) {
  const causes = LOG.test(text) ? await import("./causes.js").then(m => m.causes(text), () => []) : []
  const status = STATUS.exec(text)?.[1]
  text = tidy(text)
  let known = symptoms(text, !causes.length)
  if (!known.length && !causes.length && status) known = symptoms(status)
  const first = [...known, ...causes].sort((a, b) => Math.floor(b.weight) - Math.floor(a.weight)).slice(0, SHOWN)
  return first.map(one => ({ ...one, url: new URL("../fix/#" + one.anchor, import.meta.url).href }))
}
