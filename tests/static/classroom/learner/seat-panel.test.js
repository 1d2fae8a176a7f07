import assert from "node:assert/strict";
import test from "node:test";
import { attemptTexts } from "../../../../static/js/classroom/learner/seat-panel.js";
import { keysAsTexts } from "../../support/dom.js";

const attempt = (/** @type {number} */ at, more = {}) => ({
	at,
	reached: false,
	checking: null,
	fresh: null,
	edited: false,
	rank: null,
	score: 0.3,
	counted_epochs: 9,
	...more,
});
const texts = (/** @type {object[]} */ attempts, /** @type {object | null} */ best) =>
	attemptTexts(/** @type {any} */ ({ attempts, hand_in: best, task: { goal: {} } }), keysAsTexts()).map((text) => text.split(" ")[0]);

test("the panel tells of the latest attempt, and of the best where that is another", () => {
	const [best, worse] = [attempt(1, { reached: true, rank: 2 }), attempt(2)];
	assert.deepEqual(texts([], null), []);
	assert.deepEqual(texts([best], best), ["room.result.at", "room.result.reached", "room.result.score", "room.result.rank"]);
	assert.deepEqual(texts([best, worse], best), [
		"room.result.at",
		"room.result.missed",
		"room.result.score",
		"room.result.best",
		"room.result.rank",
	]);
});

test("an attempt in a lesson tells of its checks, and no verdict", () => {
	const given = attempt(1, { reached: true, lesson: { reached: 2, checks: 7 } });
	const seat = /** @type {any} */ ({ attempts: [given], hand_in: given, task: { goal: null, lesson: "xor" } });
	assert.deepEqual(attemptTexts(seat, keysAsTexts()), [attemptTexts(seat, keysAsTexts())[0], "room.result.lesson 2 7"]);
});
