// What people type and choose in a form: what differs from what the sandbox knows, kept when the form is drawn again.
"use strict";

function changed(form) {
  const found = new Map();
  for (const one of form.elements) {
    if (!one.name || one.type === "file") continue;
    const ticked = one.type === "radio" || one.type === "checkbox";
    const first = one.options ? [...one.options].find((each) => each.defaultSelected)?.value ?? one.options[0]?.value : one.defaultValue;
    if (ticked ? one.checked !== one.defaultChecked : one.value !== first) {
      found.set(`${one.name}|${ticked ? one.value : ""}`, ticked ? one.checked : one.value);
    }
  }
  return found;
}

function typing(into) {
  const form = into.querySelector("form");
  return form && { view: form.dataset.view, values: changed(form) };
}

function retype(into, kept) {
  const form = into.querySelector("form");
  if (!form || form.dataset.view !== kept.view) return;
  for (const one of form.elements) {
    const ticked = one.type === "radio" || one.type === "checkbox";
    const key = `${one.name}|${ticked ? one.value : ""}`;
    if (one.name && kept.values.has(key)) one[ticked ? "checked" : "value"] = kept.values.get(key);
  }
}

function typed(form) {
  const data = new FormData(form);
  data.set("view", form.dataset.view);
  return data;
}

function valued(one) {
  if (one.type !== "radio" && one.type !== "checkbox") return [one.value];
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

document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-find]")) return;
  const wanted = event.target.value.trim().toLowerCase();
  for (const line of event.target.closest(".many").querySelectorAll(".ticks label")) {
    line.hidden = !line.textContent.toLowerCase().includes(wanted) && !line.querySelector("input").checked;
  }
});
