// Adds the reader's own time to each instant, keeps addresses short, opens what is folded for the printer, and reloads
// a page that waits for its first news.
const own = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const ownDay = new Intl.DateTimeFormat(undefined, { weekday: "short", hour: "2-digit", minute: "2-digit" });
const ownFull = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" });

function addOwnTime(time) {
  const instant = new Date(time.dateTime);
  if (Number.isNaN(instant.getTime()) || time.querySelector(".your-time")) return;
  time.title = ownFull.format(instant);
  if (time.className === "relative" || instant.getTimezoneOffset() === 0) return;
  const sameDay = instant.getDate() === instant.getUTCDate();
  const local = document.createElement("span");
  local.className = "your-time";
  local.textContent = ` (${(sameDay ? own : ownDay).format(instant)} local)`;
  time.append(local);
}
const addOwnTimes = () => document.querySelectorAll("time[datetime]").forEach(addOwnTime);
addOwnTimes();
document.addEventListener("htmx:after:swap", addOwnTimes); // at the desk, where parts of the page come anew

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const named = document.querySelector(".your-zone");
if (named && zone && zone !== "UTC") named.textContent = ` (${zone.replaceAll("_", " ")})`;

// An empty field asks for nothing, so it need not stand in an address that is passed on.
for (const form of document.querySelectorAll("form[method=get]")) {
  form.addEventListener("submit", () => {
    for (const field of form.elements) if (field.name && !field.value) field.disabled = true;
  });
}
addEventListener("pageshow", () => {
  for (const field of document.querySelectorAll("form[method=get] :disabled")) field.disabled = false;
});

let opened = [];
addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("details:not([open])")];
  for (const one of opened) one.open = true;
});
addEventListener("afterprint", () => {
  for (const one of opened) one.open = false;
});

const seconds = Number(document.body.dataset.refreshSeconds);
if (seconds > 0) {
  setInterval(() => {
    if (document.visibilityState === "visible") location.reload();
  }, seconds * 1000);
}
