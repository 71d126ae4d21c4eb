// The desk in one page: what is asked of it and what comes of that, its dialogs, and a list that is fresh without
// moving. Without it the page is links and forms.
const find = (what, within = document) => within.querySelector(what);
const all = (what) => [...document.querySelectorAll(what)];
const dialog = find("#dialog"), said = find("#said"), live = find("[data-live]");
const NO_ANSWER = "The desk did not answer. What you typed is still here: try again in a moment.";
const LEFT_OUT = "The desk was still at work, so what you clicked meanwhile was left out.";
const MOST_WAITING = 8; // as much as a hand does without looking

function tell(words) {
  const line = document.createElement("p");
  line.className = "refused";
  line.textContent = words;
  const place = find("dialog[open] #merge-problem") ?? said;
  find(".refused", place)?.remove();
  place.append(line);
}

// One thing is asked at a time. Its answer arrives in parts; what is done until all of it is there waits for that, and
// is forgotten where it does not come.
let running;
const waiting = [];
const isLookingAgain = ({ sourceElement }) => sourceElement.matches(".addition"); // by itself, beside all else

function act(step) {
  if (!running) step();
  else if (waiting.length < MOST_WAITING) waiting.push(step);
}
document.addEventListener("desk:act", (event) => act(event.detail));

// A second click on the same, and Enter in a field that has changed, ask for one thing twice.
document.addEventListener("htmx:config:request", (event) => {
  const { ctx } = event.detail;
  if (isLookingAgain(ctx)) return;
  ctx.wish = `${ctx.request.action} ${new URLSearchParams(ctx.request.body)}`;
  if (wanted && ctx.wish !== wanted) {
    event.preventDefault();
    return tell(LEFT_OUT);
  }
  if (!running) return;
  event.preventDefault();
  if (ctx.wish !== running.wish) act(() => askAnew(ctx));
});

// What was clicked may have become something else by the answer that it waited for: a lock's form one that unlocks.
let wanted;
function askAnew({ sourceElement, request, wish }) {
  if (!sourceElement.isConnected || find("dialog[open]")) return tell(LEFT_OUT);
  wanted = wish;
  if (sourceElement.matches("form")) sourceElement.requestSubmit(request.submitter);
  else sourceElement.click();
  wanted = undefined;
}

document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  if (!isLookingAgain(ctx)) running = ctx;
});
document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => queueMicrotask(() => { // htmx is done by then
  if (ctx !== running) return;
  running = undefined;
  if (ctx.status !== "swapped" || ctx.response.status >= 400) waiting.length = 0;
  while (waiting.length && !running) waiting.shift()();
}));

document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
  if (ctx && isLookingAgain(ctx)) return; // it does so once more
  said.replaceChildren();
  tell(NO_ANSWER);
});

document.addEventListener("click", ({ target }) => target.closest("[data-clears]") && said.replaceChildren());

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

document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (isLookingAgain(ctx)) return;
  const { target, response } = ctx;
  const where = target.id ?? target.slice(1);
  if (response.status >= 400) return tellProblem(document.getElementById(where));
  if (where === "in-dialog") return dialog.open || dialog.showModal();
  if (where !== "event") return;
  dialog.close();
  count();
  live.dispatchEvent(new CustomEvent("fresh", { detail: Number(find("#list").dataset.after) }));
  goOn();
});

// What stands between us and the desk says so in a page of its own, of which nothing can be shown here.
function tellProblem(place) {
  const problem = find("#problem", place);
  if (problem) problem.scrollIntoView({ block: "nearest" });
  else tell(NO_ANSWER);
}

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

// The list and the open event as they are now, when somebody asks for it.
live.addEventListener("show", (event) => {
  event.preventDefault();
  act(() => htmx.ajax("GET", location.href, { source: "#list", target: "#event", select: "#event", swap: "outerMorph show:none", selectOOB: "#list:outerMorph" }));
});
count();
