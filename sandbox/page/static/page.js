// The page in the browser: sends what people do, swaps the parts that changed, keeps what is being typed.
"use strict";
const marks = {};
let version = -1;
let poll = null;
let pressing = null; // while something is pressed nothing is swapped, or its click would be lost

const $ = (id) => document.getElementById(id);
const part = (name) => document.querySelector(`[data-part]#${name}`);
const place = () => new URLSearchParams(location.search);

function address(path, more = {}) {
  const query = place();
  query.set("known", Object.entries(marks).map((pair) => pair.join(":")).join(","));
  for (const [name, value] of Object.entries(more)) query.set(name, value);
  return `${path}?${query}`;
}

// Sending

async function send(path, form = new FormData()) {
  const asked = location.search;
  document.body.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address(path), { method: "POST", body: form, headers: { "X-Page": "1" } });
    if (!answer.ok) throw new Error(String(answer.status));
    await apply(await answer.json(), asked);
  } catch (error) {
    say("The sandbox doesn't answer. Is it still running?");
  } finally {
    document.body.removeAttribute("aria-busy");
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
      const answer = await fetch(address("/parts", { after: version }), { signal: poll.signal });
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

async function go(search, focus) {
  const form = document.querySelector("#modal form");
  if (form && changed(form).size) await send("/do/fill", typed(form));
  history.pushState(null, "", search);
  await arrive();
  if (focus) part("talk").querySelector(".messages")?.focus();
}

async function arrive() {
  await send("/go");
  poll?.abort();
}

// Swapping

async function apply(answer, asked) {
  await pressing;
  if (asked !== location.search) return;
  if (answer.shown) say(answer.shown);
  if (answer.version < version) return;
  version = answer.version;
  for (const [name, fresh] of Object.entries(answer.parts)) swap(name, fresh);
  $("behind").inert = Boolean(document.querySelector("#modal form"));
}

function swap(name, fresh) {
  const into = part(name);
  const held = into.contains(document.activeElement) ? focused() : null;
  const kept = name === "modal" && typing(into);
  const scrolled = scrolls(into);
  const opened = [...into.querySelectorAll("details[open] > summary[id]")].map((one) => one.id);
  const was = into.querySelector("form")?.dataset.view;
  into.innerHTML = fresh.html;
  marks[name] = fresh.mark;
  for (const one of into.querySelectorAll("details > summary[id]")) one.parentElement.open = opened.includes(one.id);
  into.dataset.drawn = "1";
  const same = name !== "modal" || into.querySelector("form")?.dataset.view === was;
  if (same) rescroll(into, scrolled); // another modal begins at its top
  if (kept) retype(into, kept);
  if (name === "modal") front(into, was, held);
  else if (held) refocus(held);
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

function front(into, was, held) {
  const form = into.querySelector("form");
  if (!form && was) back();
  if (!form) return;
  if (was !== form.dataset.view) {
    if (!was) front.from = document.activeElement?.id;
    $("modal-title").focus();
  } else {
    const wrong = form.querySelector("[aria-invalid=true]");
    if (wrong) (wrong.matches("div") ? wrong.querySelector("input") : wrong).focus();
    else if (!held || !refocus(held)) $("modal-title").focus();
  }
}

function back() {
  $("behind").inert = false; // before it can take the focus
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
  return send(path, form);
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

// The clock and the worker take a second or two: the button waits with them.
function working(button, done) {
  button.disabled = true;
  done.finally(() => { button.disabled = false; });
}

function close(which) {
  const data = new FormData();
  data.set("view", document.querySelector("#modal form").dataset.view);
  data.set("which", which);
  send("/do/close", data);
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
  if (one.matches("[data-me]")) go(`/?${new URLSearchParams({ as: one.value, in: "", tab: place().get("tab") ?? "" })}`);
  else if (one.matches("[data-dispatch]") && !one.matches("input[type=text], textarea")) confirmed(one, () => used(one, valued(one)), () => unpick(one));
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  event.preventDefault();
  if (form.matches("[data-submit]")) send("/do/submit", typed(form));
  else if (form.matches("[data-say]")) { send("/do/say", new FormData(form)); form.reset(); }
  else if (form.matches("[data-type]")) send("/do/type", new FormData(form));
});

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest("details.overflow[open]");
  if (event.key === "Escape" && menu) { menu.open = false; menu.querySelector("summary").focus(); }
  else if (event.key === "Escape" && document.querySelector("#modal form") && !$("confirm").open) close("one");
  if (event.key === "Enter" && event.target.matches("[data-find]")) event.preventDefault();
  if (event.key === "Enter" && event.target.matches("input[type=text][data-dispatch]")) { event.preventDefault(); used(event.target, [event.target.value]); }
});

document.addEventListener("pointerdown", () => {
  pressing = new Promise((done) => {
    for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, () => setTimeout(done, 30), { once: true });
    setTimeout(done, 2000);
  });
});

window.addEventListener("popstate", arrive);
if (matchMedia("(max-width: 760px)").matches) document.querySelector("details.story").open = false;
show("slack");
follow();
