// Steps of training as the server tells them: each with its config, for a point of the next mini-batch and for one alone.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./facts.js";

/** @type {Record<string, {config: any, next: any, alone: any}>} */
export const STEPS = JSON.parse(readFileSync(join(ROOT, "tests/data/inspected_steps.json"), "utf8"));

/** Each step with its name. */
export const EACH_STEP = Object.entries(STEPS).flatMap(([name, { config, next, alone }]) => [
	{ name: `${name}, next`, config, step: next },
	{ name: `${name}, alone`, config, step: alone },
]);
