import assert from "node:assert/strict";
import test from "node:test";
import { throttle } from "../../../static/js/views/throttle.js";

const playing = { playing: true };

test("frames of a playing training are shown now and then, and the last one in any case", (context) => {
	context.mock.timers.enable({ apis: ["setTimeout"] });
	/** @type {number[]} */
	const shown = [];
	const show = throttle(({ epoch }) => shown.push(epoch));
	for (let epoch = 1; epoch <= 5; epoch += 1) show({ server: playing, epoch });
	assert.deepEqual(shown, [1]);
	context.mock.timers.tick(1000);
	assert.deepEqual(shown, [1, 5]);
	context.mock.timers.tick(1000);
	assert.deepEqual(shown, [1, 5], "once");
});

test("what the server tells, and all while nothing plays, is shown at once", () => {
	/** @type {number[]} */
	const shown = [];
	const show = throttle(({ epoch }) => shown.push(epoch));
	const paused = { playing: false };
	show({ server: playing, epoch: 1 });
	show({ server: { playing: true }, epoch: 2 });
	show({ server: paused, epoch: 3 });
	show({ server: paused, epoch: 4 });
	assert.deepEqual(shown, [1, 2, 3, 4]);
});
