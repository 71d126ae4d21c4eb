// Adds the reader's own time to each instant, and reloads a page that waits for its first news.
const own = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const ownDay = new Intl.DateTimeFormat(undefined, { weekday: "short", hour: "2-digit", minute: "2-digit" });
const ownFull = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" });

for (const time of document.querySelectorAll("time[datetime]")) {
  const instant = new Date(time.dateTime);
  if (Number.isNaN(instant.getTime())) continue;
  time.title = ownFull.format(instant);
  if (time.className === "relative" || instant.getTimezoneOffset() === 0) continue;
  const sameDay = instant.getDate() === instant.getUTCDate();
  const local = document.createElement("span");
  local.className = "your-time";
  local.textContent = ` (${(sameDay ? own : ownDay).format(instant)} local)`;
  time.append(local);
}

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const named = document.querySelector(".your-zone");
if (named && zone && zone !== "UTC") named.textContent = ` (${zone.replaceAll("_", " ")})`;

const seconds = Number(document.body.dataset.refreshSeconds);
if (seconds > 0) {
  setInterval(() => {
    if (document.visibilityState === "visible") location.reload();
  }, seconds * 1000);
}
