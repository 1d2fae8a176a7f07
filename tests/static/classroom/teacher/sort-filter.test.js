import assert from "node:assert/strict";
import test from "node:test";
import { badgesOf, filterEntries, isNotStarted, isStuck, sortEntries } from "../../../../static/js/classroom/teacher/sort-filter.js";

const NOW = 1_760_000_000_000;
const entry = (/** @type {string} */ seat, /** @type {any} */ of = {}, /** @type {any} */ learner = {}) => ({
	seat: { seat, nickname: seat, joined: 0, online: true, idle_since: NOW / 1000, ...of },
	learner: learner && { counted_epochs: 10, score: 0.5, playing: true, diverged: false, improved: NOW, ...learner },
});
const names = (/** @type {any[]} */ entries) => entries.map(({ seat }) => seat.seat).join(" ");

test("the order is that of joining, of names, of losses or of epochs", () => {
	const class_ = [
		entry("10b", { joined: 3 }, { score: 0.2, counted_epochs: 5 }),
		entry("9a", { joined: 1 }, { score: 0.1, counted_epochs: 7 }),
		entry("Zoë", { joined: 2 }, { score: 0.3, counted_epochs: 9 }),
	];
	assert.equal(names(sortEntries(class_, "joined")), "9a Zoë 10b");
	assert.equal(names(sortEntries(class_, "name")), "9a 10b Zoë");
	assert.equal(names(sortEntries(class_, "loss")), "9a 10b Zoë");
	assert.equal(names(sortEntries(class_, "epoch")), "Zoë 9a 10b");
	assert.equal(names(class_), "10b 9a Zoë", "the list itself stays");
});

test("a loss that is not known comes last, and equal ones as they joined", () => {
	const class_ = [
		entry("unknown", { joined: 1 }, null),
		entry("infinite", { joined: 2 }, { score: null }),
		entry("second", { joined: 4 }),
		entry("first", { joined: 3 }),
	];
	assert.equal(names(sortEntries(class_, "loss")), "first second unknown infinite");
	assert.equal(names(sortEntries(class_, "epoch")), "infinite first second unknown");
});

test("in a lesson, those come first who have the fewest checks, then who are at an earlier step", () => {
	const at = (/** @type {number} */ reached, /** @type {number} */ step) => ({ lesson: { reached, step } });
	const class_ = [entry("a", at(2, 3)), entry("b", at(1, 3)), entry("c", at(1, 2)), entry("d")];
	assert.equal(names(sortEntries(class_, "checks")), "c b a d");
});

test("Chinese names have an order too", () => {
	const class_ = ["王芳", "李雷", "Ada"].map((name) => entry(name));
	assert.deepEqual(names(sortEntries(class_, "name", "zh-CN")).split(" ").sort(), ["Ada", "李雷", "王芳"].sort());
});

test("who goes on for long without getting better is stuck", () => {
	const long = { improved: NOW - 60_000 };
	assert.ok(isStuck(entry("a", {}, long), NOW));
	assert.ok(!isStuck(entry("a", {}, { improved: NOW - 10_000 }), NOW), "not yet");
	assert.ok(!isStuck(entry("a", {}, { ...long, playing: false }), NOW), "nothing trains");
	assert.ok(!isStuck(entry("a", { done: true }, long), NOW));
	assert.ok(!isStuck(entry("a", { online: false }, long), NOW));
	assert.ok(!isStuck(entry("a", { progress: { reached: true } }, long), NOW));
	assert.ok(!isStuck(entry("a", {}, null), NOW));
	assert.ok(isStuck(entry("a", {}, { diverged: true, playing: false }), NOW));
});

test("filters", () => {
	const class_ = [
		entry("help", { help: true }),
		entry("stuck", {}, { improved: NOW - 60_000 }),
		entry("fresh", {}, { counted_epochs: 0, score: 0.01 }),
		entry("unseen", {}, null),
		...Array.from({ length: 12 }, (_, index) => entry(`n${index}`, {}, { score: 0.1 + index / 1000 })),
	];
	assert.equal(filterEntries(class_, "all", NOW).length, class_.length);
	assert.equal(names(filterEntries(class_, "help", NOW)), "help");
	assert.equal(names(filterEntries(class_, "stuck", NOW)), "stuck");
	assert.equal(names(filterEntries(class_, "fresh", NOW)), "fresh unseen");
	assert.equal(names(filterEntries(class_, "best", NOW)), "n0 n1 n2 n3 n4 n5 n6 n7 n8 n9");
	assert.equal(filterEntries(class_, "nonsense", NOW).length, class_.length);
	assert.ok(!isNotStarted(entry("waits", { waiting: true }, null)));
});

test("in a lesson that is the task, who has opened it has started, at whatever epoch", () => {
	const at = (/** @type {Partial<LessonProgress>} */ lesson) => ({
		lesson: { step: 0, reached: 0, checks: 2, finished: false, ...lesson },
	});
	const class_ = [
		entry("unopened", at({}), { counted_epochs: 0 }),
		entry("trains alone", at({}), { counted_epochs: 40, score: 0.3 }),
		entry("reads", at({ step: 2 }), { counted_epochs: 0, score: 0.01 }),
		entry("through", at({ step: 3, reached: 2, finished: true }), { counted_epochs: 0, score: 0.02 }),
		entry("waits", { ...at({}), waiting: true }, null),
	];
	assert.equal(names(filterEntries(class_, "fresh", NOW)), "unopened trains alone");
	assert.equal(names(filterEntries(class_, "best", NOW)), "trains alone", "an untrained network has no score to compare");
});

test("badges say the most pressing first", () => {
	assert.deepEqual(badgesOf(entry("a", { help: true, done: true, online: false }), NOW), ["help", "done", "offline"]);
	assert.deepEqual(badgesOf(entry("a", { hand_in: { reached: true } }), NOW), ["goal"]);
	const lesson = { checks: 2, reached: 1, finished: false };
	const handedIn = { progress: null, hand_in: { reached: true } };
	assert.deepEqual(badgesOf(entry("a", { ...handedIn, lesson }), NOW), [], "handing in alone reaches nothing in a lesson");
	assert.deepEqual(badgesOf(entry("a", { lesson: { ...lesson, finished: true } }), NOW), ["finished"], "clicked through");
	assert.deepEqual(badgesOf(entry("a", { lesson: { ...lesson, reached: 2, finished: true } }), NOW), ["complete", "finished"]);
	const idle = { idle_since: NOW / 1000 - 600 };
	assert.deepEqual(badgesOf(entry("a", idle, { playing: false }), NOW), ["idle"]);
	assert.deepEqual(badgesOf(entry("a", idle), NOW), [], "what trains is not idle");
});
