// What people type and choose in a form: what differs from what the sandbox knows, kept when the form is drawn again.
"use strict";

const ticked = (one) => one.type === "radio" || one.type === "checkbox";

// What it is, in whatever is drawn of the same form or conversation.
function key(one) {
  const of = one.closest("[data-of]")?.dataset.of ?? "";
  return `${of}|${ticked(one) ? `${one.name}|${one.value}` : one.id}`;
}

function changed(into) {
  const found = new Map();
  for (const one of into.querySelectorAll("input, select, textarea")) {
    if (one.type === "file") continue;
    const first = one.options ? [...one.options].find((each) => each.defaultSelected)?.value ?? one.options[0]?.value : one.defaultValue;
    if (ticked(one) ? one.checked !== one.defaultChecked : one.value !== first) found.set(key(one), ticked(one) ? one.checked : one.value);
  }
  return found;
}

function retype(into, kept) {
  for (const one of into.querySelectorAll("input, select, textarea")) {
    if (!kept.has(key(one))) continue;
    one[ticked(one) ? "checked" : "value"] = kept.get(key(one));
    if (one.matches("[data-find]")) find(one);
  }
}

// What stands in a form, and which inputs it shows: one without an answer isn't in the data itself.
function typed(form) {
  const data = new FormData(form);
  data.set("view", form.dataset.view);
  for (const name of new Set([...form.elements].map((one) => one.name))) if (name) data.append("shown", name);
  return data;
}

function valued(one) {
  if (!ticked(one)) return [one.value];
  const group = one.closest(".ticks").querySelectorAll("input:checked");
  return [...group].map((each) => each.value);
}

// Put back what stood there before it was chosen.
function unpick(one) {
  if (one.options) for (const each of one.options) each.selected = each.defaultSelected;
  else if (!one.closest(".ticks")) one.value = one.defaultValue;
  else for (const each of one.closest(".ticks").querySelectorAll("input")) each.checked = each.defaultChecked;
}

// A menu for several: how many are chosen, and only the lines that are looked for.
function counted(many) {
  many.querySelector(".finding small").textContent = `${many.querySelectorAll(".ticks input:checked").length} chosen`;
}

function find(box) {
  const wanted = box.value.trim().toLowerCase();
  for (const line of box.closest(".many").querySelectorAll(".ticks label")) {
    line.hidden = !line.textContent.toLowerCase().includes(wanted) && !line.querySelector("input").checked;
  }
}

document.addEventListener("input", (event) => { if (event.target.matches("[data-find]")) find(event.target); });
