// Says that a page has changed since it was made, and shows it when the reader asks. Nothing moves by itself.
const place = document.querySelector("[data-live]");
const CONNECT_ANEW_AFTER = 5 * 60_000; // refused: everybody else was too, so we come back rarely, and not all at once
const TOO_OLD_TO_CATCH_UP = 30 * 60_000;
const MANY = 50; // events; to know of more tells the reader nothing
const SPOKEN_EVERY = 10_000; // a screen reader would read each new count
const LOOK_AGAIN_AFTER = 1000;
const FAILURES = 5; // in a row, each three seconds after the other

const told = new Set(); // ids of events that changed
let position = place.dataset.after; // the seq of the last change that the page or its reader knows of
let knownAt = Date.now(); // when nothing was missed, for sure
let stream, isOpen = false, isDone = false, failures = 0;
let waiting, speaking, again, next;
let shownUpTo = 0; // the seq of the last change that a page which renews itself has shown since

// Another button each time: one whose words grow would count as moved.
function say(words) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = `${words} · show`;
  button.onclick = () => {
    if (place.dispatchEvent(new Event("show", { cancelable: true }))) location.reload();
  };
  const hadFocus = place.contains(document.activeElement);
  place.replaceChildren(button);
  if (hadFocus) button.focus();
}

function saySoon(words) {
  next = words;
  if (speaking) return;
  say(words);
  speaking = setTimeout(() => {
    speaking = undefined;
    if (next !== words) saySoon(next);
  }, SPOKEN_EVERY);
}

function breakOff() {
  if (isOpen) knownAt = Date.now();
  isOpen = false;
}

function stop() {
  breakOff();
  clearTimeout(waiting);
  clearTimeout(again);
  stream?.close();
  stream = undefined;
}

function end(words) {
  isDone = true;
  clearTimeout(speaking);
  stop();
  say(words);
}

const counted = (count, one, many) => `${count} ${count === 1 ? one : many}`;

function tellOfList(change) {
  told.add(change.event_id);
  if (told.size >= MANY) end("Many events changed");
  else saySoon(`${counted(told.size, "event", "events")} changed`);
}

// What the reader would see otherwise, the most telling first.
function difference(event) {
  const shown = place.dataset;
  const sources = event.counts.independent_sources - shown.sources;
  const articles = event.counts.articles - shown.articles;
  if (sources) return `${sources > 0 ? "+" : "−"}${counted(Math.abs(sources), "source", "sources")}`;
  if (articles) return `${articles > 0 ? "+" : "−"}${counted(Math.abs(articles), "article", "articles")}`;
  const level = event.signal.override?.level ?? event.signal.level;
  if (level !== shown.level) return `${level} signal`;
  if (event.title !== shown.title) return "its title";
  return "";
}

// `version` is the one that we heard of: what is kept ready may be a moment older.
async function lookAtEvent(version = 0) {
  const asked = { redirect: "manual", cache: "no-cache" };
  const answer = await fetch(`/v1/events/${place.dataset.event}`, asked).catch(() => null);
  if (isDone || !answer) return; // answers may come in another order than they were asked for
  if (answer.type === "opaqueredirect") return end("This event is part of another one now");
  if (answer.status === 410) return end("This event was removed");
  if (!answer.ok) return;
  const { data } = await answer.json();
  if (isDone) return;
  if (stream && data.version < version) {
    clearTimeout(again);
    again = setTimeout(lookAtEvent, LOOK_AGAIN_AFTER, version);
  }
  const more = difference(data);
  if (more) saySoon(`This page has changed: ${more}`);
}

function connect() {
  clearTimeout(waiting);
  if (isDone || stream || document.visibilityState !== "visible") return;
  if (position && Date.now() - knownAt > TOO_OLD_TO_CATCH_UP) return end("This page is older than half an hour");
  const address = new URL(place.dataset.live, location);
  if (position) address.searchParams.set("after", position);
  stream = new EventSource(address);
  stream.onopen = () => {
    isOpen = true;
    failures = 0;
    if (place.dataset.event) lookAtEvent(); // what changed before we began to listen
  };
  stream.onerror = () => {
    breakOff();
    failures += 1;
    if (stream.readyState !== EventSource.CLOSED && failures < FAILURES) return;
    stop();
    waiting = setTimeout(connect, CONNECT_ANEW_AFTER * (1 + Math.random()));
  };
  for (const type of new URL(place.dataset.live, location).searchParams.getAll("type")) {
    stream.addEventListener(type, (event) => {
      if (position) position = event.lastEventId;
      if (Number(event.lastEventId) <= shownUpTo) return;
      const change = JSON.parse(event.data);
      if (place.dataset.event) lookAtEvent(change.version);
      else tellOfList(change);
    });
  }
}

// A page that renews itself says up to which change it did.
place.addEventListener("fresh", (event) => {
  shownUpTo = event.detail;
  told.clear();
  clearTimeout(speaking);
  speaking = undefined;
  place.replaceChildren();
});

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") connect();
  else stop();
});
addEventListener("pagehide", stop);
addEventListener("pageshow", (event) => event.persisted && connect());
connect();
