// The desk by keyboard: an element says itself which key is its own, and the sheet of the keys switches them off.
const find = (what, within = document) => within.querySelector(what);
const all = (what) => [...document.querySelectorAll(what)];
const isOnScreen = (element) => element.checkVisibility();
const SHORTCUTS = new Set("smcdlephu/?"); // what they belong to may still be on its way when they are pressed
const MAY_REPEAT = new Set("jk"); // held down, any other would be done and undone in turn

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

function pick() {
  const row = document.activeElement.closest("[data-article]") ?? find("[data-article]");
  const box = row && find("input[data-pick]", row);
  box?.focus();
  box?.click();
}

function press(key) {
  const element = all("[aria-keyshortcuts]").find((one) => one.getAttribute("aria-keyshortcuts") === key && isOnScreen(one));
  if (element?.matches("input")) element.focus();
  else element?.click();
}

const MOVES = { j: () => walk(1), k: () => walk(-1), x: pick, Escape: backToList };

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || find("dialog[open]")) return;
  if (key === "Escape" && isTyping(target)) return target.blur();
  if (isTyping(target) || (!switchedOn.checked && key !== "?")) return;
  if (!MOVES[key] && !SHORTCUTS.has(key)) return;
  event.preventDefault();
  if (event.repeat && !MAY_REPEAT.has(key)) return;
  const act = MOVES[key] ?? (() => press(key));
  // It may have to wait, and meanwhile a dialog may open or somebody begin to type.
  const whenFree = () => find("dialog[open]") || isTyping(document.activeElement) || act();
  document.dispatchEvent(new CustomEvent("desk:act", { detail: whenFree }));
});
