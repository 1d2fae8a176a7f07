import assert from "node:assert/strict";
import test from "node:test";
import { halveStretch, pointsWithin, stretchWithin } from "../../../static/js/views/chart-stretch.js";
import { createLookBack, nextStored } from "../../../static/js/views/look-back.js";
import { inDocument, keysAsTexts } from "../support/dom.js";

test("a stretch stays within the run, and is never too narrow to see", () => {
	assert.deepEqual(stretchWithin([80, 20], 100), [20, 80]);
	assert.deepEqual(stretchWithin([-5, 30.4], 100), [0, 30]);
	assert.deepEqual(stretchWithin([99.8, 100], 100), [98, 100]);
	assert.deepEqual(stretchWithin([50, 50], 100), [50, 52]);
	assert.equal(stretchWithin([-5, 105], 100), null, "all of it");
	assert.deepEqual(halveStretch([0, 100], 90), [50, 100]);
	assert.deepEqual(halveStretch([0, 100], 40), [15, 65]);
});

test("curves go on to the edges of a stretch", () => {
	const points = [0, 10, 20, 30, 40].map((epoch) => ({ epoch, train: 1, test: 1 }));
	assert.deepEqual(pointsWithin(points, [15, 25]).map(({ epoch }) => epoch), [10, 20, 30]);
	assert.deepEqual(pointsWithin(points, [30, 60]).map(({ epoch }) => epoch), [20, 30, 40]);
	assert.deepEqual(pointsWithin(points, [50, 60]), []);
});

test("the next kept epoch is found in both directions", () => {
	const kept = [0, 1, 2, 4, 8, 40];
	assert.deepEqual([nextStored(kept, 4, 1), nextStored(kept, 4, -1), nextStored(kept, 5, -1)], [8, 2, 4]);
	assert.deepEqual([nextStored(kept, 40, 1), nextStored(kept, 0, -1)], [null, null]);
});

test(
	"one epoch is asked for at a time, and the newest wish next",
	inDocument(() => {
		/** @type {(number | null)[]} */
		const asked = [];
		const view = createLookBack({ i18n: keysAsTexts(), onLookBack: (epoch) => asked.push(epoch) });
		const page = (/** @type {object} */ more) => /** @type {any} */ ({
			status: "open",
			isWatchOnly: false,
			frame: { epoch: 100 },
			server: { playing: false, shown_epoch: null },
			...more,
		});
		view.update(page({}), 100);
		assert.equal(view.slider.hidden, false);
		assert.equal(view.back.hidden, true);
		for (const epoch of [60, 50, 40]) {
			view.slider.value = String(epoch);
			view.slider.send("input");
		}
		assert.deepEqual(asked, [60]);
		const moments = { epochs: [0, 1, 20, 40, 60], shown: 60 };
		const past = { server: { playing: false, shown_epoch: 60 }, frame: { epoch: 60 }, moments };
		view.update(page(past), 100);
		assert.deepEqual(asked, [60, 40]);
		assert.equal(view.back.hidden, false);
		assert.equal(view.present(), 100);
		view.update(page({ ...past, moments: { ...moments, shown: 40 } }), 100);
		view.update(page({ ...past, moments: { epochs: [...moments.epochs], shown: 40 }, server: { playing: false, shown_epoch: 40 } }), 100);
		view.slider.send("keydown", { key: "ArrowLeft" });
		view.back.send("click");
		assert.deepEqual(asked, [60, 40, 20], "back waits for the answer");
		view.update(page({ isWatchOnly: true }), 100);
		assert.equal(view.slider.hidden, true, "who only looks changes nothing");
	}),
);
