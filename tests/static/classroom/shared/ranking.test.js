import assert from "node:assert/strict";
import test from "node:test";
import { rankingList } from "../../../../static/js/classroom/shared/ranking.js";
import { inDocument, keysAsTexts } from "../../support/dom.js";

const room = /** @type {any} */ ({
	leaderboard: "fewest_weights",
	seats: [{ seat: "a" }, { seat: "b" }],
	ranking: [{ rank: 1, seat: "b", nickname: "Bo", value: 7 }],
});
const rows = (/** @type {any} */ list) =>
	list.children.map((/** @type {any} */ row) => row.children.map((/** @type {any} */ each) => each.textContent));

test(
	"the leaderboard shows nicknames, or numbers where names are hidden",
	inDocument(() => {
		assert.deepEqual(rows(rankingList(keysAsTexts(), room, false)), [["1", "Bo", "7"]]);
		assert.deepEqual(rows(rankingList(keysAsTexts(), room, true)), [["1", "wall.numbered 2", "7"]]);
		assert.deepEqual(rows(rankingList(keysAsTexts(), { ...room, anonymous: true }, false)), [["1", "wall.numbered 2", "7"]]);
		assert.equal(rankingList(keysAsTexts(), { ...room, ranking: [] }, false).textContent, "teach.ranking.empty");
	}),
);
