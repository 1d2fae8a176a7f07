// The editor of a teacher's own task: words, a start, locks, a goal and the order of the leaderboard.
import { typed } from "../../ui/format.js";
import { featureText } from "../../views/naming.js";
import { h, setText } from "../../ui/dom.js";
import { button, labelled, tick } from "../../ui/dialog.js";
import { ORDERS, PARTS, readPart } from "./goals.js";
import { createLockForm } from "./lock-form.js";
import { readStart, startText } from "./starts.js";

/** A part of a goal: a box, and what is asked for. */
function createPart(i18n, catalogue, { kind, type }) {
  const { element, box } = tick(i18n.t(`task.part.${kind}`));
  const number = (/** @type {string} */ name) =>
    h("input", { type: "text", inputmode: "decimal", class: "short", autocomplete: "off", "aria-label": name });
  const values = h("span", { class: "part-values" });
  /** @type {any[]} */
  let controls = [];
  if (type === "features") {
    controls = catalogue.features.map((/** @type {string} */ name) => ({ name, ...tick(featureText(name)) }));
    values.classList.add("many");
    values.append(...controls.map((each) => each.element));
  } else if (type === "fresh") {
    controls = ["solved", "runs", "epochs"].map((name) => number(i18n.t(`task.fresh.${name}`)));
    const [solved, runs, epochs] = controls;
    values.append(solved, i18n.t("task.fresh.of"), runs, i18n.t("task.fresh.within"), epochs, i18n.t("task.fresh.epochs"));
  } else {
    controls = [number(i18n.t(`task.part.${kind}`))];
    values.append(...controls, ...(type === "percent" ? ["%"] : []));
  }
  values.addEventListener("input", () => (box.checked = true));
  const row = h("div", { class: "part" }, element, values);

  const read = () => {
    if (type === "features") return controls.filter((each) => each.box.checked).map(({ name }) => name);
    if (type === "fresh") {
      const [solved, runs, epochs] = controls.map(({ value }) => typed(value));
      return { solved, runs, epochs };
    }
    return typed(controls[0].value);
  };
  return {
    row,
    /** Null: not asked for; undefined: asked for, and not to be understood. */
    get() {
      if (!box.checked) return null;
      const value = readPart(type, read());
      for (const each of controls) each.setAttribute?.("aria-invalid", String(value === undefined));
      return value;
    },
    set(/** @type {any} */ value) {
      box.checked = value !== undefined && value !== null;
      if (type === "features") { for (const each of controls) each.box.checked = Boolean(value?.includes(each.name)); }
      else if (type === "fresh") {
        ["solved", "runs", "epochs"].forEach((
          name,
          index,
        ) => (controls[index].value = String(value?.[name] ?? { solved: 4, runs: 5, epochs: 300 }[name])));
      } else {controls[0].value = value === undefined || value === null
          ? ""
          : String(type === "percent" ? Math.round(value * 1000) / 10 : value);}
    },
  };
}

/** @param {{i18n: any, catalogue: any, presentStart: () => any}} options */
export function createTaskForm({ i18n, catalogue, presentStart }) {
  const t = i18n.t;
  const title = h("input", { type: "text", maxlength: "120", autocomplete: "off" });
  const text = h("textarea", { rows: "5", maxlength: "4000" });
  const link = h("input", {
    type: "text",
    placeholder: t("task.linkHere"),
    autocomplete: "off",
    spellcheck: "false",
    "aria-label": t("task.link"),
  });
  const start = h("p", { class: "quiet task-start" });
  const locks = createLockForm(i18n);
  const parts = PARTS.map((part) => ({ kind: part.kind, ...createPart(i18n, catalogue, part) }));
  const order = h("select", {}, h("option", { value: "", text: t("task.order.none") }));
  for (const each of ORDERS) order.append(h("option", { value: each, text: t(`task.order.${each}`) }));
  const said = h("p", { class: "form-error", role: "alert" });
  /** @type {any} */
  let config = {};

  const showStart = () => setText(start, startText(i18n, { ...presentStart()?.config, ...config }));
  link.addEventListener("input", () => {
    const read = readStart(link.value, catalogue);
    link.setAttribute("aria-invalid", String(link.value !== "" && !read));
    if (!read) return;
    config = read.config;
    showStart();
  });
  const usePresent = button(t("task.usePresent"), () => {
    config = { ...presentStart()?.config };
    link.value = "";
    showStart();
  });
  const element = h(
    "div",
    { class: "task-form" },
    labelled(t("task.title"), title),
    labelled(t("task.text"), text),
    h("p", { class: "quiet", text: t("task.format") }),
    h("fieldset", {}, h("legend", { text: t("task.start") }), h("div", { class: "share-row" }, link, usePresent), start),
    h("fieldset", {}, h("legend", { text: t("task.goal") }), ...parts.map(({ row }) => row)),
    h("details", {}, h("summary", { text: t("task.locks") }), locks.element),
    labelled(t("task.order"), order),
    said,
  );

  return {
    element,
    /** @param {any} task */
    set(task) {
      title.value = task.title;
      text.value = task.text ?? "";
      link.value = "";
      config = { ...task.config };
      locks.set(task.locks ?? []);
      for (const part of parts) part.set(task.goal?.[part.kind]);
      order.value = task.order ?? "";
      setText(said, "");
      showStart();
    },
    /** The task as it stands; null where something is missing or cannot be understood, which is said. */
    get() {
      const values = parts.map((part) => [part.kind, part.get()]);
      const asked = values.filter(([, value]) => value !== null);
      const fresh = asked.some(([kind]) => kind === "fresh") &&
        !asked.some(([kind]) => kind === "test_loss_at_most" || kind === "accuracy_at_least");
      const wrong = title.value.trim() === ""
        ? "task.needsTitle"
        : asked.some(([, value]) => value === undefined)
        ? "task.unreadable"
        : fresh
        ? "task.freshNeeds"
        : "";
      setText(said, wrong ? t(wrong) : "");
      if (wrong) return null;
      const goal = asked.length > 0 ? Object.fromEntries(asked) : null;
      return { title: title.value.trim(), text: text.value, config, locks: locks.get(), goal, order: order.value || null };
    },
  };
}
