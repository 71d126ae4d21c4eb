// The desk by keyboard, its dialogs, and a list that is fresh without moving. Without it the page is links and forms.
const find = (what, within = document) => within.querySelector(what);
const all = (what) => [...document.querySelectorAll(what)];
const help = find("#help"), dialog = find("#dialog"), said = find("#said"), live = find("[data-live]");
const NO_ANSWER = "The desk did not answer. What you typed is still here: try again in a moment.";
const isOnScreen = (element) => element.checkVisibility();

// Keys: an element says itself which one is its own.
const switchedOn = find("#keys-on");
switchedOn.checked = localStorage.getItem("desk-keys") !== "off";
switchedOn.addEventListener("change", () => localStorage.setItem("desk-keys", switchedOn.checked ? "on" : "off"));

function isTyping(target) {
  return target.matches?.("textarea, select, input:not([type=checkbox], [type=radio]), [contenteditable]");
}

function walk(by) {
  const isInEvent = find("#event").contains(document.activeElement);
  const places = all(isInEvent ? "#event [data-pick]" : "#list [data-row]");
  const open = places.findIndex((one) => one === document.activeElement || one.getAttribute("aria-current"));
  const at = places.indexOf(document.activeElement);
  const next = at >= 0 ? at + by : isInEvent || open < 0 ? (by > 0 ? 0 : -1) : open + by;
  const place = places.at(Math.max(0, Math.min(next, places.length - 1)));
  place?.focus();
  place?.scrollIntoView({ block: "nearest" });
}

// The queue may ask about one event several times: the row that was left is not the first that is current.
let left;
document.addEventListener("focusout", ({ target }) => {
  if (target.matches("#list [data-row]")) left = target.id;
});

function backToList() {
  const place = document.getElementById(left) ?? find("#list [aria-current=page]") ?? find("#list [data-row]");
  place?.focus();
}

const MOVES = {
  j: () => walk(1),
  k: () => walk(-1),
  x: () => {
    const row = document.activeElement.closest("[data-article]") ?? find("[data-article]");
    const box = row && find("input[data-pick]", row);
    box?.focus();
    box?.click();
  },
  Escape: backToList,
};

// What was done arrives in parts, and until all of it is there nothing else is sent: a key waits for that.
let isRunning = false, pressed;
document.addEventListener("htmx:before:request", () => { isRunning = true; });
document.addEventListener("htmx:finally:request", () => queueMicrotask(() => { // until this is told, htmx drops the next
  isRunning = false;
  const key = pressed;
  pressed = undefined;
  if (key) press(key);
}));

function press(key) {
  if (isRunning) {
    pressed = key;
    return true;
  }
  const element = all("[aria-keyshortcuts]").find((one) => one.getAttribute("aria-keyshortcuts") === key && isOnScreen(one));
  if (!element) return false;
  if (element.matches("input")) element.focus();
  else element.click();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || find("dialog[open]")) return;
  if (event.key === "Escape" && isTyping(event.target)) return event.target.blur();
  if (isTyping(event.target) || (!switchedOn.checked && event.key !== "?")) return;
  const move = MOVES[event.key];
  if (move) move();
  else if (!press(event.key)) return;
  event.preventDefault();
});

// Dialogs.
for (const opener of all("[data-opens]")) {
  opener.hidden = false;
  opener.addEventListener("click", () => find(`#${opener.dataset.opens}`).showModal());
}
document.addEventListener("click", (event) => {
  const closer = event.target.closest("dialog [data-closes]");
  if (!closer) return;
  event.preventDefault();
  event.stopPropagation();
  closer.closest("dialog").close();
}, true);

// Selection.
function count() {
  const counted = find("[data-count]");
  if (!counted) return;
  const chosen = all("#event input[data-pick]:checked").length;
  counted.textContent = chosen ? `${chosen} selected` : "Select articles to split, move or bind them";
  for (const button of all(".chosen button")) button.disabled = !chosen;
  for (const button of all(".chosen [formaction$=together], .chosen [formaction$=apart]")) button.disabled = chosen !== 2;
}
document.addEventListener("change", count);

// What came: whoever opened an event by key goes on in it, and what was in sight stays where it is.
let byKey = false;
document.addEventListener("click", (event) => { byKey = event.detail === 0; }, true);
document.addEventListener("submit", (event) => { byKey ||= !event.submitter; }, true);

document.addEventListener("htmx:after:swap", (event) => {
  const { target, response } = event.detail.ctx;
  const where = target.id ?? target.slice(1);
  if (response.status >= 400) return find("#problem")?.scrollIntoView({ block: "nearest" });
  if (where === "in-dialog") return dialog.open || dialog.showModal();
  if (where !== "event") return;
  dialog.close();
  count();
  live.dispatchEvent(new CustomEvent("fresh", { detail: Number(find("#list").dataset.after) }));
  goOn();
});

function goOn() {
  const title = find("#open-event");
  if (!title) return;
  if (byKey || document.activeElement === document.body) title.focus({ preventScroll: true });
  const { top } = title.getBoundingClientRect();
  if (top < 0 || top > innerHeight / 2) scrollTo({ top: scrollY + find(".desk").getBoundingClientRect().top });
}

// What two editors did at once, and what a later action stands in the way of, has a page of its own. Nothing was done,
// so the form may be sent once more, without us.
document.addEventListener("htmx:after:request", (event) => {
  const { response, text, request, sourceElement } = event.detail.ctx;
  if (response.status !== 409 || text.includes('id="problem"') || !sourceElement.matches("form")) return;
  event.preventDefault();
  const { submitter } = request;
  if (submitter?.hasAttribute("formaction")) sourceElement.action = submitter.formAction;
  if (submitter?.name) {
    const chosen = document.createElement("input");
    Object.assign(chosen, { type: "hidden", name: submitter.name, value: submitter.value });
    sourceElement.append(chosen);
  }
  sourceElement.submit();
});

document.addEventListener("htmx:error", () => {
  const words = document.createElement("p");
  words.className = "refused";
  words.textContent = NO_ANSWER;
  said.replaceChildren(words);
});

// The list and the open event as they are now, when somebody asks for it.
live.addEventListener("show", (event) => {
  event.preventDefault();
  htmx.ajax("GET", location.href, { source: "#list", target: "#event", select: "#event", swap: "outerMorph show:none", selectOOB: "#list:outerMorph" });
});
count();
