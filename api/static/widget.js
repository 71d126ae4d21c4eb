// <same-story>: who else reports what this page reports. Needs no build, sets no cookie, sends only the page's address.
const API = new URL(".", import.meta.url).origin;
const ASK = { credentials: "omit", referrerPolicy: "no-referrer", mode: "cors" };

const sheet = new CSSStyleSheet();
sheet.replaceSync(`
:host{display:block;--ink:#1d1c1a;--soft:#5c5850;--rule:#dcd7cc;--card:#fff;--accent:#0d5c56;color-scheme:light}
:host([theme=dark]){--ink:#e9e7e1;--soft:#aaa79e;--rule:#34373e;--card:#1b1d22;--accent:#83d0c6;color-scheme:dark}
@media(prefers-color-scheme:dark){:host(:not([theme=light])){--ink:#e9e7e1;--soft:#aaa79e;--rule:#34373e;--card:#1b1d22;--accent:#83d0c6;color-scheme:dark}}
:host([hidden]){display:none}
section{font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;color:var(--ink);background:var(--card);border:1px solid var(--rule);border-radius:12px;padding:16px 18px;text-align:start}
header{display:flex;flex-wrap:wrap;gap:4px 12px;justify-content:space-between;align-items:baseline}
h2{font-size:1.07em;margin:0}p,ol,ul{margin:0;padding:0}ol,ul{list-style:none}
a{color:inherit;text-underline-offset:.18em}a:hover{color:var(--accent)}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:2px}
ol>li{border-top:1px solid var(--rule);padding:10px 0}header+ol{margin-top:10px}
b{font-weight:650;margin-inline-end:8px}
.soft,summary,footer{font-size:.84em;color:var(--soft)}summary{cursor:pointer;margin-top:4px;width:fit-content}
ul{border-inline-start:2px solid var(--rule);padding-inline-start:10px;margin-top:4px;font-size:.93em}
footer{border-top:1px solid var(--rule);padding-top:10px}`);

// Words of other sites only ever become text.
const make = (name, text, ...children) => {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  made.append(...children);
  return made;
};

const link = (href, text) => {
  const made = make("a", text);
  if (/^https?:\/\//i.test(href)) made.href = href;
  made.rel = "noopener noreferrer";
  made.referrerPolicy = "no-referrer";
  return made;
};

const read = async (path) => {
  const reply = await fetch(API + path, ASK);
  return reply.ok ? reply.json() : null;
};

const instant = (published) => {
  const made = make("time", new Date(published).toLocaleString([], { dateStyle: "medium", timeStyle: "short" }));
  made.dateTime = published;
  made.className = "soft";
  return made;
};

const report = (article) => [
  make("p", "", make("b", article.publisher.name), instant(article.published_at)),
  make("p", "", link(article.url, article.title)),
];

const row = (members) => {
  const first = members.find((member) => member.role !== "copy") ?? members[0];
  const folded = members.filter((member) => member !== first);
  const made = make("li", "", ...report(first));
  if (folded.length) {
    const list = make("ul", "", ...folded.map((member) => make("li", "", ...report(member))));
    made.append(make("details", "", make("summary", `${folded.length} more with the same origin`), list));
  }
  return made;
};

class SameStory extends HTMLElement {
  static observedAttributes = ["url"];
  #asked = "";
  #root = this.attachShadow({ mode: "open" });

  connectedCallback() {
    this.#root.adoptedStyleSheets = [sheet];
    this.#show();
  }

  attributeChangedCallback() {
    if (this.isConnected) this.#show();
  }

  // The page's own address: never its query, which may name the reader.
  get #url() {
    const canonical = document.querySelector('link[rel="canonical"]')?.href;
    return this.getAttribute("url") || canonical || location.origin + location.pathname;
  }

  async #show() {
    const url = this.#url;
    if (url === this.#asked) return;
    this.#asked = url;
    const made = await this.#build(url).catch(() => null);
    if (url === this.#asked) this.#root.replaceChildren(...(made ? [made] : []));
  }

  async #build(url) {
    const host = (await read(`/v1/resolve?url=${encodeURIComponent(url)}`))?.data;
    const reply = host?.event_id ? await read(`/v1/events/${host.event_id}`) : null;
    if (!reply) return null;
    const { id, articles, origins, source_label } = reply.data;
    const byId = new Map(articles.map((article) => [article.id, article]));
    const rows = origins
      .filter((origin) => !origin.article_ids.includes(host.article_id))
      .map((origin) => origin.article_ids.map((one) => byId.get(one)).filter(Boolean))
      .filter((members) => members.length)
      .map(row);
    if (!rows.length) return null;
    const label = make("span", source_label);
    label.className = "soft";
    const foot = make("footer", reply.demo ? "Invented news. " : "", link(`${API}/events/${id}`, "How these sources were counted"));
    const made = make("section", "", make("header", "", make("h2", "Same story, other sources"), label), make("ol", "", ...rows), foot);
    made.setAttribute("aria-label", "Same story, other sources");
    return made;
  }
}

if (!customElements.get("same-story")) customElements.define("same-story", SameStory);
