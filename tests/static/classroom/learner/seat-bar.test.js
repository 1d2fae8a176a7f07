import assert from "node:assert/strict";
import test from "node:test";
import { createSeatBar } from "../../../../static/js/classroom/learner/seat-bar.js";
import { element, inDocument, keysAsTexts } from "../../support/dom.js";

test(
	"the bar shows progress and what the learner can do now",
	inDocument(() => {
		/** @type {any[]} */
		const asked = [];
		const place = element();
		const nothing = () => {};
		const onHelp = (/** @type {boolean} */ on) => asked.push(on);
		const options = {
			i18n: keysAsTexts(),
			onTask: nothing,
			onLesson: () => asked.push("lesson"),
			onHint: nothing,
			onHelp,
			onDone: nothing,
			onHandIn: nothing,
			onLeave: nothing,
		};
		const bar = createSeatBar(place, options);
		const progress = { reached: false, parts: [{ met: true }, { met: false }] };
		const room = { name: "Room", code: "ABC234", joining: true };
		const seat = /** @type {any} */ ({
			room,
			nickname: "Bo",
			task: { title: "Spiral" },
			progress,
			help: false,
			done: false,
			hint: null,
			attempts: [],
			ready: true,
		});
		bar.update(seat, { panel: false, lessonClosed: false });
		assert.equal(place.find("task-title").textContent, "Spiral");
		assert.deepEqual(place.find("task-steps").children.map((/** @type {any} */ step) => step.classList.contains("met")), [true, false]);
		assert.deepEqual([place.find("hint").hidden, place.find("hand-in").hidden], [true, false]);
		place.find("help").send("click");
		bar.update({ ...seat, help: true, progress: { ...progress, reached: true } }, { panel: false, lessonClosed: false });
		place.find("help").send("click");
		assert.deepEqual(asked, [true, false]);
		assert.equal(place.find("help").textContent, "room.help.label"); // a pressed button keeps its name
		assert.equal(place.find("hand-in").classList.contains("accent"), true);
		assert.equal(place.find("task-count").textContent, "room.ready");
		assert.equal(place.find("hand-in").textContent, "room.handIn.label");
		const again = { ...seat, attempts: [{}], progress: { reached: true, parts: [{ met: true }] } };
		for (const [ready, count, label] of [[true, "room.readyAgain", "again"], [false, "room.reached", "given"]]) {
			bar.update(/** @type {any} */ ({ ...again, ready }), { panel: false, lessonClosed: false });
			assert.equal(place.find("task-count").textContent, count); // never the verdict of an earlier network
			assert.equal(place.find("hand-in").textContent, `room.handIn.${label}`);
			assert.equal(place.find("hand-in").classList.contains("accent"), ready);
		}
		bar.update({ ...seat, task: null, progress: null }, { panel: false, lessonClosed: false });
		assert.deepEqual([place.find("task").hidden, place.find("hand-in").hidden], [true, true]);
		const lesson = { reached: 4, checks: 7 };
		const inLesson = { ...seat, task: { title: "XOR", lesson: "xor" }, progress: null, lesson };
		bar.update(inLesson, { panel: false, lessonClosed: false });
		assert.equal(place.find("lesson").hidden, true);
		assert.equal(place.find("task-count").textContent, "room.lesson.checks 4 7");
		assert.equal(place.find("hand-in").classList.contains("accent"), false);
		bar.update({ ...inLesson, lesson: { reached: 7, checks: 7 } }, { panel: false, lessonClosed: true });
		assert.equal(place.find("task-count").textContent, "room.lesson.all 7 7");
		assert.equal(place.find("hand-in").classList.contains("accent"), true);
		assert.equal(place.find("lesson").hidden, false, "a closed lesson has a way back");
		place.find("lesson").send("click");
		assert.equal(asked.at(-1), "lesson");
		bar.update({ ...seat, task: null }, { panel: false, lessonClosed: true });
		assert.equal(place.find("lesson").hidden, true);
	}),
);
