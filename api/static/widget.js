// <same-story>: who else reports what this page reports. No build, no cookie; sends the page's address alone, once.
const HOME = new URL(".", import.meta.url);
const PATIENCE = 8000; // milliseconds; what comes later would surprise the reader
const AT_ONCE = 5; // rows, before "Show all"
const AWAY = 48; // pixels outside of the viewport from which on nothing of a closed widget is seen

const sheet = new CSSStyleSheet();
sheet.replaceSync(`
:host{display:block;position:relative;--ink:#1d1c1a;--soft:#5c5850;--rule:#dcd7cc;--card:#fff;--accent:#0d5c56;--warn:#6b4a00;color-scheme:light}
:host([theme=dark]){--ink:#e9e7e1;--soft:#aaa79e;--rule:#3a3d45;--card:#1b1d22;--accent:#83d0c6;--warn:#f2cf88;color-scheme:dark}
@media(prefers-color-scheme:dark){:host(:not([theme=light])){--ink:#e9e7e1;--soft:#aaa79e;--rule:#3a3d45;--card:#1b1d22;--accent:#83d0c6;--warn:#f2cf88;color-scheme:dark}}
*{box-sizing:border-box}
section{all:initial;visibility:inherit;display:block;color-scheme:inherit;font:400 15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;color:var(--ink);background:var(--card);border:1px solid var(--rule);border-radius:10px;padding-inline:16px;text-align:start;overflow-wrap:anywhere}
section:has(>details[open]){margin-block:var(--same-story-margin,24px);padding-bottom:14px}
h2,h3,p,ol,ul,dl,dd{margin:0;padding:0}ol,ul{list-style:none}
h2,h3{font-size:15px;font-weight:650}
a{color:inherit;text-underline-offset:.18em}a:hover,summary:hover{color:var(--accent)}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:3px}
summary{cursor:pointer;width:fit-content;padding-block:4px;list-style:none}
summary::-webkit-details-marker{display:none}
summary::before{content:"▸";display:inline-block;width:1.1em;color:var(--accent)}
details[open]>summary::before{content:"▾"}
.top>summary{display:flex;width:auto;align-items:center;min-height:44px;padding:8px 0 4px}
.top:not([open])>summary{height:46px;padding:0;white-space:nowrap}
.top>summary>*{overflow:hidden;text-overflow:ellipsis}
.count{margin-inline-start:auto;padding-inline-start:12px;flex:none}
.soft,li summary,.why summary,.foot,button{font-size:13px;color:var(--soft)}
ol{margin-top:8px}ol>li,.part{border-top:1px solid var(--rule);padding-block:10px}
ol:not(.all)>li:nth-child(n+${AT_ONCE + 1}){display:none}
.who{display:flex;flex-wrap:wrap;gap:0 10px;align-items:baseline}
b{font-weight:650}
ul{border-inline-start:2px solid var(--rule);padding-inline-start:12px;margin:2px 0 2px 5px;display:grid;gap:8px;font-size:14px}
dt{margin-top:6px}dt::first-letter{text-transform:uppercase}dd{display:flex;flex-wrap:wrap;gap:0 10px;align-items:baseline;padding-inline-start:12px;border-inline-start:2px solid var(--warn);margin-top:4px}
.why li{padding-inline-start:1.3em;text-indent:-1.3em}.why li::before{content:"✓";display:inline-block;width:1.3em;text-indent:0;color:var(--accent)}.why .no{color:var(--soft)}.why .no::before{content:"–"}
.foot{display:flex;flex-wrap:wrap;gap:0 14px;margin-top:4px}
button{font:inherit;font-size:13px;background:none;border:1px solid var(--rule);border-radius:6px;padding:4px 12px;margin-bottom:10px;cursor:pointer}
.away:not(:has(>details[open])){position:absolute;z-index:1;bottom:0;inset-inline-end:0;max-width:100%;border-radius:99px;padding-inline:10px;line-height:14px}
.away>.top:not([open])>summary{height:14px;min-height:0}.away>.top:not([open])>summary>*{font-size:12px}.away>.top:not([open])>summary::after{content:"";position:absolute;z-index:-1;inset:-5px 0}
.hidden{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden;white-space:nowrap}
`);
const gone = new CSSStyleSheet();
gone.replaceSync(":host{display:none!important}");

// Words of other sites only ever become text.
const make = (name, text, ...children) => {
  const [tag, ...styles] = name.split(".");
  const made = document.createElement(tag);
  if (styles.length) made.className = styles.join(" ");
  if (text) made.textContent = text;
  made.append(...children);
  return made;
};

// Somebody's own words, which may run from right to left.
const said = (name, text) => {
  const made = make(name, text);
  made.dir = "auto";
  return made;
};

const link = (href, text) => {
  const made = make("a", text);
  if (/^https?:\/\//i.test(href)) made.href = href;
  made.rel = "noopener noreferrer";
  made.referrerPolicy = "no-referrer";
  return made;
};

const fold = (label, list) => make("details", "", make("summary", label), make("ul", "", ...list));

const instant = (published) => {
  const date = new Date(published);
  const year = date.getFullYear() === new Date().getFullYear() ? undefined : "numeric";
  const words = { year, month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short" };
  const made = make("time.soft", date.toLocaleString("en-GB", words));
  made.dateTime = published;
  return made;
};

const report = (one, note) => {
  const who = make("p.who", "", said("b", one.publisher), ...(note ? [said("span.soft", note)] : []), instant(one.published_at));
  const title = said("p");
  title.append(link(one.url, one.title));
  return [who, title];
};

const row = (one) => {
  const folded = one.folded.map((other) => make("li", "", ...report(other)));
  return make("li", "", ...report(one, one.note), ...(folded.length ? [fold(one.folded_label, folded)] : []));
};

const showAll = (list, count) => {
  const made = make("button", `Show all ${count}`);
  made.onclick = () => {
    list.className = "all";
    list.children[AT_ONCE].querySelector("a").focus();
    made.remove();
  };
  return made;
};

const figure = ({ what, values }) => [
  said("dt", what),
  ...values.map(({ text, publishers }) => make("dd", "", said("b", text), said("span.soft", publishers.join(", ")))),
];

const reason = ({ text, passed }) =>
  make(passed ? "li" : "li.no", "", make("span.hidden", passed ? "Holds: " : "Does not hold: "), text);

const build = ({ data, demo }) => {
  if (!data?.rows.length) return null;
  const { rows, first, disputed, signal } = data;
  const list = make("ol", "", ...rows.map(row));
  const earliest = make("p.soft", "Earliest report we read: ", first.is_this_page ? "this page" : said("bdi", first.publisher), ", ", instant(first.published_at));
  const figures = make("div.part", "", make("h3", "Disputed figures"), make("dl", "", ...disputed.flatMap(figure)));
  const why = fold(`${signal.label}: why`, signal.reasons.map(reason));
  why.className = "why";
  const counted = link(new URL(`events/${encodeURIComponent(data.event_id)}`, HOME).href, "How these sources were counted");
  const top = make("summary", "", make("h2", "Same story, other sources"), make("span.soft.count", data.source_label));
  const details = make("details.top", "", top, earliest, list, ...(rows.length > AT_ONCE ? [showAll(list, rows.length)] : []));
  details.append(...(disputed.length ? [figures] : []), make("div.part", "", why, make("p.foot", "", ...(demo ? ["Invented news."] : []), counted)));
  const made = make("section", "", details);
  made.lang = "en";
  made.dir = "ltr";
  made.setAttribute("aria-label", "Same story, other sources");
  return made;
};

// One request for each address or event, however often elements ask, come and go.
const answers = new Map();
const answer = (query) => {
  if (!answers.has(query)) answers.set(query, ask(query).catch(() => null)); // down or slow
  return answers.get(query);
};

const ask = async (query) => {
  const asking = new AbortController();
  const patience = setTimeout(() => asking.abort(), PATIENCE);
  try {
    const how = { credentials: "omit", referrerPolicy: "no-referrer", mode: "cors", signal: asking.signal };
    const reply = await fetch(new URL(query, HOME), how);
    return reply.ok ? await reply.json() : null;
  } finally {
    clearTimeout(patience);
    asking.abort(); // lets go of a body that nobody reads
  }
};

// Whether an element may grow or shrink without moving anything seen beneath it.
const isFree = (element) => {
  const { top, bottom } = element.getBoundingClientRect();
  if (top - AWAY >= innerHeight) return true;
  if (bottom <= 0) return CSS.supports("overflow-anchor", "auto"); // the browser holds what is in view
  if (element.getRootNode() !== document) return false;
  const below = new Range();
  below.setStartAfter(element);
  below.setEndAfter(document.body.lastChild);
  return ![...below.getClientRects()].some((box) => box.bottom > top && box.top < innerHeight && box.width && box.height);
};

const isHeld = (one) => one && (/fixed|sticky/.test(getComputedStyle(one).position) || isHeld(one.parentElement));

// An element's box or, where text alone is in it, the text's: it may move by itself, in the middle of a cell.
const boxOf = (one, widget) => {
  const first = one.firstElementChild;
  const text = new Range();
  text.selectNodeContents(one);
  if (first === widget) text.setEndBefore(widget);
  const box = (!first || first === widget) && text.getBoundingClientRect();
  return box.width ? box : one.getBoundingClientRect();
};

// Makes a change, and says whether nothing in view was moved by it: not all pages begin at the top.
const movesNothing = (widget, change) => {
  const isPast = widget.getBoundingClientRect().bottom <= 0;
  const seen = [...document.body.querySelectorAll("*")].filter((one) => {
    const { top, bottom, width, height } = one.getBoundingClientRect();
    if (one === widget || !width || !height || bottom <= 0 || top >= innerHeight) return false;
    return !isPast || !(one.contains(widget) || isHeld(one));
  });
  const before = seen.map((one) => boxOf(one, widget));
  change();
  const [moved = "0,0", another] = new Set(
    seen.map((one, at) => {
      const { left, top } = boxOf(one, widget);
      return [left - before[at].left, top - before[at].top].map(Math.round).join();
    }),
  );
  // What is past pushes all down alike, and the browser scrolls after it.
  return !another && moved.startsWith(isPast ? "0," : "0,0");
};

class SameStory extends HTMLElement {
  static observedAttributes = ["url", "event"];
  #root = this.attachShadow({ mode: "open" });
  #asked = "";
  #settle;
  #watch = new IntersectionObserver(() => this.#settleIfFree(), { rootMargin: `${AWAY}px 0px` });

  connectedCallback() {
    this.#show();
    if (this.#settle) this.#watch.observe(this);
  }

  disconnectedCallback() {
    this.#watch.disconnect();
  }

  attributeChangedCallback() {
    if (this.isConnected) this.#show();
  }

  // The page's own address: never its query, which may name the reader.
  get #query() {
    const canonical = document.querySelector('link[rel~="canonical" i]')?.href ?? "";
    const own = /^https?:/.test(canonical) ? canonical : location.origin + location.pathname;
    const asked = new URLSearchParams({ url: this.getAttribute("url") || own });
    if (this.getAttribute("event")) asked.set("event", this.getAttribute("event"));
    return `v1/widget?${asked}`;
  }

  async #show() {
    const query = this.#query;
    if (query === this.#asked) return;
    this.#asked = query;
    const made = await answer(query).then(build).catch(() => null); // not what we know
    if (this.#asked !== query) return;
    if (this.isConnected) this.#place(made);
    else this.#asked = ""; // shown when it is back
  }

  // A page may keep a line free by `min-height`; there the widget begins closed, and elsewhere beside the text.
  #place(made) {
    const isReserved = parseFloat(getComputedStyle(this).minHeight) > 0;
    const style = isReserved ? "" : "away";
    this.#root.replaceChildren(...(made ? [made] : []));
    this.#root.adoptedStyleSheets = made ? [sheet] : [];
    this.#settle = null;
    if (made) {
      made.className = style;
      made.firstChild.onclick = () => (this.#settle = null); // from then on it is as the reader has it
      this.#settle = (is) => this.#put(made, is ? "" : style, is);
    } else if (isReserved) this.#settle = (is) => (this.#root.adoptedStyleSheets = is ? [gone] : []);
    this.#settleIfFree();
  }

  // Put in anew: a browser that sees an element come into the flow does not hold the text in view still.
  #put(made, style, isOpen) {
    made.remove();
    made.className = style;
    made.firstChild.open = isOpen;
    this.#root.append(made);
  }

  #settleIfFree() {
    const settle = this.#settle;
    if (!settle) return;
    this.#watch.observe(this);
    if (this.#root.activeElement || !isFree(this)) return; // what has the keyboard keeps it
    if (!movesNothing(this, () => settle(true))) return settle(false);
    this.#watch.disconnect();
    this.#settle = null;
  }
}

if (!customElements.get("same-story")) customElements.define("same-story", SameStory);
