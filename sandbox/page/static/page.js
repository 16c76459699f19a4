// The page in the browser: sends what people do, swaps the parts that changed, keeps what is being typed.
"use strict";
const marks = {}; // of the parts as they are shown
const gone = new Set(); // modals that were closed here, whatever the sandbox still says of them
let drawn = -1; // the number of the newest answer that is shown
let version = -1; // the desk's version that is shown; -1 asks for what is so now
let poll = null;

const $ = (id) => document.getElementById(id);
const part = (name) => document.querySelector(`[data-part]#${name}`);
const place = () => new URLSearchParams(location.search);
const modal = () => document.querySelector("#modal form");

function address(path, search, more = {}) {
  const query = new URLSearchParams(search);
  query.set("known", Object.entries(marks).map((pair) => pair.join(":")).join(","));
  for (const [name, value] of Object.entries(more)) query.set(name, value);
  return `${path}?${query}`;
}

// Sending

let line = Promise.resolve();
let under = 0; // requests under way

// What somebody does in Slack is done in the order in which they pressed it, from where they were then.
function send(path, form) {
  const asked = location.search;
  line = line.then(() => post(path, form, asked));
  return line;
}

async function post(path, form = new FormData(), asked = location.search) {
  under += 1;
  document.body.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address(path, asked), { method: "POST", body: form, headers: { "X-Page": "1" } });
    if (!answer.ok) throw new Error(String(answer.status));
    await apply(await answer.json(), asked);
    return true;
  } catch (error) {
    say("The sandbox doesn't answer. Is it still running?");
    return false;
  } finally {
    under -= 1;
    if (!under) document.body.removeAttribute("aria-busy");
  }
}

function say(words) {
  $("toast").textContent = words;
  $("toast").classList.toggle("shown", Boolean(words));
  clearTimeout(say.over);
  say.over = setTimeout(() => $("toast").classList.remove("shown"), 9000);
}

async function follow() {
  for (;;) {
    poll = new AbortController();
    const asked = location.search;
    try {
      const answer = await fetch(address("/parts", asked, { after: version }), { signal: poll.signal });
      if (!answer.ok) throw new Error(String(answer.status));
      await apply(await answer.json(), asked);
    } catch (error) {
      if (error.name !== "AbortError") {
        say("The sandbox doesn't answer. Is it still running?");
        await new Promise((done) => setTimeout(done, 1000));
      }
    }
  }
}

function askAnew() {
  version = -1;
  poll?.abort();
}

async function go(search, focus) {
  const form = modal();
  if (form && changed(form).size) send("/do/fill", typed(form));
  history.pushState(null, "", search);
  const from = document.activeElement.id;
  await arrive();
  if (focus && document.activeElement.id === from) part("talk").querySelector(".messages")?.focus();
}

function arrive() {
  askAnew();
  return send("/go");
}

// Pressing: meanwhile nothing is swapped, or the click would be lost with what was pressed

let pressing = null;

function press() {
  clearTimeout(press.over);
  pressing ??= new Promise((done) => { press.end = done; });
}

function release() {
  clearTimeout(press.over);
  press.over = setTimeout(() => { pressing = null; press.end?.(); }, 30); // the click comes a moment later
}

document.addEventListener("pointerdown", (event) => { if (event.button === 0) press(); });
document.addEventListener("pointermove", (event) => { if (pressing && !event.buttons) release(); });
document.addEventListener("keydown", (event) => { if (event.key === " ") press(); });
for (const end of ["pointerup", "pointercancel", "keyup", "change"]) document.addEventListener(end, release);
window.addEventListener("blur", release);

// Swapping

// Of two answers the one that was drawn later holds, whichever comes first.
async function apply(answer, asked) {
  while (pressing) await pressing;
  if (answer.shown) say(answer.shown);
  if (asked !== location.search || answer.drawn < drawn) return;
  [drawn, version] = [answer.drawn, answer.version];
  for (const [name, mark] of Object.entries(answer.marks)) {
    if (mark === marks[name]) continue;
    if (name in answer.parts) swap(name, answer.parts[name], mark);
    else askAnew(); // it was as the page had it when it asked, but the page has another by now
  }
}

function swap(name, html, mark) {
  const into = part(name);
  const held = into.contains(document.activeElement) ? focused() : null;
  const kept = changed(into);
  const scrolled = scrolls(into);
  const opened = [...into.querySelectorAll("details[open] > summary[id]")].map((one) => one.id);
  const was = into.querySelector("form")?.dataset.view;
  const asked = fields(into);
  into.innerHTML = html;
  marks[name] = mark;
  if (gone.has(into.querySelector("form")?.dataset.view)) [into.innerHTML, marks[name]] = ["", ""];
  for (const one of into.querySelectorAll("details > summary[id]")) one.parentElement.open = opened.includes(one.id);
  into.dataset.drawn = "1";
  const same = name !== "modal" || into.querySelector("form")?.dataset.view === was;
  const turned = asked.length > 0 && !fields(into).some((one) => asked.includes(one));
  if (same && !turned) rescroll(into, scrolled); // another modal, or another page of it, begins at its top
  retype(into, kept);
  if (name === "modal") front(into, was, held);
  else if (held) refocus(held);
}

// What the form in it asks: block and action of each input.
function fields(into) {
  const named = [...(into.querySelector("form")?.elements ?? [])].map((one) => one.name);
  return named.filter((one) => one?.includes("|"));
}

function focused() {
  const one = document.activeElement;
  const selects = one.matches("textarea, input[type=text]");
  return { id: one.id, from: selects ? one.selectionStart : null, to: selects ? one.selectionEnd : null };
}

function refocus(held) {
  const one = held.id && $(held.id);
  if (!one) return false;
  one.focus({ preventScroll: true });
  if (held.from !== null && one.setSelectionRange) one.setSelectionRange(held.from, held.to);
  return true;
}

const SCROLLING = "[tabindex='0'], .many .ticks";

function scrolls(into) {
  return [...into.querySelectorAll(SCROLLING)].map((one) => ({
    end: one.dataset.end,
    top: one.scrollTop,
    left: one.scrollLeft,
    low: one.scrollHeight - one.scrollTop - one.clientHeight < 40,
  }));
}

function rescroll(into, before) {
  [...into.querySelectorAll(SCROLLING)].forEach((one, number) => {
    const was = before[number];
    if (one.dataset.end && (!was || was.end !== one.dataset.end || was.low)) one.scrollTop = one.scrollHeight;
    else if (was && was.end === one.dataset.end) one.scrollTo(was.left, was.top);
  });
}

// Another modal in front takes the focus; the same one, drawn again, only gives it back.
function front(into, was, held) {
  const form = into.querySelector("form");
  if (!form) {
    $("behind").inert = false; // before it can take the focus
    if (was) back();
    return;
  }
  if (was !== form.dataset.view) {
    if (!was) front.from = document.activeElement?.id;
    $("modal-title").focus();
  } else if (held && !refocus(held)) $("modal-title").focus();
  $("behind").inert = true;
}

function back() {
  if (!front.from || !refocus({ id: front.from, from: null })) part("talk").querySelector(".messages")?.focus();
}

// What people do

function used(one, value) {
  const at = one.closest("[data-doing]");
  const form = at.matches("form") ? typed(at) : new FormData();
  for (const name of ["channel", "ts", "view"]) if (at.dataset[name]) form.set(name, at.dataset[name]);
  form.set("block", one.dataset.block);
  form.set("action", one.dataset.action);
  for (const each of value) form.append("value", each);
  send(`/do/${at.dataset.doing}`, form);
}

function confirmed(one, then, otherwise = () => {}) {
  if (!one.dataset.confirm) { then(); return; }
  const asked = JSON.parse(one.dataset.confirm);
  const box = $("confirm");
  const [title, words, no, yes] = box.querySelectorAll("h2, p, button");
  [title.textContent, words.textContent] = [asked.title, asked.text];
  [no.textContent, yes.textContent] = [asked.deny || "Cancel", asked.confirm || "Yes"];
  yes.className = asked.style === "danger" ? "danger" : "primary";
  box.returnValue = "";
  no.onclick = () => box.close("");
  yes.onclick = () => box.close("yes");
  box.onclose = () => (box.returnValue === "yes" ? then() : otherwise());
  box.showModal();
}

// A link names what it changes; the rest stays as it is now, even if the link was drawn a moment ago.
function moved(link) {
  const query = place();
  query.set(link.dataset.go, new URL(link.href).searchParams.get(link.dataset.go));
  return `/?${query}`;
}

function named(path, value) {
  const form = new FormData();
  form.set("name", value);
  return post(path, form);
}

const PRESSED = ["press", "go", "close", "desk", "upkeep", "sheet", "show", "cell", "whole"].map((one) => `[data-${one}]`).join();

document.addEventListener("click", (event) => {
  for (const open of document.querySelectorAll("details.overflow[open]")) if (!open.contains(event.target)) open.open = false;
  const one = event.target.closest(PRESSED);
  if (!one) return;
  if (one.matches("[data-press]")) confirmed(one, () => used(one, one.dataset.value ? [one.dataset.value] : []));
  else if (one.matches("[data-go]")) { event.preventDefault(); go(moved(one), one.closest("#side") && event.detail > 0); }
  else if (one.matches("[data-close]")) close(one.dataset.close);
  else if (one.matches("[data-desk]")) working(one, named("/do/desk", one.dataset.desk));
  else if (one.matches("[data-upkeep]")) working(one, named("/do/upkeep", one.dataset.upkeep));
  else if (one.matches("[data-whole]")) one.select();
  else if (one.matches("[data-sheet]")) working(one, named("/do/sheet", one.dataset.sheet));
  else if (one.matches("[data-show]")) show(one.dataset.show);
  else if (one.matches("[data-cell]")) pick(one);
});

// The clock and the worker take a second or two: the button waits with them, and keeps the focus.
function working(button, done) {
  const focus = document.activeElement === button;
  button.disabled = true;
  done.finally(() => {
    button.disabled = false;
    if (focus && document.activeElement === document.body) $(button.id)?.focus();
  });
}

// The modal goes at once, as in Slack; the app hears of it once what was done in it before is done.
async function close(which) {
  const { view } = modal().dataset;
  const data = new FormData();
  data.set("view", view);
  data.set("which", which);
  gone.add(view);
  swap("modal", "", "");
  if (await send("/do/close", data)) return;
  gone.delete(view);
  askAnew();
}

// A form is sent once, until it is drawn again; what is wrong in it takes the focus.
async function submit(form) {
  if (form.dataset.sent) return;
  form.dataset.sent = "1";
  await send("/do/submit", typed(form));
  delete form.dataset.sent;
  const wrong = modal()?.querySelector("[aria-invalid=true]");
  (wrong?.matches("div") ? wrong.querySelector("input") : wrong)?.focus();
}

function show(pane) {
  document.querySelector("main").dataset.pane = pane;
  document.body.dataset.pane = pane;
  for (const one of document.querySelectorAll("[data-show]")) one.setAttribute("aria-pressed", String(one.dataset.show === pane));
}

function pick(cell) {
  document.querySelector("td.picked")?.classList.remove("picked");
  cell.classList.add("picked");
  $("cell").value = cell.dataset.cell;
  $("cell-words").value = cell.textContent;
  $("cell-words").focus({ preventScroll: true });
  $("cell-words").select();
}

document.addEventListener("change", (event) => {
  const one = event.target;
  if (one.closest(".many") && one.type === "checkbox") counted(one.closest(".many"));
  if (one.matches("[data-me]")) go(`/?${new URLSearchParams({ as: one.value, in: "", tab: place().get("tab") ?? "", book: place().get("book") ?? "" })}`);
  else if (one.matches("[data-dispatch]") && !one.matches("input[type=text], textarea")) confirmed(one, () => used(one, valued(one)), () => unpick($(one.id) ?? one));
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  event.preventDefault();
  if (form.matches("[data-submit]")) submit(form);
  else if (form.matches("[data-say]")) { send("/do/say", new FormData(form)); form.reset(); }
  else if (form.matches("[data-type]")) post("/do/type", new FormData(form));
});

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest("details.overflow[open]");
  if (event.key === "Escape" && menu) { menu.open = false; menu.querySelector("summary").focus(); }
  else if (event.key === "Escape" && modal() && !$("confirm").open) close("one");
  if (event.key === "Enter" && event.target.matches("[data-find]")) event.preventDefault();
  if (event.key === "Enter" && event.target.matches("input[type=text][data-dispatch]")) { event.preventDefault(); used(event.target, [event.target.value]); }
});

window.addEventListener("popstate", arrive);
if (matchMedia("(max-width: 760px)").matches) document.querySelector("details.story").open = false;
show("slack");
follow();
