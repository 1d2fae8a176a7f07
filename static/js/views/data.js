// The data: a picture of each dataset, the share that trains, noise and batch size.
import { fitCanvas, make, setText } from "./dom.js";
import { drawPoints } from "./points.js";

const SLIDERS = { trainPercent: "train_percent", noise: "noise", batchSize: "batch_size" };

/**
 * @param {HTMLElement} element
 * @param {{i18n: any, catalogue: any, samples: Record<string, number[][]>, onChange: (changes: Record<string, unknown>) => void, onRegenerate: () => void}} options
 */
export function createData(element, { i18n, catalogue, samples, onChange, onRegenerate }) {
  const group = /** @type {HTMLElement} */ (element.querySelector(".datasets"));
  const pictures = Object.entries(catalogue.datasets).map(([name, { problem }]) => {
    const canvas = make("canvas");
    const button = make(
      "button",
      { type: "button", class: "dataset", "aria-pressed": "false", data: { dataset: name, help: `hint.dataset.${name}` }, on: { click: () => onChange({ dataset: name }) } },
      canvas,
      i18n.t(`choice.dataset.${name}`),
    );
    group.append(button);
    return { name, problem, button, canvas, points: new Float32Array((samples[name] ?? []).flat()) };
  });

  const sliders = Object.entries(SLIDERS).map(([id, field]) => {
    const input = /** @type {HTMLInputElement} */ (document.getElementById(id));
    const { minimum, maximum, step } = catalogue.fields[field].offered;
    Object.assign(input, { min: minimum, max: maximum, step: step ?? 1 });
    const value = /** @type {HTMLElement} */ (element.querySelector(`output[for="${id}"]`));
    const say = (/** @type {number} */ number) => setText(value, field === "batch_size" ? i18n.number(number) : i18n.t("readout.percent", { n: number }));
    // While it is dragged only the number follows; batch size acts at once, the others start the training anew.
    input.addEventListener("input", () => say(Number(input.value)));
    input.addEventListener("change", () => onChange({ [field]: Number(input.value) }));
    return { field, input, say };
  });

  element.querySelector('[data-action="regenerate"]')?.addEventListener("click", onRegenerate);

  let seen = {};
  return {
    /** @param {any} model */
    update({ server, colors }) {
      if (!server || (seen.server === server && seen.colors === colors)) return;
      const { config } = server;
      for (const { name, problem, button, canvas, points } of pictures) {
        button.hidden = problem !== config.problem;
        button.setAttribute("aria-pressed", String(name === config.dataset));
        if (button.hidden || (seen.colors === colors && canvas.dataset.drawn === "yes")) continue;
        const size = 76;
        const context = fitCanvas(canvas, size, size);
        canvas.style.width = canvas.style.height = "";
        context.clearRect(0, 0, size, size);
        drawPoints(context, points, { size, radius: 1.3, fill: colors.css });
        canvas.dataset.drawn = "yes";
      }
      for (const { field, input, say } of sliders) {
        if (document.activeElement === input && input.matches(":active")) continue;
        input.value = String(config[field]);
        say(config[field]);
      }
      seen = { server, colors };
    },
  };
}
