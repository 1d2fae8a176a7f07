import assert from "node:assert/strict";
import test from "node:test";
import { onSleep } from "../../../static/js/net/sleep.js";

test("sleep, a long time in the background and a lost network are noticed, passing time is not", () => {
	let [time, woken] = [0, 0];
	/** @type {() => void} */
	let tick = () => {};
	const page = new EventTarget();
	const document = Object.assign(new EventTarget(), { hidden: false });
	const every = (/** @type {() => void} */ act) => {
		tick = act;
		return 0;
	};
	const end = onSleep(() => (woken += 1), { now: () => time, every, page, document });
	const pass = (/** @type {number} */ seconds) => {
		time += seconds * 1000;
		tick();
	};
	for (let i = 0; i < 20; i += 1) pass(5);
	assert.equal(woken, 0);
	pass(3600);
	assert.equal(woken, 1);
	document.hidden = true;
	for (let i = 0; i < 5; i += 1) pass(60);
	assert.equal(woken, 1);
	document.hidden = false;
	document.dispatchEvent(new Event("visibilitychange"));
	assert.equal(woken, 2);
	page.dispatchEvent(new Event("online"));
	assert.equal(woken, 3);
	end();
	page.dispatchEvent(new Event("online"));
	assert.equal(woken, 3);
});
